/** A smart account's admin state as facts: who owns it, which keys act as it, and who replaces its owner. */
import { type Hex, keccak256, slice } from "viem";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import { decodeSession } from "../../accounts/sessions/decodeSession.ts";
import type { GuardianRecoveryState, SmartAccountState } from "../../snapshot/types.ts";

export type Put = (path: string, value: string | number | bigint | boolean | null | undefined) => void;

/** Counters and times are no power, and left out. */
export function putAccount(put: Put, { owner, sessions, recoveryModule, recovery }: SmartAccountState): void {
  put("account.owner", owner);
  for (const { terms, revoked } of sessions)
    if (!revoked) put(`account.session.${shortHash(terms)}`, decodeSession(terms).signer);
  put("account.recovery.module", BigInt(recoveryModule) === 0n ? undefined : recoveryModule);
  if (recovery !== undefined) putRecovery(put, recovery);
}

function putRecovery(put: Put, { terms, request, change }: GuardianRecoveryState): void {
  put("account.recovery.request", request?.newOwner);
  put("account.recovery.change", change && (change.terms === "0x" ? "removal" : shortHash(change.terms)));
  if (terms === "0x") return;
  const { guardians, quarantine, ...rules } = decodeTerms(terms);
  for (const { signer, weight } of guardians) put(`account.guardian.${signer}`, `weighs ${weight}`);
  put("account.recovery.threshold", rules.threshold);
  put("account.recovery.delay", rules.delay);
  put("account.recovery.expiry", rules.expiry);
  put("account.recovery.vetoes", rules.vetoes);
  put("account.recovery.refill", rules.refill);
  put("account.recovery.freeze", rules.freeze);
  put("account.recovery.rest", rules.rest);
  put("account.recovery.quarantine", quarantine?.duration);
  put("account.recovery.quarantine.limit", quarantine?.limit);
}

const shortHash = (terms: Hex): Hex => slice(keccak256(terms), 0, 4);
