/** One order about sessions, whatever else differs: to grant one that the policy declares, to revoke one, or all. */
import { decodeSession } from "../accounts/sessions/decodeSession.ts";
import { PortcullisError } from "../errors.ts";
import type { Plan } from "../operations/types.ts";
import type { Desired, DesiredContract, DesiredSession } from "../policy/desired.ts";
import { nearestName } from "../policy/text/nearest.ts";
import type { GrantedSession, SmartAccountState, Snapshot } from "../snapshot/types.ts";
import { sameAddress } from "./model.ts";
import { type PlanOptions, planChanges } from "./planChanges.ts";

export interface SessionOrder {
  kind: "grant" | "revoke";
  /** `keeper.daily`, `keeper.0x12345678` for one the policy does not know, `keeper` for all. */
  session: string;
}

export interface KnownSession {
  account: DesiredContract;
  /** In the policy; absent where only the chain knows it. */
  wanted?: DesiredSession;
  /** On the chain; absent where only the policy knows it. */
  found?: GrantedSession;
}

/** @throws PortcullisError ACCOUNT_UNKNOWN, SESSION_UNKNOWN */
export function planSessionOrder(
  desired: Desired,
  snapshot: Snapshot,
  { kind, session }: SessionOrder,
  options: PlanOptions,
): Plan {
  const [name = "", ...rest] = session.split(".");
  const wanted = rest.join(".");
  const account = findAccount(desired, name, wanted === "" ? "" : `.${wanted}`);
  const known = listSessions(account, accountIn(snapshot, account));
  const standing = known.filter(({ found }) => found !== undefined && !found.revoked);
  if (wanted === "") {
    if (kind === "grant") throw unknownSession(name, wanted, known);
    const { epoch } = accountIn(snapshot, account);
    return plan(desired, snapshot, { ...bare(account), voidSessions: epoch }, options);
  }
  const one = known.find(
    (candidate) => nameOf(candidate) === wanted || candidate.found?.id?.startsWith(wanted),
  );
  if (one === undefined || (kind === "grant" && one.wanted === undefined))
    throw unknownSession(name, wanted, known);
  const kept = standing.filter((candidate) => candidate !== one);
  const wishes = kind === "grant" ? [...kept, one] : kept;
  const sessions = wishes.map((wish) => wish.wanted ?? asWish(account.name, wish.found as GrantedSession));
  return plan(desired, snapshot, { ...bare(account), sessions }, options);
}

/** The policy's and the chain's, each once. */
export function listSessions(account: DesiredContract, state: SmartAccountState | undefined): KnownSession[] {
  const found = [...(state?.sessions ?? [])];
  const terms = (session: { terms: string }) => session.terms.slice(10).toLowerCase();
  const declared = (account.sessions ?? []).map((wanted): KnownSession => {
    const same = found.filter((session) => terms(session) === terms(wanted));
    const on = same.find((session) => !session.revoked) ?? same[0];
    for (const session of same) found.splice(found.indexOf(session), 1);
    return { account, wanted, ...(on === undefined ? {} : { found: on }) };
  });
  return [...declared, ...found.map((session): KnownSession => ({ account, found: session }))];
}

export const nameOf = ({ wanted, found }: KnownSession): string =>
  wanted?.name ?? found?.id?.slice(0, 10) ?? "";

/** @param rest what was written after the name @throws PortcullisError ACCOUNT_UNKNOWN */
export function findAccount(desired: Desired, name: string, rest = ""): DesiredContract {
  const accounts = desired.contracts.filter(({ account }) => account !== undefined);
  const found = accounts.find((contract) => contract.name === name || contract.address === name);
  if (found !== undefined) return found;
  const names = accounts.map((contract) => contract.name);
  const nearest = nearestName(name, names);
  throw new PortcullisError("ACCOUNT_UNKNOWN", `The policy has no account ${JSON.stringify(name)}`, {
    hint: nearest
      ? `did you mean ${nearest}?`
      : names.length === 0
        ? "declare it under accounts in the policy"
        : `one of: ${names.join(", ")}`,
    details: { name, written: `${name}${rest}`, nearest: nearest && `${nearest}${rest}` },
  });
}

/** @throws PortcullisError ACCOUNT_MISSING */
export function accountIn(snapshot: Snapshot, { name, address }: DesiredContract): SmartAccountState {
  const found = snapshot.contracts.find((contract) => sameAddress(contract.address, address))?.account;
  if (found !== undefined) return found;
  throw new PortcullisError("ACCOUNT_MISSING", `There is no smart account ${name} at ${address}`, {
    hint: `npx hardhat account create ${name}`,
    details: { name, address },
  });
}

function plan(desired: Desired, snapshot: Snapshot, account: DesiredContract, options: PlanOptions): Plan {
  const contracts = desired.contracts.map(
    ({ name, address, codehash }): DesiredContract =>
      name === account.name ? account : { name, address, codehash },
  );
  return planChanges({ ...desired, contracts }, snapshot, options);
}

/** Owner and entry point are no part of the order. */
const bare = ({ name, address, codehash, account }: DesiredContract): DesiredContract => ({
  name,
  address,
  codehash,
  ...(account === undefined ? {} : { account: { ...account, owner: "0x" as const } }),
});

const asWish = (account: string, { terms, id = "0x" }: GrantedSession): DesiredSession => ({
  account,
  name: id.slice(0, 10),
  session: decodeSession(terms),
  terms,
});

function unknownSession(account: string, session: string, known: readonly KnownSession[]): PortcullisError {
  const names = known.map(nameOf);
  const nearest = nearestName(session, names);
  const others =
    names.length === 0
      ? `declare it under accounts.${account}.sessions`
      : `one of: ${names.map((n) => `${account}.${n}`).join(", ")}`;
  return new PortcullisError(
    "SESSION_UNKNOWN",
    session === "" ? `Which session of ${account}?` : `${account} has no session ${JSON.stringify(session)}`,
    {
      hint: nearest ? `did you mean ${account}.${nearest}?` : others,
      details: {
        account,
        written: session === "" ? account : `${account}.${session}`,
        nearest: nearest && `${account}.${nearest}`,
      },
    },
  );
}
