/** Sessions of an account as people read them: whether they stand, and what they let their key do. */
import type { Hash, Hex } from "viem";
import { decodeSession } from "../accounts/sessions/decodeSession.ts";
import { describeSession } from "../accounts/sessions/describeSession.ts";
import type { Session } from "../accounts/sessions/session.ts";
import type { AddressBook } from "../chain/addressBook.ts";
import type { DesiredContract } from "../policy/desired.ts";
import type { SmartAccountState } from "../snapshot/types.ts";
import { type KnownSession, listSessions, nameOf } from "./sessionOrder.ts";

export type SessionStatus = "granted" | "not granted" | "revoked" | "over" | "not in the policy";

export interface DescribedSession {
  /** `keeper.daily` */
  name: string;
  id?: Hash;
  status: SessionStatus;
  session: Session;
  /** Packed: what a bot decodes its session from. */
  terms: Hex;
  /** Operations so far, where they are counted. */
  used?: number;
  text: string;
}

export function describeSessions(
  account: DesiredContract,
  state: SmartAccountState,
  { now, book }: { now: bigint; book: AddressBook },
): DescribedSession[] {
  return listSessions(account, state).map((known) => {
    const { wanted, found } = known;
    const session = found === undefined ? (wanted?.session as Session) : decodeSession(found.terms);
    const status = statusOf(known, session, now);
    const name = `${account.name}.${nameOf(known)}`;
    const used =
      found?.used !== undefined && session.maxUses !== undefined
        ? `, used ${found.used} of ${session.maxUses} times`
        : "";
    const head = `${name}: ${status}${used}${found?.id === undefined ? "" : ` (${found.id})`}`;
    return {
      name,
      ...(found?.id === undefined ? {} : { id: found.id }),
      status,
      session,
      terms: found?.terms ?? wanted?.terms ?? "0x",
      ...(found?.used === undefined ? {} : { used: found.used }),
      text: [head, ...describeSession(session, book).map((line) => `  ${line}`)].join("\n"),
    };
  });
}

function statusOf({ wanted, found }: KnownSession, { validUntil }: Session, now: bigint): SessionStatus {
  if (found?.revoked) return "revoked";
  if (BigInt(validUntil) < now) return "over";
  if (found === undefined) return "not granted";
  return wanted === undefined ? "not in the policy" : "granted";
}
