/**
 * Proposers that a guardian suspended, and that the policy still names: the timelock gives them their power back, after
 * its delay, in which the guardians can object again. One that the policy no longer names is revoked (timelock.ts).
 */
import { type Address, encodeFunctionData } from "viem";
import { timelockAbi } from "../../abi/timelock.ts";
import type { Change, SurfacePlan, SurfacePlanner } from "../change.ts";
import { changeSurface, includesAddress, withoutAddress } from "../model.ts";

export const planSuspensions: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  const [wish, now] = [wanted.timelock, found.timelock];
  if (wish === undefined || now === undefined) return { changes: [] };
  const { address } = found;
  const reinstate = (proposer: Address): Change => ({
    path: `${wanted.name}.suspended.${context.nameOf(proposer)}`,
    wanted: "proposer in force",
    found: "suspended by a guardian",
    title: `Reinstate ${context.nameOf(proposer)}, whom a guardian suspended, as proposer of ${wanted.name}`,
    effect: "loosening",
    calls: [
      {
        to: address,
        value: 0n,
        data: encodeFunctionData({ abi: timelockAbi, functionName: "reinstate", args: [proposer] }),
      },
    ],
    callers: [{ address, since: 0n, source: `${address}/timelock/admins/${address}` }],
    writes: `${address}/timelock/proposers/${proposer}`,
    reads: [`${address}/timelock/proposers`],
    apply: (model) =>
      changeSurface(model, address, "timelock", (state) => ({
        ...state,
        suspended: withoutAddress(state.suspended, proposer),
      })),
  });
  return {
    changes: now.suspended
      .filter((proposer) => includesAddress(wish.proposers, proposer))
      .map((proposer) => reinstate(proposer)),
  };
};
