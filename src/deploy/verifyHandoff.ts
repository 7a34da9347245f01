/** What an address holds over a deployment, beside what the policy gives it. */

import type { PublicClient } from "viem";
import { type Address, getAddress, isAddress } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";
import { nearestName } from "../policy/text/nearest.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { type FindRightsParameters, findRights, type Right, rightsIn } from "./findRights.ts";

export interface HandoffReport {
  holder: Address;
  /** Rights the policy gives the holder by name. */
  declared: readonly Right[];
  /** Rights nobody declared: findings. */
  undeclared: readonly Right[];
  snapshot: Snapshot;
}

export async function verifyHandoff(
  client: PublicClient,
  desired: Desired,
  holder: Address,
  options: Pick<FindRightsParameters, "fromBlock"> = {},
): Promise<HandoffReport> {
  const { rights, snapshot } = await findRights(client, {
    ...options,
    holder,
    contracts: desired.contracts.map((contract) => contract.address),
    roles: desired.contracts.flatMap((c) => c.manager?.roles.map((role) => role.id) ?? []),
  });
  const isDeclared = ({ contract, right }: Right) => {
    const state = desired.contracts.find((c) => c.address === contract);
    return state !== undefined && rightsIn(state, holder).includes(right);
  };
  return {
    holder,
    declared: rights.filter(isDeclared),
    undeclared: rights.filter((right) => !isDeclared(right)),
    snapshot,
  };
}

/** By name of the policy, or an address. Throws `PRINCIPAL_UNKNOWN`. */
export function resolveHolder(desired: Desired, nameOrAddress: string): Address {
  if (isAddress(nameOrAddress, { strict: false })) return getAddress(nameOrAddress);
  const found = desired.principals.find((p) => p.name === nameOrAddress);
  if (found !== undefined) return found.address;
  const names = desired.principals.map((p) => p.name);
  const nearest = nearestName(nameOrAddress, names);
  throw new PortcullisError(
    "PRINCIPAL_UNKNOWN",
    `"${nameOrAddress}" is neither an address nor a name of the policy`,
    {
      hint: nearest === undefined ? `one of: ${names.join(", ")}` : `did you mean ${nearest}?`,
      details: { written: nameOrAddress, nearest },
    },
  );
}
