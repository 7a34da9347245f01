/** Ownable and Ownable2Step, a ProxyAdmin's owner included. */
import { type Address, encodeFunctionData, parseAbi } from "viem";
import { type Caller, type Change, impossible, type SurfacePlan, type SurfacePlanner } from "../change.ts";
import { changeSurface, sameAddress, ZERO_ADDRESS } from "../model.ts";
import { whyNotOperable } from "../power.ts";

const ABI = parseAbi(["function transferOwnership(address newOwner)", "function acceptOwnership()"]);

export const planOwnable: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  const { ownable } = found;
  if (wanted.ownable === undefined || ownable === undefined) return { changes: [] };
  const { address } = found;
  const owner = wanted.ownable.owner;
  const pending = ownable.pendingOwner;
  const twoStep = pending !== undefined;
  const path = `${wanted.name}.owner`;
  const writes = `${address}/owner`;
  const by = (who: Address): Caller[] => [{ address: who, since: 0n, source: writes }];
  const words = { wanted: context.nameOf(owner), found: context.nameOf(ownable.owner) };

  if (sameAddress(owner, ownable.owner)) {
    if (!twoStep || sameAddress(pending, ZERO_ADDRESS)) return { changes: [] };
    const withdraw: Change = {
      path: `${wanted.name}.pendingOwner`,
      wanted: "none",
      found: context.nameOf(pending),
      title: `Withdraw the pending transfer of ${wanted.name} to ${context.nameOf(pending)}`,
      effect: "tightening",
      calls: [transfer(address, ZERO_ADDRESS)],
      callers: by(ownable.owner),
      writes,
      reads: [],
      apply: (model) =>
        changeSurface(model, address, "ownable", (o) => ({ ...o, pendingOwner: ZERO_ADDRESS })),
    };
    return { changes: [withdraw] };
  }

  if (sameAddress(owner, ZERO_ADDRESS) || sameAddress(ownable.owner, ZERO_ADDRESS)) {
    const nobody = sameAddress(ownable.owner, ZERO_ADDRESS);
    const change = impossible(
      { path, ...words, effect: nobody ? "loosening" : "tightening" },
      nobody
        ? `${wanted.name} has no owner any more: its ownership was renounced`
        : "giving up an ownership for ever is nothing a plan does by itself",
      nobody
        ? "take the owner out of the policy, or replace the contract"
        : "call renounceOwnership() yourself, or name an owner",
    );
    return { changes: [change] };
  }

  const shared = {
    path,
    ...words,
    effect: "loosening" as const,
    writes,
    reads: [`${owner}/timelock`, `${owner}/safe`],
    rank: 9,
  };
  if (twoStep && sameAddress(pending, owner)) {
    const accept: Change = {
      ...shared,
      title: `Accept ${wanted.name} as ${context.nameOf(owner)}, its pending owner`,
      calls: [
        { to: address, value: 0n, data: encodeFunctionData({ abi: ABI, functionName: "acceptOwnership" }) },
      ],
      callers: by(owner),
      apply: (model) =>
        changeSurface(model, address, "ownable", () => ({ owner, pendingOwner: ZERO_ADDRESS })),
    };
    return { changes: [accept] };
  }
  const missing = whyNotOperable(context, owner);
  const hand: Change = {
    ...shared,
    title: twoStep
      ? `Offer ${wanted.name} to ${context.nameOf(owner)}, which then accepts it`
      : `Transfer ${wanted.name} to ${context.nameOf(owner)}`,
    calls: [transfer(address, owner)],
    callers: by(ownable.owner),
    ...(missing === null ? {} : { blocked: `${context.nameOf(owner)} cannot act yet: ${missing}` }),
    apply: (model) =>
      changeSurface(model, address, "ownable", (o) => (twoStep ? { ...o, pendingOwner: owner } : { owner })),
  };
  return { changes: [hand] };
};

function transfer(address: Address, to: Address) {
  return {
    to: address,
    value: 0n,
    data: encodeFunctionData({ abi: ABI, functionName: "transferOwnership", args: [to] }),
  };
}
