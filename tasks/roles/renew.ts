import { PortcullisError } from "../../src/errors.ts";
import { parseInstant } from "../../src/policy/text/instant.ts";
import type { TaskAction } from "../define.ts";
import { type ChangeArgs, changeGrant } from "./changeGrant.ts";

const renew: TaskAction<ChangeArgs & { until: string }> = async (args, context) => {
  if (args.until === "") {
    throw new PortcullisError("OPTION_MISSING", "--until says how long the grant lasts", {
      hint: `npx hardhat roles renew ${args.role} ${args.principal} --until 2027-06-30`,
    });
  }
  const until = parseInstant(args.until);
  return changeGrant(args, context, () => ({ kind: "renew", until }));
};

export default renew;
