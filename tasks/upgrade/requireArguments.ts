import { PortcullisError } from "../../src/errors.ts";

/** @throws PortcullisError ARGUMENT_MISSING */
export function requireTarget({ contract, to }: { contract: string; to: string }): void {
  if (to !== "") return;
  throw new PortcullisError("ARGUMENT_MISSING", `Which code is ${contract} to run?`, {
    hint: `name the compiled contract: --to ${contract.charAt(0).toUpperCase()}${contract.slice(1)}V2`,
  });
}

/** @throws PortcullisError ARGUMENT_MISSING */
export function requireReason(reason: string): void {
  if (reason.trim() !== "") return;
  throw new PortcullisError(
    "ARGUMENT_MISSING",
    "An upgrade needs a reason: those who sign it later read it",
    {
      hint: "add --reason '…'",
    },
  );
}
