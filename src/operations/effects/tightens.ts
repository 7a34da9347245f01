/**
 * Whether an operation only takes power away. What cannot be told to be that is taken not to be: a call that nobody
 * here knows may change what no reader sees.
 */
import { type Hex, toFunctionSelector } from "viem";
import { judgeChange } from "./judge.ts";
import type { AdminChange, EffectReport } from "./types.ts";

/** Functions that stop something, or take power from somebody, where the admin facts agree. */
const TAKING = new Set<Hex>(
  [
    "pause()",
    "setTargetClosed(address,bool)",
    "revokeRole(uint64,address)",
    "renounceRole(uint64,address)",
    "revokeRole(bytes32,address)",
    "renounceRole(bytes32,address)",
    "revokeBinding(address)",
    "vetoGrant(uint64,address)",
    "removeOwner(address,address,uint256)",
    "disableModule(address,address)",
    "suspend(address)",
  ].map((signature) => toFunctionSelector(signature)),
);

/**
 * @param declared that it tightens was found by comparing policy and chain, or is what the command means; the effects must
 * agree. Otherwise each of its calls must be known to do nothing else.
 */
export function tightens(report: EffectReport, declared: boolean): boolean {
  const { admin, flows, allowances, created, delegatecalls, calls } = report;
  if (flows.length > 0 || created.length > 0 || delegatecalls.length > 0) return false;
  if (allowances.some(({ amount }) => amount !== 0n)) return false;
  if (admin.some((change) => judgeChange(change) === "danger" && !wentWithHolder(change, admin)))
    return false;
  return declared || calls.every(({ selector }) => selector !== undefined && TAKING.has(selector));
}

/** The delay of a grant that is gone is gone with it. */
function wentWithHolder({ contract, path, to }: AdminChange, admin: readonly AdminChange[]): boolean {
  return (
    to === undefined &&
    admin.some(
      (holder) =>
        holder.contract === contract && holder.to === undefined && path.startsWith(`${holder.path}.`),
    )
  );
}
