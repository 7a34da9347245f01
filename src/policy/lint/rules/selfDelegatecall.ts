import type { Desired, DesiredContract } from "../../desired.ts";
import type { Lint } from "../types.ts";

/** Functions that run calldata they are given against the contract itself. */
const NESTING = /^(multicall|batch|aggregate|selfCall)(\(|$)/i;

export const selfDelegatecall: Lint = {
  id: "self-delegatecall",
  severity: "warning",
  production: "error",
  explanation:
    "On a stock AccessManaged contract a call nested in multicall reaches setAuthority, whatever the target's admin delay: whoever may call it can take the contract over.",
  find({ desired }) {
    return desired.contracts
      .filter((contract) => contract.managed !== undefined && !isRoleManaged(desired, contract))
      .flatMap((contract) =>
        Object.values(contract.functionNames ?? {})
          .filter((name) => NESTING.test(name))
          .map((name) => ({
            subject: `${contract.name}.${name}`,
            message: `${contract.name} has ${name}, which nests calls`,
            fix: "inherit RoleManaged, which is immune, or take the function away",
          })),
      );
  },
};

/** By its custom errors, which every heir has in its ABI. */
function isRoleManaged(desired: Desired, contract: DesiredContract): boolean {
  const abi = desired.book.entries.find((entry) => entry.address === contract.address)?.abi ?? [];
  return abi.some((item) => item.type === "error" && item.name.startsWith("RoleManaged"));
}
