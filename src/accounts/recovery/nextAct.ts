/** What a file that asks for a new owner comes to now, on one chain. */
import { type Hex, keccak256, slice } from "viem";
import { PortcullisError } from "../../errors.ts";
import { formatTime } from "../../plan/wording.ts";
import type { RecoveryFile } from "./approvalFile.ts";
import type { RecoveryState } from "./readRecovery.ts";
import { decodeTerms } from "./terms.ts";

export type NextAct =
  | { kind: "done" }
  /** `needed`: weight. `readyIn`: seconds from the request on. */
  | { kind: "schedule"; needed: number; isFinal: boolean; readyIn: bigint; replaces: boolean }
  | { kind: "wait"; readyAt: number; expiresAt: number; isFinal: boolean }
  | { kind: "finalize"; expiresAt: number };

/**
 * @param now seconds
 * @param owner the account's present one; undefined where it does not say
 * @throws PortcullisError APPROVALS_VOID, APPROVAL_EXPIRED, RECOVERY_PENDING
 */
export function nextAct(
  { newOwner, deadline }: Pick<RecoveryFile, "newOwner" | "deadline">,
  nonce: bigint,
  state: RecoveryState,
  { now, owner }: { now: number; owner: Hex | undefined },
): NextAct {
  const { request, terms, vetoes } = state;
  if (request !== undefined && isFor(newOwner, request)) {
    const { readyAt, expiresAt, isFinal } = request;
    if (now < readyAt) return { kind: "wait", readyAt, expiresAt, isFinal };
    return { kind: "finalize", expiresAt };
  }
  if (owner?.toLowerCase() === newOwner.toLowerCase()) return { kind: "done" };
  if (request?.isFinal) throw pending(request.expiresAt);
  // Whatever ends or begins a request moves the nonce on, and voids what was signed before.
  if (nonce !== state.nonce) throw voided(state.nonce > nonce && request !== undefined);
  if (now >= deadline) throw expired(deadline);
  const { guardians, threshold, delay } = decodeTerms(terms);
  const isFinal = vetoes.left === 0n;
  const all = guardians.reduce((sum, { weight }) => sum + weight, 0);
  const least = isFinal ? all : threshold;
  return {
    kind: "schedule",
    needed: request === undefined ? least : Math.max(least, request.weight + 1),
    isFinal,
    readyIn: isFinal ? 2n * delay : delay,
    replaces: request !== undefined,
  };
}

/** Whether the pending request names this owner: a longer one by the first bytes of its hash. */
export const isFor = (newOwner: Hex, { isKey, owner }: NonNullable<RecoveryState["request"]>): boolean =>
  (isKey ? newOwner : slice(keccak256(newOwner), 0, 20)).toLowerCase() === owner.toLowerCase();

const voided = (pending: boolean): PortcullisError =>
  new PortcullisError(
    "APPROVALS_VOID",
    pending
      ? "Another owner was asked for since this file was written, and what was signed before is void"
      : "The owner vetoed it, or a recovery has come and gone since: what was signed in this file is void",
    { hint: "npx hardhat recovery propose" },
  );

const expired = (deadline: number): PortcullisError =>
  new PortcullisError("APPROVAL_EXPIRED", `The file was good until ${formatTime(BigInt(deadline))}`, {
    hint: "npx hardhat recovery propose",
    details: { deadline },
  });

const pending = (expiresAt: number): PortcullisError =>
  new PortcullisError("RECOVERY_PENDING", "All guardians asked for another owner: nothing replaces that", {
    hint: `wait until it is executed, or expires at ${formatTime(BigInt(expiresAt))}`,
    details: { expiresAt },
  });
