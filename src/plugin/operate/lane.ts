/** The lane the chain has for one call: who may make it, and whether at once, scheduled with a manager, or by timelock. */
import { type Address, getAddress, type Hex, isAddressEqual } from "viem";
import type { NamedContract } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { readExecutionDelay } from "../../operations/routes/readPending.ts";
import type { Route } from "../../operations/types.ts";
import { readSnapshot } from "../../snapshot/readSnapshot.ts";
import type { ManagerState } from "../../snapshot/types.ts";
import { chooseActor, findPrincipal, type Operations, principalRoute } from "./open.ts";
import { findTimelock, timelockRoute } from "./propose.ts";

/** @throws PortcullisError NO_LANE, NOT_PERMITTED, PRINCIPAL_UNKNOWN */
export async function findLane(
  operations: Operations,
  target: NamedContract,
  selector: Hex,
  as: string,
): Promise<Route> {
  const { project, client, timelocks } = operations;
  const fromBlock = project.manifest ? { fromBlock: project.manifest.fromBlock } : {};
  const read = async (address: Address) =>
    (await readSnapshot(client, { addresses: [address], chainId: project.chainId, ...fromBlock }))
      .contracts[0];
  const state = await read(target.address);
  const owner = state?.ownable?.owner;
  if (owner) {
    const timelock = timelocks.find((t) => isAddressEqual(t.address, owner));
    return timelock
      ? timelockRoute(operations, findTimelock(operations, timelock.name), as)
      : principalRoute(operations, owner);
  }
  const authority = state?.managed?.authority;
  const manager = authority && (await read(authority))?.manager;
  if (!authority || !manager) throw noLane(target, "it has neither an owner nor a manager");
  const members = membersOf(manager, target.address, selector);
  const chosen =
    as === ""
      ? await chooseActor(
          operations,
          await quickFirst(operations, authority, members, target.address, selector),
        )
      : findPrincipal(operations, as);
  if (!chosen) throw noLane(target, `nobody holds a role for ${selector}`);
  const timelock = timelocks.find((t) => isAddressEqual(t.address, chosen));
  if (timelock) return timelockRoute(operations, timelock, "");
  const delay = await readExecutionDelay(client, authority, chosen, target.address, selector);
  return delay === 0n
    ? principalRoute(operations, chosen)
    : { kind: "manager", manager: authority, from: getAddress(chosen) };
}

function membersOf(manager: ManagerState, target: Address, selector: Hex): Address[] {
  const functions = manager.targets.find((t) => isAddressEqual(t.address, target))?.functions ?? [];
  const role = functions.find((f) => f.selector === selector)?.role ?? 0n;
  return (manager.roles.find((r) => r.id === role)?.members ?? []).map((m) => m.account);
}

/** Those that may act now, by rising delay; pending and expired members are left out. */
async function quickFirst(
  operations: Operations,
  manager: Address,
  members: readonly Address[],
  target: Address,
  selector: Hex,
): Promise<Address[]> {
  const delays = await Promise.all(
    members.map(async (account) => {
      try {
        return {
          account,
          delay: await readExecutionDelay(operations.client, manager, account, target, selector),
        };
      } catch (error) {
        if (error instanceof PortcullisError && error.code === "NOT_PERMITTED") return undefined;
        throw error;
      }
    }),
  );
  return delays
    .filter((found) => found !== undefined)
    .sort((a, b) => (a.delay < b.delay ? -1 : a.delay > b.delay ? 1 : 0))
    .map(({ account }) => account);
}

function noLane(target: NamedContract, why: string): PortcullisError {
  return new PortcullisError("NO_LANE", `Nobody can do this to ${target.name}: ${why}`, {
    hint: `npx hardhat roles who ${target.name}.pause`,
    details: { contract: target.name, address: target.address },
  });
}
