/**
 * Smart accounts whose guardians something was done about: the module alone is called for that, and the account it is
 * about stands in the module's logs.
 */
import { type Address, getAddress, type Hex, slice, toEventSelector } from "viem";
import { guardianRecoveryAbi } from "../../abi/guardianRecovery.ts";

const ABOUT_ACCOUNTS = new Set<Hex>(
  guardianRecoveryAbi.flatMap((entry) =>
    entry.type === "event" && entry.inputs[0]?.name === "account" ? [toEventSelector(entry)] : [],
  ),
);

/** Whoever emits such a log: what is at the address is asked. */
export function accountsInLogs(logs: readonly { topics: readonly Hex[] }[]): Address[] {
  return logs.flatMap(({ topics: [event, account] }) =>
    event !== undefined && account !== undefined && ABOUT_ACCOUNTS.has(event)
      ? [getAddress(slice(account, 12))]
      : [],
  );
}
