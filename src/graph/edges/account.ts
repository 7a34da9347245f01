/**
 * A smart account acts for its owner's key, for whoever may replace that, and for session keys within their scope. A
 * session lends the account's whole power only as far as the question goes: to the calls it names.
 */
import { type Address, getAddress, type Hex, isAddressEqual } from "viem";
import { keysOfOwner, readOwner } from "../../accounts/owners/readOwner.ts";
import { decodeSession } from "../../accounts/sessions/decodeSession.ts";
import type { Session } from "../../accounts/sessions/session.ts";
import type { ContractState, SmartAccountState } from "../../snapshot/types.ts";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";
import { plainEdge } from "./plainEdge.ts";
import { recoveryEdges } from "./recovery.ts";

/** A call that answers the question. */
export interface AskedCall {
  target: Address;
  selector: Hex;
}

/** Of an ERC-7913 signer: the key, where that is an address. */
export const keyOf = (signer: Hex): Address | undefined =>
  signer.length === 42 ? getAddress(signer) : undefined;

export function accountEdges(graph: Graph, { address, account }: ContractState): Edge[] {
  if (!account) return [];
  const gains: Power = { kind: "act", address };
  const held = heldFor(graph, account);
  const edges: Edge[] = ownerEdges(gains, address, account.owner, held);
  edges.push(...recoveryEdges(graph, address, account));
  for (const { terms, revoked } of account.sessions) {
    const edge = revoked ? undefined : sessionEdge(graph, gains, address, decodeSession(terms), held);
    if (edge !== undefined) edges.push(edge);
  }
  return edges;
}

/**
 * Members of equal weight are as owners of a Safe. Where weights differ it is assumed that any of them weigh as much as the
 * heaviest: nobody has more power than that.
 */
function ownerEdges(gains: Power, account: Address, owner: Hex, wait: bigint): Edge[] {
  const form = readOwner(owner);
  if (form.kind === "verified") return [];
  // An EOA that delegates to an account's code: the key is the account.
  if (form.kind === "key" && form.address === getAddress(account)) return [];
  if (form.kind === "key") {
    const via = { kind: "account", account, owner: form.address } as const;
    return [plainEdge(gains, { kind: "act", address: form.address }, via, wait)];
  }
  const keys = keysOfOwner(owner);
  const weights = form.members.map(({ weight }) => weight).sort((a, b) => Number(b - a));
  let threshold = 0;
  for (let sum = 0n; sum < form.threshold && threshold < weights.length; threshold += 1)
    sum += weights[threshold] as bigint;
  const edge: Edge = {
    gains,
    needs: keys.map((address) => ({ power: { kind: "act", address }, wait })),
    threshold,
    via: { kind: "owners", account, threshold, of: form.members.length },
    vetoers: [],
    expires: 0n,
    ...(weights[0] === weights.at(-1) ? {} : { assumed: true as const }),
  };
  return keys.length < threshold ? [] : [edge];
}

/** Seconds for which it calls nothing: frozen, or in quarantine after a recovery. */
function heldFor({ now }: Graph, { frozenUntil, quarantine }: SmartAccountState): bigint {
  const until = frozenUntil > quarantine.until ? frozenUntil : quarantine.until;
  return until > now ? until - now : 0n;
}

function sessionEdge(
  graph: Graph,
  gains: Power,
  account: Address,
  session: Session,
  held: bigint,
): Edge | undefined {
  const key = keyOf(session.signer);
  const expires = BigInt(session.validUntil) + 1n;
  if (key === undefined || expires <= graph.now) return undefined;
  const exact = session.actions.some((action) => graph.asked.some((call) => isCovered(action, call)));
  // What calls of these lead to is theirs to say.
  const wide = session.actions.some(({ target }) => leadsOn(graph.contract(getAddress(target))));
  if (!exact && !wide) return undefined;
  const wait = BigInt(session.validAfter) > graph.now ? BigInt(session.validAfter) - graph.now : 0n;
  const via = { kind: "session", account, key } as const;
  const edge = plainEdge(gains, { kind: "act", address: key }, via, wait > held ? wait : held);
  return { ...edge, expires, ...(exact ? {} : { assumed: true as const }) };
}

const isCovered = (action: Session["actions"][number], { target, selector }: AskedCall): boolean =>
  isAddressEqual(action.target, target) && action.selector?.toLowerCase() === selector.toLowerCase();

const leadsOn = (state: ContractState | undefined): boolean =>
  [state?.manager, state?.timelock, state?.safe, state?.account].some((surface) => surface !== undefined);
