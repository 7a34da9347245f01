/**
 * The calls of an upgrade: the new code is pinned by its hash before it is installed, and what the proxy then runs is
 * checked after, in the same batch, so that nothing can be swapped between review and execution.
 */
import { type Address, encodeFunctionData, type Hash, type Hex, parseAbi } from "viem";
import { timelockAbi } from "../abi/timelock.ts";
import { PortcullisError } from "../errors.ts";
import type { Call } from "../operations/types.ts";
import type { ProxyState, TimelockState } from "../snapshot/types.ts";

const proxyAbi = parseAbi([
  "function upgradeToAndCall(address implementation, bytes data) payable",
  "function upgradeTo(address implementation)",
  "function upgradeAndCall(address proxy, address implementation, bytes data) payable",
]);

export interface PlanUpgradeParameters {
  name: string;
  proxy: Address;
  state: ProxyState;
  implementation: Address;
  codehash: Hash;
  /** What the new code is called with in the same transaction (a reinitializer); "0x" for nothing. */
  call: Hex;
  /** Whether the proxy, or its beacon, answers `implementation()` under the new code. */
  answersImplementation: boolean;
  /** Who executes, where a timelock does. */
  timelock?: { address: Address; flavour: TimelockState["flavour"] };
}

export interface UpgradePlan {
  calls: readonly Call[];
  /** What each call is for; as long as `calls`. */
  titles: readonly string[];
  /** What could not be pinned, in words. */
  notices: readonly string[];
}

/** @throws PortcullisError NOT_UPGRADEABLE */
export function planUpgrade(parameters: PlanUpgradeParameters): UpgradePlan {
  const { name, implementation, codehash, timelock, proxy, state, answersImplementation } = parameters;
  const upgrade = {
    title: `upgrade ${name} to the code at ${implementation}`,
    call: upgradeCall(parameters),
  };
  if (timelock?.flavour !== "portcullis") {
    return {
      calls: [upgrade.call],
      titles: [upgrade.title],
      notices: [`The code at ${implementation} is not pinned: only Portcullis's timelock checks code hashes`],
    };
  }
  const own = (data: Hex): Call => ({ to: timelock.address, value: 0n, data });
  const steps = [
    {
      title: `require that the code at ${implementation} is the reviewed one`,
      call: own(
        encodeFunctionData({
          abi: timelockAbi,
          functionName: "requireCodehash",
          args: [implementation, codehash],
        }),
      ),
    },
    upgrade,
    ...(answersImplementation
      ? [
          {
            title: `require that ${name} now runs it`,
            call: own(
              encodeFunctionData({
                abi: timelockAbi,
                functionName: "requireImplementation",
                args: [state.kind === "beacon" ? state.beacon : proxy, implementation, codehash],
              }),
            ),
          },
        ]
      : []),
  ];
  return { calls: steps.map(({ call }) => call), titles: steps.map(({ title }) => title), notices: [] };
}

function upgradeCall({ name, proxy, state, implementation, call }: PlanUpgradeParameters): Call {
  if (state.kind === "uups") {
    const args = [implementation, call] as const;
    return {
      to: proxy,
      value: 0n,
      data: encodeFunctionData({ abi: proxyAbi, functionName: "upgradeToAndCall", args }),
    };
  }
  if (state.kind === "transparent") {
    const args = [proxy, implementation, call] as const;
    return {
      to: state.admin,
      value: 0n,
      data: encodeFunctionData({ abi: proxyAbi, functionName: "upgradeAndCall", args }),
    };
  }
  if (state.kind === "beacon" && call === "0x") {
    const data = encodeFunctionData({ abi: proxyAbi, functionName: "upgradeTo", args: [implementation] });
    return { to: state.beacon, value: 0n, data };
  }
  if (state.kind === "beacon") {
    throw new PortcullisError(
      "BEACON_CALLS_NOTHING",
      `The beacon of ${name} calls nothing when it is upgraded: it may serve other proxies too`,
      {
        hint: "leave --call out, and propose the call by itself: npx hardhat timelock propose --call '…'",
        details: { proxy, beacon: state.beacon },
      },
    );
  }
  throw new PortcullisError(
    "NOT_UPGRADEABLE",
    `${name} is a ${state.kind} proxy: nothing of its own can be upgraded`,
    {
      hint: "name a UUPS, a transparent or a beacon proxy",
      details: { proxy, kind: state.kind },
    },
  );
}
