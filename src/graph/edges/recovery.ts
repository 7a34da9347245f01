/**
 * Guardians make a smart account obey a key of theirs: after the delay of its recovery, and the quarantine in which it
 * calls nothing. Of a recovery that is pending already, the key they asked for needs nobody any more.
 */
import { type Address, getAddress, type Hex, keccak256, slice } from "viem";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import type { SmartAccountState } from "../../snapshot/types.ts";
import type { Graph } from "../buildGraph.ts";
import type { Edge, Power } from "../types.ts";

export function recoveryEdges(graph: Graph, address: Address, account: SmartAccountState): Edge[] {
  const { recoveryModule: module, recovery } = account;
  const gains: Power = { kind: "act", address };
  if (BigInt(module) === 0n || recovery?.terms === "0x") return [];
  if (recovery === undefined) {
    // A module that is not understood may ask anybody, or nobody.
    const via = { kind: "recoveryModule", account: address, module } as const;
    const needs = [{ power: { kind: "act", address: module } as const, wait: 0n }];
    return [{ gains, needs, threshold: 1, via, vetoers: [], expires: 0n, assumed: true }];
  }
  const { threshold, delay, guardians, quarantine } = decodeTerms(recovery.terms);
  const { vetoes, request } = recovery;
  const quiet = quarantine?.duration ?? 0n;
  // Once the owner has no veto left, all guardians together recover in twice the time, and nobody stops them.
  const isFinal = vetoes.left === 0;
  const holders = guardians.flatMap(({ signer, weight }) => Array<Address>(weight).fill(holderOf(signer)));
  const wait = (isFinal ? 2n * delay : delay) + quiet;
  const owner = isFinal ? [] : [holderOf(account.owner)];
  const asked: Edge = {
    gains,
    needs: holders.map((holder) => ({ power: { kind: "act", address: holder }, wait })),
    threshold: isFinal ? holders.length : threshold,
    via: { kind: "recovery", account: address, vetoes: vetoes.left, quarantine: quiet },
    vetoers: owner,
    expires: 0n,
  };
  if (request === undefined || request.expiresAt <= graph.now) return [asked];
  const newOwner = holderOf(request.newOwner);
  const left = request.readyAt > graph.now ? request.readyAt - graph.now : 0n;
  const pending: Edge = {
    gains,
    needs: [{ power: { kind: "act", address: newOwner }, wait: left + quiet }],
    threshold: 1,
    via: { kind: "recoveryRequest", account: address, newOwner },
    vetoers: request.isFinal ? [] : owner,
    // It is carried out before that; what it leaves stays.
    expires: 0n,
  };
  return [asked, pending];
}

/** Of a key that is no address, an address that stands for it: the same for the same key, and nobody else's. */
export const holderOf = (signer: Hex): Address =>
  getAddress(signer.length === 42 ? signer : slice(keccak256(signer), 12));
