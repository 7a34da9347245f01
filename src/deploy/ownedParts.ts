/**
 * The part of a policy that constructors leave open: owners and admins of the contracts it deploys, and what only a
 * timelock itself, or an account's owner, can say.
 */
import { type Address, isAddressEqual, toFunctionSelector } from "viem";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { AccessControlState, Snapshot } from "../snapshot/types.ts";

const AUTHORITY = toFunctionSelector("authority()");
const TRANSFER_OWNERSHIP = toFunctionSelector("transferOwnership(address)");

/** All contracts stay, so that it is known who they are; what they shall be stays only where the deployment decides. */
export function ownedParts(desired: Desired): Desired {
  return {
    ...desired,
    contracts: desired.contracts.map((contract): DesiredContract => {
      const { name, address, codehash, functionNames, deployment, accessControl, timelock } = contract;
      const { account, sessions, recovery } = contract;
      const bare = { name, address, codehash, ...(functionNames === undefined ? {} : { functionNames }) };
      if (deployment === undefined) return bare;
      const ownable = contract.ownable ?? ownedByManager(contract);
      return {
        ...bare,
        deployment,
        ...(ownable === undefined ? {} : { ownable }),
        ...(accessControl === undefined ? {} : { accessControl }),
        ...(timelock === undefined ? {} : { timelock }),
        ...(account === undefined ? {} : { account }),
        ...(sessions === undefined ? {} : { sessions }),
        ...(recovery === undefined ? {} : { recovery }),
      };
    }),
  };
}

/** An Ownable that has a manager and no place for an authority is called through the manager, as its owner. */
function ownedByManager({ managed, functionNames = {} }: DesiredContract): DesiredContract["ownable"] {
  if (managed === undefined || AUTHORITY in functionNames || !(TRANSFER_OWNERSHIP in functionNames))
    return undefined;
  return { owner: managed.authority };
}

/** The same wishes while the deployer still has what it has: only others gain and lose. */
export function keepRoles(wanted: Desired, snapshot: Snapshot, deployer: Address): Desired {
  return {
    ...wanted,
    contracts: wanted.contracts.map(({ ownable: _, accessControl, ...contract }) => {
      const found = snapshot.contracts.find((c) => isAddressEqual(c.address, contract.address));
      if (accessControl === undefined) return contract;
      const roles = withMember(accessControl.roles, found?.accessControl?.roles ?? [], deployer);
      return { ...contract, accessControl: { roles } };
    }),
  };
}

function withMember(
  wanted: AccessControlState["roles"],
  found: AccessControlState["roles"],
  member: Address,
): AccessControlState["roles"] {
  const held = found.filter(({ members }) => members.some((m) => isAddressEqual(m, member)));
  const others = held.filter(({ role }) => !wanted.some((wish) => wish.role === role));
  return [
    ...wanted.map((wish) =>
      held.some(({ role }) => role === wish.role) && !wish.members.includes(member)
        ? { ...wish, members: [...wish.members, member] }
        : wish,
    ),
    ...others.map((role) => ({ ...role, members: [member] })),
  ];
}
