/** ERC-1967: the admin slot, and the beacon, which no call can replace. The implementation is in implementation.ts. */
import { encodeFunctionData, parseAbi } from "viem";
import { type Change, impossible, type SurfacePlan, type SurfacePlanner } from "../change.ts";
import { changeSurface, sameAddress, stateOf, ZERO_ADDRESS } from "../model.ts";

const ABI = parseAbi(["function changeAdmin(address newAdmin)"]);

export const planProxy: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  const [wish, now] = [wanted.proxy, found.proxy];
  if (wish === undefined || now === undefined) return { changes: [] };
  const { address } = found;
  const changes: Change[] = [];

  if (!sameAddress(wish.beacon, ZERO_ADDRESS) && !sameAddress(wish.beacon, now.beacon)) {
    changes.push(
      impossible(
        { path: `${wanted.name}.beacon`, wanted: wish.beacon, found: now.beacon, effect: "loosening" },
        "a beacon proxy keeps the beacon that it was deployed with",
        "write the beacon that the proxy has into the policy, or deploy another proxy",
      ),
    );
  }
  if (sameAddress(wish.admin, now.admin)) return { changes };

  const path = `${wanted.name}.proxyAdmin`;
  const words = { wanted: context.nameOf(wish.admin), found: context.nameOf(now.admin) };
  const admin = stateOf(context.model, now.admin);
  if (sameAddress(wish.admin, ZERO_ADDRESS) || sameAddress(now.admin, ZERO_ADDRESS)) {
    changes.push(
      impossible(
        { path, ...words, effect: "loosening" },
        "a proxy that has an admin keeps one, and one that has none gets none",
        "write the admin that the proxy has into the policy",
      ),
    );
  } else if (admin?.ownable !== undefined) {
    changes.push(
      impossible(
        { path, ...words, effect: "loosening" },
        `its admin is the ProxyAdmin ${context.nameOf(now.admin)}, which stays the admin for ever`,
        `keep this ProxyAdmin in the policy, and name the new owner of it there`,
      ),
    );
  } else {
    changes.push({
      path,
      ...words,
      title: `Make ${words.wanted} the admin of the proxy ${wanted.name}`,
      effect: "loosening",
      rank: 9,
      calls: [
        {
          to: address,
          value: 0n,
          data: encodeFunctionData({ abi: ABI, functionName: "changeAdmin", args: [wish.admin] }),
        },
      ],
      callers: [{ address: now.admin, since: 0n, source: `${address}/proxyAdmin` }],
      writes: `${address}/proxyAdmin`,
      reads: [],
      apply: (model) => changeSurface(model, address, "proxy", (proxy) => ({ ...proxy, admin: wish.admin })),
    });
  }
  return { changes };
};
