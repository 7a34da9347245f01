/**
 * A Safe's owners, threshold, modules, guard and fallback handler, all changed by the Safe itself.
 *
 * Order: replaced owners are swapped in one call; further owners are added, then the threshold is raised, then owners
 * are removed, then the threshold is lowered. So at no moment do fewer owners decide than before or after.
 */
import { type Address, encodeFunctionData, getAddress, parseAbi } from "viem";
import type { Call } from "../../operations/types.ts";
import type { SafeState } from "../../snapshot/types.ts";
import type { Change, SurfaceInput, SurfacePlan, SurfacePlanner } from "../change.ts";
import { changeSurface, compareAddresses, includesAddress, sameAddress, ZERO_ADDRESS } from "../model.ts";

const ABI = parseAbi([
  "function addOwnerWithThreshold(address owner, uint256 threshold)",
  "function removeOwner(address previous, address owner, uint256 threshold)",
  "function swapOwner(address previous, address oldOwner, address newOwner)",
  "function changeThreshold(uint256 threshold)",
  "function enableModule(address module)",
  "function disableModule(address previous, address module)",
  "function setGuard(address guard)",
  "function setFallbackHandler(address handler)",
]);

/** Head of the Safe's linked lists. */
const SENTINEL: Address = "0x0000000000000000000000000000000000000001";

export const planSafe: SurfacePlanner = (input): SurfacePlan => {
  const [wish, now] = [input.wanted.safe, input.found.safe];
  if (wish === undefined || now === undefined) return { changes: [] };
  return {
    changes: [
      ...ownerChanges(input, wish, now),
      ...moduleChanges(input, wish, now),
      ...settingChanges(input, wish, now),
    ],
  };
};

function ownerChanges(input: SurfaceInput, wish: SafeState, now: SafeState): Change[] {
  const { wanted, context } = input;
  const safe = input.found.address;
  const named = (account: Address) => context.nameOf(account);
  const missing = wish.owners.filter((o) => !includesAddress(now.owners, o)).sort(compareAddresses);
  const surplus = now.owners.filter((o) => !includesAddress(wish.owners, o)).sort(compareAddresses);
  const swaps = pairOwners(input, missing, surplus);
  const added = missing.filter((o) => !swaps.some(([, next]) => sameAddress(next, o)));
  const removed = surplus.filter((o) => !swaps.some(([previous]) => sameAddress(previous, o)));
  const raises = wish.threshold > now.threshold;
  const lowers = wish.threshold < now.threshold;
  const list = now.ownerList ?? now.owners;
  const shared = common(safe, "owners");
  const after = (first: readonly unknown[], what: string) => (first.length > 0 ? { blocked: what } : {});

  const changes: Change[] = swaps.map(([old, next]) => ({
    ...shared,
    path: `${wanted.name}.owners.${named(next)}`,
    wanted: `owner instead of ${named(old)}`,
    found: `${named(old)} is an owner`,
    title: `Replace the owner ${named(old)} of ${wanted.name} by ${named(next)}`,
    effect: "loosening",
    calls: [call(safe, "swapOwner", [previousIn(list, old), old, next])],
    apply: (model) =>
      changeSurface(model, safe, "safe", (s) =>
        withOwners(
          s,
          listOf(s).map((o) => (sameAddress(o, old) ? next : o)),
        ),
      ),
  }));
  for (const owner of added) {
    changes.push({
      ...shared,
      path: `${wanted.name}.owners.${named(owner)}`,
      wanted: "owner",
      found: "no owner",
      title: `Add ${named(owner)} to the owners of ${wanted.name}`,
      effect: "loosening",
      calls: [call(safe, "addOwnerWithThreshold", [owner, BigInt(now.threshold)])],
      // The head of the list is the newest owner.
      apply: (model) => changeSurface(model, safe, "safe", (s) => withOwners(s, [owner, ...listOf(s)])),
    });
  }
  if (raises || lowers) {
    const tooFew = raises && now.owners.length < wish.threshold;
    changes.push({
      ...shared,
      path: `${wanted.name}.threshold`,
      wanted: String(wish.threshold),
      found: String(now.threshold),
      title: `${raises ? "Raise" : "Lower"} the threshold of ${wanted.name} from ${now.threshold} to ${wish.threshold}`,
      effect: raises ? "tightening" : "loosening",
      calls: [call(safe, "changeThreshold", [BigInt(wish.threshold)])],
      ...(tooFew ? { blocked: "owners must be added first" } : {}),
      ...(lowers ? after(surplus, "owners must be removed first") : {}),
      ...(wish.threshold > wish.owners.length || wish.threshold < 1
        ? {
            impossible: {
              why: `${wish.owners.length} owners cannot be asked for ${wish.threshold} signatures`,
              hint: "choose a threshold between 1 and the number of owners",
            },
          }
        : {}),
      apply: (model) => changeSurface(model, safe, "safe", (s) => ({ ...s, threshold: wish.threshold })),
    });
  }
  for (const owner of removed) {
    const left = now.owners.length - 1;
    const threshold = Math.min(now.threshold, left);
    const waits =
      added.length > 0 ? "owners must be added first" : raises ? "the threshold must be raised first" : null;
    changes.push({
      ...shared,
      path: `${wanted.name}.owners.${named(owner)}`,
      wanted: "no owner",
      found: "owner",
      title: `Remove ${named(owner)} from the owners of ${wanted.name}${threshold === now.threshold ? "" : `, leaving a threshold of ${threshold}`}`,
      effect: "tightening",
      calls: [call(safe, "removeOwner", [previousIn(list, owner), owner, BigInt(threshold)])],
      ...(waits === null ? {} : { blocked: waits }),
      ...(left < 1
        ? { impossible: { why: "a Safe keeps at least one owner", hint: "name an owner in the policy" } }
        : {}),
      apply: (model) =>
        changeSurface(model, safe, "safe", (s) => ({
          ...withOwners(
            s,
            listOf(s).filter((o) => !sameAddress(o, owner)),
          ),
          threshold,
        })),
    });
  }
  return changes;
}

