/** A snapshot as a policy: what the chain has, written down, so that a team starts from it. */
import { shortNameOf } from "../policy/chains.ts";
import { formatChainAddress } from "../policy/text/chainAddress.ts";
import type { ManagerState, SafeState, Snapshot, TimelockState } from "../snapshot/types.ts";
import { importSafe, importTimelock } from "./importAccounts.ts";
import { importContract } from "./importContract.ts";
import { importManager, importRoles } from "./importManager.ts";
import { nameParties, type Parties, type Party } from "./nameParties.ts";

export interface ImportOptions {
  /** Name of the policy. */
  name: string;
  network: string;
  tier: "development" | "staging" | "production";
  /** Names by address, where better ones are known. */
  names?: ReadonlyMap<string, string>;
}

/** A policy as it is written, section by section; an entry's notes become comments. */
export type ImportedPolicy = Record<string, unknown>;

/** Grants that have expired are left out: they give no power. */
export function importPolicy(
  snapshot: Snapshot,
  options: ImportOptions,
): { policy: ImportedPolicy; parties: Parties } {
  const lower = new Map(
    [...(options.names ?? [])].map(([address, name]) => [address.toLowerCase(), name] as const),
  );
  const parties = nameParties(snapshot, lower);
  const short = shortNameOf(snapshot.chainId) ?? `chain${snapshot.chainId}`;
  const where = { chainId: snapshot.chainId, short };
  const known = shortNameOf(snapshot.chainId) !== undefined;
  const at = (party: Party) => formatChainAddress(party.address, short);
  const section = (name: Party["section"], entry: (party: Party) => unknown) => {
    const entries = parties.all.filter((p) => p.section === name).map((p) => [p.name, entry(p)] as const);
    return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) };
  };
  const roles = Object.fromEntries(
    parties.all.flatMap((party) =>
      party.state?.manager === undefined ? [] : importRoles(party, parties, snapshot),
    ),
  );
  const policy: ImportedPolicy = {
    schema: 1,
    name: options.name,
    networks: {
      [options.network]: {
        chain: snapshot.chainId,
        tier: options.tier,
        ...(known ? {} : { shortName: short }),
      },
    },
    ...section("principals", (party) =>
      party.state === undefined || party.state.codehash === null
        ? { address: party.address }
        : { address: at(party), kind: "contract" },
    ),
    ...section("safes", (party) => importSafe(where, party, party.state?.safe as SafeState, parties)),
    ...section("timelocks", (party) =>
      importTimelock(where, party, party.state?.timelock as TimelockState, parties),
    ),
    ...section("managers", (party) =>
      importManager(at(party), party.state?.manager as ManagerState, parties),
    ),
    ...section("contracts", (party) =>
      importContract(at(party), party.address, party.state, parties, snapshot),
    ),
    ...(Object.keys(roles).length === 0 ? {} : { roles }),
  };
  return { policy, parties };
}
