/** AccessManaged: which manager decides about a contract's restricted functions. */
import { encodeFunctionData, parseAbi } from "viem";
import type { Change, SurfacePlan, SurfacePlanner } from "../change.ts";
import { changeSurface, sameAddress, stateOf } from "../model.ts";
import { ADMIN_ROLE, roleCallers, whyNotOperable } from "../power.ts";
import { managerCall } from "./managerCalls.ts";

const ABI = parseAbi(["function setAuthority(address newAuthority)"]);

export const planManaged: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  if (wanted.managed === undefined || found.managed === undefined) return { changes: [] };
  const { address } = found;
  const [from, to] = [found.managed.authority, wanted.managed.authority];
  if (sameAddress(from, to)) return { changes: [] };

  const manager = stateOf(context.model, from)?.manager;
  const adminDelay = manager?.targets.find((t) => sameAddress(t.address, address))?.adminDelay;
  const missing = whyNotOperable(context, to);
  const change: Change = {
    path: `${wanted.name}.authority`,
    wanted: context.nameOf(to),
    found: context.nameOf(from),
    title: `Put ${wanted.name} under ${context.nameOf(to)}`,
    effect: "loosening",
    rank: 9,
    // AccessManaged takes a new authority from the old one only.
    calls: [
      manager === undefined
        ? {
            to: address,
            value: 0n,
            data: encodeFunctionData({ abi: ABI, functionName: "setAuthority", args: [to] }),
          }
        : managerCall(from, { functionName: "updateAuthority", args: [address, to] }),
    ],
    callers:
      manager === undefined
        ? [{ address: from, since: 0n, source: `${address}/authority` }]
        : roleCallers(from, manager, ADMIN_ROLE, context.now, adminDelay),
    writes: `${address}/authority`,
    // The new manager must say who may call what before it is asked.
    reads: [`${to}/targets/${address}`, `${from}/targets/${address}`],
    ...(missing === null ? {} : { blocked: `${context.nameOf(to)} cannot take it yet: ${missing}` }),
    apply: (model) => changeSurface(model, address, "managed", () => ({ authority: to })),
  };
  return { changes: [change] };
};
