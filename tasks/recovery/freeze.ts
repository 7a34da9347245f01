import type { TaskAction } from "../define.ts";
import { type AlarmArgs, raiseAlarm } from "./raiseAlarm.ts";

const freeze: TaskAction<AlarmArgs & { lift: boolean }> = async (args, context) =>
  raiseAlarm(args.lift ? "unfreeze" : "freeze", args, context);

export default freeze;
