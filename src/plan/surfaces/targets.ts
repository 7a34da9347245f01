/**
 * What a manager says about the contracts it guards: which role may call what, and the admin delay. Whether a target is
 * closed is not planned: like a pause, it is an answer to an emergency, and a plan must not undo it.
 */
import type { Address, Hex } from "viem";
import { formatDuration } from "../../policy/text/duration.ts";
import type { TargetState } from "../../snapshot/types.ts";
import type { Change, SurfaceInput, SurfacePlan, SurfacePlanner } from "../change.ts";
import {
  changeSurface,
  compareAddresses,
  compareText,
  delayAt,
  type Model,
  sameAddress,
  settled,
  settledDelay,
} from "../model.ts";
import { ADMIN_ROLE, roleCallers, tighteningCallers } from "../power.ts";
import { managerCall } from "./managerCalls.ts";
import { nextManagerDelay, roleName } from "./roleState.ts";

export const planTargets: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found, context } = input;
  if (wanted.manager === undefined || found.manager === undefined) return { changes: [] };
  const wishes = wanted.manager.targets;
  const known = found.manager.targets;
  const addresses = [...wishes, ...known].map((target) => target.address);
  const unique = addresses.filter((a, i) => addresses.findIndex((b) => sameAddress(a, b)) === i);

  const plan: Required<SurfacePlan> = { changes: [], waits: [] };
  for (const address of unique.sort(compareAddresses)) {
    const now = known.find((t) => sameAddress(t.address, address)) ?? untouched(address);
    // What the policy does not name gets no function back by being opened.
    const wish = wishes.find((t) => sameAddress(t.address, address)) ?? {
      ...untouched(address),
      closed: now.closed,
    };
    plan.changes.push(...functionChanges(input, wish, now), ...settingChanges(input, wish, now));
    if (
      settledDelay(now.adminDelay) === settledDelay(wish.adminDelay) &&
      now.adminDelay.effect > context.now
    ) {
      plan.waits.push({
        path: `${wanted.name}.targets.${context.nameOf(address)}.adminDelay`,
        title: `The admin delay becomes ${formatDuration(now.adminDelay.pending)}`,
        until: now.adminDelay.effect,
      });
    }
  }
  return plan;
};

/** One change for all functions of a target that go to the same role. */
function functionChanges(input: SurfaceInput, wish: TargetState, now: TargetState): Change[] {
  const { wanted, found, context } = input;
  const role = (target: TargetState, selector: Hex) =>
    target.functions.find((f) => f.selector === selector)?.role ?? ADMIN_ROLE;
  const selectors = [...new Set([...wish.functions, ...now.functions].map((f) => f.selector))].sort(
    compareText,
  );
  const differing = selectors.filter((s) => role(wish, s) !== role(now, s));
  const roles = [...new Set(differing.map((s) => role(wish, s)))];
  const target = context.nameOf(now.address);
  const functionName = (selector: Hex) =>
    context.desired.contracts.find((c) => sameAddress(c.address, now.address))?.functionNames?.[selector] ??
    selector;

  return roles.map((id): Change => {
    const moved = differing.filter((s) => role(wish, s) === id);
    const functions = moved.map(functionName).join(", ");
    const title = roleName(wanted, id);
    return {
      ...shared(input, now, true),
      path: `${wanted.name}.targets.${target}.functions.${title}`,
      wanted: `${functions} by ${title}`,
      found: moved.map((s) => `${functionName(s)} by ${roleName(wanted, role(now, s))}`).join(", "),
      title: `Let ${title} call ${functions} of ${target}`,
      effect: id === ADMIN_ROLE ? "tightening" : "loosening",
      calls: [
        managerCall(found.address, { functionName: "setTargetFunctionRole", args: [now.address, moved, id] }),
      ],
      apply: (model) =>
        changeTarget(model, found.address, now.address, (t) => ({
          ...t,
          functions: [
            ...t.functions.filter((f) => !moved.includes(f.selector)),
            ...(id === ADMIN_ROLE ? [] : moved.map((selector) => ({ selector, role: id }))),
          ].sort((a, b) => compareText(a.selector, b.selector)),
        })),
    };
  });
}

function settingChanges(input: SurfaceInput, wish: TargetState, now: TargetState): Change[] {
  const { wanted, found, context } = input;
  const { address } = found;
  const target = context.nameOf(now.address);
  const path = `${wanted.name}.targets.${target}`;
  const changes: Change[] = [];
  const [from, to] = [settledDelay(now.adminDelay), settledDelay(wish.adminDelay)];
  if (from !== to) {
    const flavour = found.manager?.flavour ?? "openzeppelin";
    changes.push({
      ...shared(input, now, false),
      path: `${path}.adminDelay`,
      wanted: formatDuration(to),
      found: formatDuration(from),
      title: `Change the admin delay of ${target} on ${wanted.name} from ${formatDuration(from)} to ${formatDuration(to)}`,
      effect: to > from ? "tightening" : "loosening",
      calls: [managerCall(address, { functionName: "setTargetAdminDelay", args: [now.address, Number(to)] })],
      ...(to >= delayAt(now.adminDelay, context.now) && found.manager !== undefined
        ? { callers: tighteningCallers(address, found.manager, ADMIN_ROLE, context.now) }
        : {}),
      apply: (model, at) =>
        changeTarget(model, address, now.address, (t) => ({
          ...t,
          adminDelay: nextManagerDelay(t.adminDelay, to, at, flavour),
        })),
    });
  }
  if (wish.closed !== now.closed) changes.push(closedChange(input, wish, now, path));
  return changes;
}

/** Closing stops every role at once; opening gives them their functions back, and waits like any other loosening. */
function closedChange(input: SurfaceInput, wish: TargetState, now: TargetState, path: string): Change {
  const { wanted, found, context } = input;
  const { address } = found;
  const target = context.nameOf(now.address);
  const { closed } = wish;
  const words = (state: boolean) => (state ? "closed: no role can call it" : "open");
  return {
    ...shared(input, now, true),
    path: `${path}.closed`,
    wanted: words(closed),
    found: words(now.closed),
    title: `${closed ? "Close" : "Open"} ${target} ${closed ? "to" : "for"} all roles of ${wanted.name}`,
    effect: closed ? "tightening" : "loosening",
    calls: [managerCall(address, { functionName: "setTargetClosed", args: [now.address, closed] })],
    ...(closed && found.manager?.flavour === "portcullis"
      ? { callers: tighteningCallers(address, found.manager, ADMIN_ROLE, context.now) }
      : {}),
    apply: (model) => changeTarget(model, address, now.address, (t) => ({ ...t, closed })),
  };
}

function shared({ found, context }: SurfaceInput, now: TargetState, delayed: boolean) {
  const operationDelay = delayed ? now.adminDelay : undefined;
  return {
    callers:
      found.manager === undefined
        ? []
        : roleCallers(found.address, found.manager, ADMIN_ROLE, context.now, operationDelay),
    writes: `${found.address}/targets/${now.address}`,
    reads: [],
  };
}

function changeTarget(
  model: Model,
  manager: Address,
  address: Address,
  change: (target: TargetState) => TargetState,
): void {
  changeSurface(model, manager, "manager", (state) => {
    const now = state.targets.find((t) => sameAddress(t.address, address)) ?? untouched(address);
    const others = state.targets.filter((t) => !sameAddress(t.address, address));
    return {
      ...state,
      targets: [...others, change(now)].sort((a, b) => compareAddresses(a.address, b.address)),
    };
  });
}

const untouched = (address: Address): TargetState => ({
  address,
  closed: false,
  adminDelay: settled(0n),
  functions: [],
});
