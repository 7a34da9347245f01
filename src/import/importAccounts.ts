/** Safes and timelocks as a policy writes them. */
import { type Address, zeroAddress } from "viem";
import { formatChainAddress } from "../policy/text/chainAddress.ts";
import { formatDuration } from "../policy/text/duration.ts";
import { publishedSingleton } from "../safe/publishedSingleton.ts";
import type { PostCondition, SafeState, TimelockState } from "../snapshot/types.ts";
import type { Parties, Party } from "./nameParties.ts";
import { settledOf } from "./settledOf.ts";

export interface Where {
  chainId: number;
  /** Short name of the chain: the prefix of its addresses. */
  short: string;
}

export function importSafe(where: Where, party: Party, safe: SafeState, { nameOf }: Parties): unknown {
  const at = (address: Address) => formatChainAddress(address, where.short);
  const published = publishedSingleton(where.chainId, safe.singleton);
  const known =
    published !== undefined && (safe.version === published || safe.version.startsWith(`${published}+`));
  return {
    at: at(party.address),
    version: safe.version,
    owners: safe.owners.map(nameOf),
    threshold: safe.threshold,
    ...(safe.modules.length === 0 ? {} : { modules: safe.modules.map(nameOf) }),
    ...(safe.guard === zeroAddress ? {} : { guard: nameOf(safe.guard) }),
    ...(safe.fallbackHandler === zeroAddress ? {} : { fallbackHandler: at(safe.fallbackHandler) }),
    ...(known || safe.singleton === zeroAddress ? {} : { singleton: at(safe.singleton) }),
  };
}

export function importTimelock(
  where: Where,
  party: Party,
  timelock: TimelockState,
  { nameOf }: Parties,
): unknown {
  const { flavour, floor, ceiling, expiry, vetoLimit, vetoWindow } = timelock;
  const ours = flavour === "portcullis";
  const admins = timelock.admins.filter((a) => a !== party.address);
  const span = (name: string, seconds: bigint | undefined) =>
    seconds === undefined || !ours ? {} : { [name]: formatDuration(seconds) };
  return {
    at: formatChainAddress(party.address, where.short),
    ...(ours ? {} : { flavour }),
    delay: formatDuration(settledOf(timelock.delay)),
    ...span("floor", floor),
    ...span("ceiling", ceiling),
    ...span("expiry", expiry),
    ...(ours && vetoLimit !== undefined && vetoWindow !== undefined
      ? { vetoes: { limit: Number(vetoLimit), window: formatDuration(vetoWindow) } }
      : {}),
    proposers: timelock.proposers.map(nameOf),
    executors: timelock.executors.includes(zeroAddress) ? "anyone" : timelock.executors.map(nameOf),
    cancellers: timelock.cancellers.map(nameOf),
    ...(timelock.guardians.length === 0 ? {} : { guardians: timelock.guardians.map(nameOf) }),
    ...(timelock.postConditions === undefined || timelock.postConditions.length === 0
      ? {}
      : { postConditions: timelock.postConditions.map((c) => importCondition(c, nameOf)) }),
    ...(admins.length === 0 || ours ? {} : { admins: admins.map(nameOf) }),
  };
}

/** By its bytes: an import knows no ABI. */
function importCondition(
  { target, data, comparison, expected }: PostCondition,
  nameOf: Parties["nameOf"],
): unknown {
  const expect = comparison === "equals" ? { hash: expected } : { [comparison]: BigInt(expected).toString() };
  return { to: nameOf(target), data, expect };
}
