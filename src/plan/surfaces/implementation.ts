/**
 * The code a proxy runs, where the policy names it. It is installed only where its storage layout was checked against
 * the code that runs, by whoever may upgrade, with the new code's hash pinned where a Portcullis timelock does it.
 */
import { type Address, toFunctionSelector } from "viem";
import type { Call } from "../../operations/types.ts";
import type { ContractState } from "../../snapshot/types.ts";
import { planUpgrade } from "../../upgrades/planUpgrade.ts";
import {
  type Caller,
  type Change,
  impossible,
  type PlanContext,
  type SurfacePlan,
  type SurfacePlanner,
} from "../change.ts";
import type { CheckedImplementation } from "../checkedImplementation.ts";
import { changeSurface, sameAddress, stateOf, ZERO_ADDRESS } from "../model.ts";
import { membersWithPower } from "../power.ts";

const UPGRADE = toFunctionSelector("upgradeToAndCall(address,bytes)");

export const planImplementation: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  const [wish, now] = [wanted.proxy?.implementation, found.proxy];
  if (wish === undefined || now === undefined) return { changes: [] };
  if (sameAddress(wish, ZERO_ADDRESS) || sameAddress(wish, now.implementation)) return { changes: [] };
  const at = {
    path: `${wanted.name}.implementation`,
    wanted: context.nameOf(wish),
    found: context.nameOf(now.implementation),
    effect: "loosening" as const,
  };
  const checked = context.implementations.find(
    (c) => sameAddress(c.proxy, found.address) && sameAddress(c.implementation, wish),
  );
  if (!checked?.safe) {
    const why = checked?.why ?? "its storage layout was not checked against the code that runs";
    return { changes: [impossible(at, why, `npx hardhat upgrade propose ${wanted.name} --to <Artifact>`)] };
  }
  const power = whoUpgrades(found, context);
  if (typeof power === "string")
    return {
      changes: [impossible(at, power, `npx hardhat upgrade propose ${wanted.name} --to <Artifact>`)],
    };
  const pinning = power.callers.find((caller) => pins(caller, context));
  const change: Change = {
    ...at,
    title: `Upgrade ${wanted.name} to the code at ${at.wanted}`,
    calls: callsOf(wanted.name, found, checked, pinning?.address),
    callers: pinning === undefined ? power.callers : [pinning],
    writes: `${found.address}/implementation`,
    reads: power.reads,
    apply: (model) =>
      changeSurface(model, found.address, "proxy", (proxy) => ({
        ...proxy,
        implementation: wish,
        implementationCodehash: checked.codehash,
      })),
  };
  return { changes: [change] };
};

/** Whose call replaces the code, or why that is not known. */
function whoUpgrades(
  found: ContractState,
  context: PlanContext,
): { callers: readonly Caller[]; reads: readonly string[] } | string {
  const { address, proxy, managed } = found;
  const by = (contract: Address): { callers: Caller[]; reads: string[] } | undefined => {
    const owner = stateOf(context.model, contract)?.ownable?.owner;
    const source = `${contract}/owner`;
    return owner && { callers: [{ address: owner, since: 0n, source }], reads: [source] };
  };
  switch (proxy?.kind) {
    case "transparent":
      return by(proxy.admin) ?? "its admin is no ProxyAdmin with an owner";
    case "beacon":
      return by(proxy.beacon) ?? "its beacon has no owner";
    case "uups":
      return (
        (managed === undefined ? undefined : roleHolders(address, managed.authority, context)) ??
        by(address) ??
        "who may upgrade it stands in its code alone"
      );
    default:
      return "nothing says how its code is replaced";
  }
}

function roleHolders(
  proxy: Address,
  manager: Address,
  { model, now }: PlanContext,
): { callers: Caller[]; reads: string[] } | undefined {
  const state = stateOf(model, manager)?.manager;
  if (state === undefined) return undefined;
  const target = state.targets.find((t) => sameAddress(t.address, proxy));
  const role = target?.functions.find((f) => f.selector === UPGRADE)?.role ?? 0n;
  const members = target?.closed === true ? [] : membersWithPower(state, role, now);
  return {
    callers: members.map((member) => ({
      address: member.account,
      manager: { address: manager, delays: [member.delay] },
      since: member.since > now ? member.since : 0n,
      source: `${manager}/roles/${role}/members/${member.account}`,
    })),
    reads: [`${manager}/targets/${proxy}`],
  };
}

/** A Portcullis timelock that needs nobody's schedule but its own can pin the code in the same batch. */
const pins = ({ address, manager }: Caller, { model }: PlanContext): boolean =>
  stateOf(model, address)?.timelock?.flavour === "portcullis" &&
  (manager?.delays ?? []).every((delay) => delay.current === 0n && delay.pending === 0n);

function callsOf(
  name: string,
  { address, proxy }: ContractState,
  checked: CheckedImplementation & { safe: true },
  timelock: Address | undefined,
): readonly Call[] {
  const { implementation, codehash, answersImplementation } = checked;
  if (proxy === undefined) return [];
  return planUpgrade({
    name,
    proxy: address,
    state: proxy,
    implementation,
    codehash,
    call: "0x",
    // A beacon answers for itself, whatever the code behind it does.
    answersImplementation: proxy.kind === "beacon" || (proxy.kind === "uups" && answersImplementation),
    ...(timelock === undefined ? {} : { timelock: { address: timelock, flavour: "portcullis" } }),
  }).calls;
}