/** Which owner takes whose place: rotations first, then in the order of addresses. */
function pairOwners(
  { context }: SurfaceInput,
  missing: readonly Address[],
  surplus: readonly Address[],
): [Address, Address][] {
  const rotated = context.rotations.flatMap((r): [Address, Address][] => {
    const [old, next] = [
      surplus.find((o) => sameAddress(o, r.previous)),
      missing.find((o) => sameAddress(o, r.next)),
    ];
    return old !== undefined && next !== undefined ? [[old, next]] : [];
  });
  const pairs = rotated.filter(([old], i) => rotated.findIndex(([other]) => sameAddress(other, old)) === i);
  const oldLeft = surplus.filter((o) => !pairs.some(([old]) => sameAddress(old, o)));
  const nextLeft = missing.filter((o) => !pairs.some(([, next]) => sameAddress(next, o)));
  for (const [i, old] of oldLeft.entries()) {
    const next = nextLeft[i];
    if (next !== undefined) pairs.push([old, next]);
  }
  return pairs;
}

function moduleChanges({ wanted, found, context }: SurfaceInput, wish: SafeState, now: SafeState): Change[] {
  const safe = found.address;
  const list = now.moduleList ?? now.modules;
  const modulesOf = (s: SafeState) => s.moduleList ?? s.modules;
  const withModules = (s: SafeState, modules: readonly Address[]): SafeState => ({
    ...s,
    modules: [...modules].sort(compareAddresses),
    moduleList: modules,
  });
  const change = (module: Address, enable: boolean): Change => ({
    ...common(safe, "modules"),
    path: `${wanted.name}.modules.${context.nameOf(module)}`,
    wanted: enable ? "enabled" : "not enabled",
    found: enable ? "not enabled" : "enabled",
    title: `${enable ? "Enable" : "Disable"} the module ${context.nameOf(module)} of ${wanted.name}`,
    effect: enable ? "loosening" : "tightening",
    calls: [
      enable
        ? call(safe, "enableModule", [module])
        : call(safe, "disableModule", [previousIn(list, module), module]),
    ],
    apply: (model) =>
      changeSurface(model, safe, "safe", (s) =>
        withModules(
          s,
          enable ? [module, ...modulesOf(s)] : modulesOf(s).filter((m) => !sameAddress(m, module)),
        ),
      ),
  });
  return [
    ...wish.modules.filter((m) => !includesAddress(now.modules, m)).map((m) => change(m, true)),
    ...now.modules.filter((m) => !includesAddress(wish.modules, m)).map((m) => change(m, false)),
  ];
}

function settingChanges({ wanted, found, context }: SurfaceInput, wish: SafeState, now: SafeState): Change[] {
  const safe = found.address;
  const changes: Change[] = [];
  const named = (address: Address) => (sameAddress(address, ZERO_ADDRESS) ? "none" : context.nameOf(address));
  if (!sameAddress(wish.guard, now.guard)) {
    changes.push({
      ...common(safe, "guard"),
      path: `${wanted.name}.guard`,
      wanted: named(wish.guard),
      found: named(now.guard),
      title: `Set the guard of ${wanted.name} to ${named(wish.guard)}`,
      effect: sameAddress(now.guard, ZERO_ADDRESS) ? "tightening" : "loosening",
      calls: [call(safe, "setGuard", [wish.guard])],
      apply: (model) => changeSurface(model, safe, "safe", (s) => ({ ...s, guard: wish.guard })),
    });
  }
  if (
    !sameAddress(wish.fallbackHandler, ZERO_ADDRESS) &&
    !sameAddress(wish.fallbackHandler, now.fallbackHandler)
  ) {
    changes.push({
      ...common(safe, "fallbackHandler"),
      path: `${wanted.name}.fallbackHandler`,
      wanted: named(wish.fallbackHandler),
      found: named(now.fallbackHandler),
      title: `Set the fallback handler of ${wanted.name} to ${named(wish.fallbackHandler)}`,
      effect: "neutral",
      calls: [call(safe, "setFallbackHandler", [wish.fallbackHandler])],
      apply: (model) =>
        changeSurface(model, safe, "safe", (s) => ({ ...s, fallbackHandler: wish.fallbackHandler })),
    });
  }
  return changes;
}

function common(safe: Address, part: string) {
  const writes = `${safe}/safe/${part}`;
  return { callers: [{ address: safe, since: 0n, source: `${safe}/safe` }], writes, reads: [] };
}

const listOf = (state: SafeState): readonly Address[] => state.ownerList ?? state.owners;

const withOwners = (state: SafeState, list: readonly Address[]): SafeState => ({
  ...state,
  owners: [...list].sort(compareAddresses),
  ownerList: list,
});

function previousIn(list: readonly Address[], item: Address): Address {
  const index = list.findIndex((other) => sameAddress(other, item));
  return index > 0 ? getAddress(list[index - 1] ?? SENTINEL) : SENTINEL;
}

type Setter =
  | "addOwnerWithThreshold"
  | "removeOwner"
  | "swapOwner"
  | "changeThreshold"
  | "enableModule"
  | "disableModule"
  | "setGuard"
  | "setFallbackHandler";

function call(safe: Address, functionName: Setter, args: readonly (Address | bigint)[]): Call {
  return {
    to: safe,
    value: 0n,
    data: encodeFunctionData({ abi: ABI, functionName, args } as Parameters<typeof encodeFunctionData>[0]),
  };
}
