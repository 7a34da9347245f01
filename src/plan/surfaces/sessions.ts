/**
 * What keys may do by themselves as a smart account. A session is known by its terms: one that differs in anything is
 * another one, granted anew and the old one revoked. The salt tells equal terms apart and is no wish.
 */
import { concatHex, encodeFunctionData, type Hex, numberToHex, slice } from "viem";
import { sessionValidatorAbi } from "../../abi/sessionValidator.ts";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { decodeSession } from "../../accounts/sessions/decodeSession.ts";
import type { DesiredSession } from "../../policy/desired.ts";
import type { GrantedSession, SmartAccountState } from "../../snapshot/types.ts";
import type { Caller, Change, SurfaceInput, SurfacePlan, SurfacePlanner } from "../change.ts";
import { changeSurface } from "../model.ts";

const SALT = 4;

export const planSessions: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found, context } = input;
  const now = found.account;
  if (wanted.account === undefined || now === undefined) return { changes: [] };
  const wishes = (wanted.sessions ?? []).filter(({ session }) => BigInt(session.validUntil) >= context.now);
  if (wanted.voidSessions !== undefined)
    return { changes: wanted.voidSessions === now.epoch ? [voiding(input)] : [] };
  const standing = now.sessions.filter((session) => !session.revoked && !isOver(session, context.now));
  return {
    changes: [
      ...standing
        .filter(({ terms }) => !wishes.some((wish) => isSame(wish.terms, terms)))
        .map((session) => revocation(input, now, session)),
      ...wishes
        .filter(({ terms }) => !standing.some((session) => isSame(terms, session.terms)))
        .map((wish) => granting(input, now, wish)),
    ],
  };
};

/** One word of the account: what was granted, and what was signed and is not used yet. */
function voiding(input: SurfaceInput): Change {
  const { wanted, found } = input;
  const { address } = found;
  return {
    ...shared(input),
    path: `${wanted.name}.epoch`,
    wanted: "nothing granted",
    found: "sessions and approvals",
    title: `Void every session of ${wanted.name}, and whatever its owner has signed for others`,
    effect: "tightening",
    calls: [
      {
        to: address,
        value: 0n,
        data: encodeFunctionData({ abi: smartAccountAbi, functionName: "bumpEpoch" }),
      },
    ],
    writes: `${address}/account/sessions`,
    apply: (model) =>
      changeSurface(model, address, "account", (state) => ({
        ...state,
        epoch: state.epoch + 1n,
        sessions: [],
      })),
  };
}

function granting(input: SurfaceInput, now: SmartAccountState, { name, terms }: DesiredSession): Change {
  const { wanted, found } = input;
  const { address } = found;
  const fresh = freshTerms(terms, now.sessions);
  return {
    ...shared(input),
    path: `${wanted.name}.sessions.${name}`,
    wanted: "granted",
    found: now.sessions.some((s) => s.revoked && isSame(s.terms, terms)) ? "revoked" : "not granted",
    title: `Grant the session ${name} of ${wanted.name}`,
    effect: "loosening",
    calls: [
      {
        to: now.sessionValidator,
        value: 0n,
        data: encodeFunctionData({ abi: sessionValidatorAbi, functionName: "grant", args: [fresh] }),
      },
    ],
    writes: `${address}/account/sessions/${slice(terms, SALT)}`,
    ...(BigInt(now.sessionValidator) === 0n
      ? {
          impossible: {
            why: `${wanted.name} has no session validator any more`,
            hint: "install it again as its owner, or take the session out of the policy",
          },
        }
      : {}),
    apply: (model) =>
      changeSurface(model, address, "account", (state) => ({
        ...state,
        sessions: [...state.sessions, { terms: fresh }],
      })),
  };
}

function revocation(input: SurfaceInput, now: SmartAccountState, session: GrantedSession): Change {
  const { wanted, found, context } = input;
  const { address } = found;
  const { signer } = decodeSession(session.terms);
  const key = context.nameOf(`0x${signer.slice(2, 42)}`);
  const id = session.id ?? "0x";
  return {
    ...shared(input),
    path: `${wanted.name}.sessions.${id.slice(0, 10)}`,
    wanted: "not granted",
    found: `granted to ${key}`,
    title: `Revoke the session ${id.slice(0, 10)} of ${wanted.name}, which ${key} holds`,
    effect: "tightening",
    calls: [
      {
        to: now.sessionValidator,
        value: 0n,
        data: encodeFunctionData({ abi: sessionValidatorAbi, functionName: "revoke", args: [id] }),
      },
    ],
    writes: `${address}/account/sessions/${slice(session.terms, SALT)}`,
    apply: (model) =>
      changeSurface(model, address, "account", (state) => ({
        ...state,
        sessions: state.sessions.map((s) => (s.terms === session.terms ? { ...s, revoked: true } : s)),
      })),
  };
}

/** The account itself asks its validator, and nobody else can. */
function shared({ found: { address } }: SurfaceInput): { callers: Caller[]; reads: string[] } {
  return { callers: [{ address, since: 0n, source: `${address}/account/owner` }], reads: [] };
}

const isSame = (a: Hex, b: Hex): boolean => slice(a, SALT).toLowerCase() === slice(b, SALT).toLowerCase();

const isOver = ({ terms }: GrantedSession, now: bigint): boolean =>
  BigInt(decodeSession(terms).validUntil) < now;

/** A session that was revoked is so for ever: the same terms take another salt. */
function freshTerms(terms: Hex, known: readonly GrantedSession[]): Hex {
  let salt = BigInt(slice(terms, 0, SALT));
  for (;;) {
    const candidate = concatHex([numberToHex(salt, { size: SALT }), slice(terms, SALT)]);
    if (!known.some((session) => session.terms.toLowerCase() === candidate.toLowerCase())) return candidate;
    salt = (salt + 1n) % 2n ** 32n;
  }
}
