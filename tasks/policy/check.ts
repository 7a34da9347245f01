import { PortcullisError } from "../../src/errors.ts";
import type { TaskAction } from "../define.ts";

const check: TaskAction<{ policy: string }> = async ({ policy }) => {
  throw new PortcullisError("POLICY_NOT_FOUND", `No policy file at "${policy}"`, {
    hint: "npx hardhat policy check --policy <file>",
  });
};

export default check;
