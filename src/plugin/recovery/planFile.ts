/** What a guardians' file comes to on this chain: what would be sent, and sending it. */
import type { ApprovalFile } from "../../accounts/recovery/approvalFile.ts";
import { type NextAct, nextAct } from "../../accounts/recovery/nextAct.ts";
import {
  findPlace,
  planFinalize,
  planSubmission,
  type RecoveryCall,
} from "../../accounts/recovery/planCalls.ts";
import { requireWeight } from "../../accounts/recovery/requireWeight.ts";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import { verifyApprovals } from "../../accounts/recovery/verifyApprovals.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { PortcullisError } from "../../errors.ts";
import type { Project } from "../project.ts";
import type { SigningGuardian } from "./chooseGuardian.ts";
import { type AccountRecovery, readState } from "./readAccountRecovery.ts";
import { requireCurrent } from "./signFile.ts";

export interface Submission {
  found: AccountRecovery;
  /** Of a new owner only: where it stands. */
  next?: NextAct;
  /** Absent where nothing is to be sent now. */
  send?: { call: RecoveryCall; act: readonly string[]; label: string };
  /** Signers whose signatures are left away, because the chain would refuse them. */
  leftOut: readonly string[];
}

/**
 * @param account in a file with several on this chain
 * @param path of the file, for hints
 * @throws PortcullisError APPROVAL_ELSEWHERE, RECOVERY_OTHER_TERMS, APPROVALS_MISSING, and what `nextAct` throws
 */
export async function planFile(
  project: Project,
  file: ApprovalFile,
  { path, account }: { path: string; account?: `0x${string}` },
): Promise<Submission> {
  const { book, chainId, client } = project;
  const place = findPlace(file, chainId, account);
  const name = findByAddress(book, place.account)?.name ?? place.account;
  const found = await readState(project, name, place);
  const { state, now, owner } = found;
  if (file.action === "recover") {
    const { nonce } = findPlace(file, chainId, account);
    const next = nextAct(file, nonce, state, { now, owner });
    if (next.kind === "finalize") {
      const act = ["finalize", place.account, String(state.nonce)];
      const call = planFinalize(file, chainId, place.account);
      return { found, next, send: { call, act, label: `Give a new owner to ${name}` }, leftOut: [] };
    }
    if (next.kind !== "schedule") return { found, next, leftOut: [] };
    const { good, leftOut } = await weigh(next.needed);
    const call = planSubmission({ ...file, signatures: good }, chainId, place.account);
    const act = ["schedule", place.account, String(state.nonce)];
    return { found, next, send: { call, act, label: `Ask for a new owner of ${name}` }, leftOut };
  }
  const label = `${labels[file.action]} ${name}`;
  if (file.action === "drill") {
    const fresh = file.signatures.filter(({ signer }) => !isOnRecord(signer, file.signedAt, state));
    if (file.signatures.length > 0 && fresh.length === 0) return { found, leftOut: [] };
    requireCurrent(file, now);
    const { good, leftOut } = await weigh(1, { ...file, signatures: fresh });
    const call = planSubmission({ ...file, signatures: good }, chainId, place.account);
    // Whoever signs later is recorded by a call of its own.
    const act = ["drill", place.account, String(file.signedAt), ...good.map(({ signer }) => signer).sort()];
    return { found, send: { call, act, label }, leftOut };
  }
  requireCurrent(file, now);
  requireNumber(file, found);
  const { good, leftOut } = await weigh(neededFor(file, place.terms));
  const call = planSubmission({ ...file, signatures: good }, chainId, place.account);
  const act = [file.action, place.account, String(file.number)];
  return { found, send: { call, act, label }, leftOut };

  async function weigh(needed: number, signed: ApprovalFile = file) {
    const { good, bad } = await verifyApprovals(client, signed);
    const signers = good.map(({ signer }) => signer);
    const refused = bad.map(({ signer }) => signer);
    requireWeight({ terms: place.terms, needed, signers, refused, book, file: path });
    const nameOf = (signer: string) =>
      findByAddress(book, signer.slice(0, 42) as `0x${string}`)?.name ?? signer;
    return { good, leftOut: refused.map(nameOf) };
  }
}

const labels = {
  freeze: "Freeze",
  unfreeze: "Lift the freeze of",
  veto: "Veto the change of guardians of",
  drill: "Record who can sign for",
} as const;

/** The contract refuses a proof that is not later than the one it has, and with it all others of the call. */
const isOnRecord = (signer: string, signedAt: number, { guardians }: AccountRecovery["state"]): boolean =>
  guardians.some((one) => one.signer.toLowerCase() === signer.toLowerCase() && one.lastSeen >= signedAt);

/** Weight: one alone freezes; a change of the guardians is refused by most of them at least. */
export function neededFor({ action }: Pick<ApprovalFile, "action">, terms: `0x${string}`): number {
  const { guardians, threshold } = decodeTerms(terms);
  if (action === "freeze" || action === "drill") return 1;
  const all = guardians.reduce((sum, { weight }) => sum + weight, 0);
  return action === "veto" ? Math.max(threshold, Math.floor(all / 2) + 1) : threshold;
}

/** What is signed for one freeze or change is worth nothing for another. */
function requireNumber(
  file: Extract<ApprovalFile, { number: bigint }>,
  { state: { freeze, change } }: AccountRecovery,
): void {
  const present = {
    freeze: freeze.number + 1n,
    unfreeze: freeze.number,
    veto: change?.number ?? 0n,
  }[file.action];
  if (file.number === present) return;
  throw new PortcullisError("APPROVALS_VOID", "What the file is about is over: its signatures are void", {
    hint: "npx hardhat recovery status",
    details: { signed: file.number, present },
  });
}

/** Whether this guardian's signature alone does it. */
export function isEnough(file: ApprovalFile, { key, safe }: Pick<SigningGuardian, "key" | "safe">): boolean {
  if (safe !== undefined && safe.threshold > 1) return false;
  const signer = (safe?.address ?? key).toLowerCase();
  const { terms } = file.places[0];
  const found = decodeTerms(terms).guardians.find((guardian) => guardian.signer.toLowerCase() === signer);
  return found !== undefined && found.weight >= neededFor(file, terms);
}
