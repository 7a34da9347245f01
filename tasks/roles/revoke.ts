import type { TaskAction } from "../define.ts";
import { type ChangeArgs, changeGrant } from "./changeGrant.ts";

const revoke: TaskAction<ChangeArgs> = (args, context) =>
  changeGrant(args, context, () => ({ kind: "revoke" }));

export default revoke;
