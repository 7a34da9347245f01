import { PortcullisError } from "../../src/errors.ts";

/** @throws PortcullisError ARGUMENT_MISSING */
export function requireTarget({ contract, to }: { contract: string; to: string }): void {
  if (to !== "") return;
  throw new PortcullisError("ARGUMENT_MISSING", `Which code is ${contract} to run?`, {
    hint: `name the compiled contract: --to ${contract.charAt(0).toUpperCase()}${contract.slice(1)}V2`,
  });
}
