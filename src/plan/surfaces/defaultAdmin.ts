/** AccessControlDefaultAdminRules: one admin, handed over in two steps with a wait between. */
import { type Address, encodeFunctionData, parseAbi } from "viem";
import { formatDuration } from "../../policy/text/duration.ts";
import type { AccessControlState } from "../../snapshot/types.ts";
import {
  type Change,
  impossible,
  type SurfaceInput,
  type SurfacePlan,
  type SurfacePlanner,
} from "../change.ts";
import { changeSurface, sameAddress, ZERO_ADDRESS } from "../model.ts";
import { whyNotOperable } from "../power.ts";
import { DEFAULT_ADMIN_ROLE } from "./accessControl.ts";

const ABI = parseAbi([
  "function beginDefaultAdminTransfer(address newAdmin)",
  "function cancelDefaultAdminTransfer()",
  "function acceptDefaultAdminTransfer()",
  "function changeDefaultAdminDelay(uint48 newDelay)",
  "function rollbackDefaultAdminDelay()",
]);

/** OpenZeppelin's `defaultAdminDelayIncreaseWait`, seconds. */
const INCREASE_WAIT = 432_000n;

type Rules = NonNullable<AccessControlState["defaultAdmin"]>;

export const planDefaultAdmin: SurfacePlanner = (input): SurfacePlan => {
  const wish = input.wanted.accessControl?.defaultAdmin;
  const rules = input.found.accessControl?.defaultAdmin;
  if (wish === undefined || rules === undefined) return { changes: [] };
  const delay = planDelay(input, wish, rules);
  return { changes: [...planTransfer(input, wish, rules), ...delay.changes], waits: delay.waits ?? [] };
};

function planTransfer(input: SurfaceInput, wish: Rules, rules: Rules): Change[] {
  const { wanted, found, context } = input;
  const { address } = found;
  const pending = rules.pending;
  const path = `${wanted.name}.defaultAdmin`;
  const words = { wanted: context.nameOf(wish.admin), found: context.nameOf(rules.admin) };

  if (sameAddress(wish.admin, rules.admin)) {
    if (pending === undefined) return [];
    return [
      {
        ...shared(input, rules.admin),
        path: `${path}.pending`,
        wanted: "none",
        found: context.nameOf(pending.newAdmin),
        title: `Cancel the pending hand-over of ${wanted.name} to ${context.nameOf(pending.newAdmin)}`,
        effect: "tightening",
        calls: [
          {
            to: address,
            value: 0n,
            data: encodeFunctionData({ abi: ABI, functionName: "cancelDefaultAdminTransfer" }),
          },
        ],
        apply: (model) => changeRules(model, address, ({ pending: _, ...rest }) => rest),
      } as Change,
    ];
  }
  if (sameAddress(wish.admin, ZERO_ADDRESS) || sameAddress(rules.admin, ZERO_ADDRESS)) {
    return [
      impossible(
        { path, ...words, effect: "neutral" },
        "a default admin that was, or is to be, given up for ever cannot be planned",
        "name the default admin that the contract has",
      ),
    ];
  }
  if (pending !== undefined && sameAddress(pending.newAdmin, wish.admin)) {
    return [
      {
        ...shared(input, wish.admin),
        path,
        ...words,
        title: `Accept the default admin of ${wanted.name} as ${context.nameOf(wish.admin)}`,
        effect: "loosening",
        rank: 9,
        // The contract wants the schedule to have passed, not reached.
        notBefore: pending.schedule + 1n,
        calls: [
          {
            to: address,
            value: 0n,
            data: encodeFunctionData({ abi: ABI, functionName: "acceptDefaultAdminTransfer" }),
          },
        ],
        apply: (model) => {
          changeRules(model, address, ({ pending: _, ...rest }) => ({ ...rest, admin: wish.admin }));
          changeSurface(model, address, "accessControl", (state) => ({
            ...state,
            roles: state.roles.map((r) =>
              r.role === DEFAULT_ADMIN_ROLE ? { ...r, members: [wish.admin] } : r,
            ),
          }));
        },
      },
    ];
  }
  const missing = whyNotOperable(context, wish.admin);
  return [
    {
      ...shared(input, rules.admin),
      path,
      ...words,
      title: `Offer the default admin of ${wanted.name} to ${context.nameOf(wish.admin)}, which accepts after ${formatDuration(rules.delay)}`,
      effect: "loosening",
      rank: 8,
      ...(missing === null ? {} : { blocked: `${context.nameOf(wish.admin)} cannot act yet: ${missing}` }),
      calls: [
        {
          to: address,
          value: 0n,
          data: encodeFunctionData({
            abi: ABI,
            functionName: "beginDefaultAdminTransfer",
            args: [wish.admin],
          }),
        },
      ],
      apply: (model, at) =>
        changeRules(model, address, (r) => ({
          ...r,
          pending: { newAdmin: wish.admin, schedule: at + delayNow(r, at) },
        })),
    },
  ];
}

function planDelay(input: SurfaceInput, wish: Rules, rules: Rules): SurfacePlan {
  const { wanted, found, context } = input;
  const { address } = found;
  const path = `${wanted.name}.defaultAdmin.delay`;
  const pending = rules.pendingDelay;
  const settled = pending?.newDelay ?? rules.delay;
  if (settled === wish.delay) {
    if (pending === undefined || pending.schedule <= context.now) return { changes: [] };
    const title = `The delay of the default admin becomes ${formatDuration(pending.newDelay)}`;
    return { changes: [], waits: [{ path, title, until: pending.schedule }] };
  }
  const rollback = wish.delay === rules.delay;
  const change: Change = {
    ...shared(input, rules.admin),
    path,
    wanted: formatDuration(wish.delay),
    found: formatDuration(settled),
    title: rollback
      ? `Take back the pending change of the default admin's delay of ${wanted.name}`
      : `Change the delay of the default admin of ${wanted.name} from ${formatDuration(rules.delay)} to ${formatDuration(wish.delay)}`,
    effect: wish.delay > settled ? "tightening" : "loosening",
    calls: [
      {
        to: address,
        value: 0n,
        data: rollback
          ? encodeFunctionData({ abi: ABI, functionName: "rollbackDefaultAdminDelay" })
          : encodeFunctionData({
              abi: ABI,
              functionName: "changeDefaultAdminDelay",
              args: [Number(wish.delay)],
            }),
      },
    ],
    apply: (model, at) =>
      changeRules(model, address, ({ pendingDelay: _, ...rules }) => {
        const current = delayNow({ ...rules, ...(_ === undefined ? {} : { pendingDelay: _ }) }, at);
        if (rollback) return rules;
        const increaseWait = wish.delay < INCREASE_WAIT ? wish.delay : INCREASE_WAIT;
        const wait = wish.delay > current ? increaseWait : current - wish.delay;
        return { ...rules, delay: current, pendingDelay: { newDelay: wish.delay, schedule: at + wait } };
      }),
  };
  return { changes: [change] };
}

function shared({ found }: SurfaceInput, by: Address) {
  const writes = `${found.address}/accessControl/${DEFAULT_ADMIN_ROLE}`;
  return { callers: [{ address: by, since: 0n, source: writes }], writes, reads: [] };
}

/** The delay that rules at a time: a pending change counts from the second after its schedule. */
const delayNow = (rules: Rules, time: bigint): bigint =>
  rules.pendingDelay !== undefined && rules.pendingDelay.schedule < time
    ? rules.pendingDelay.newDelay
    : rules.delay;

function changeRules(
  model: Parameters<typeof changeSurface>[0],
  address: Address,
  change: (rules: Rules) => Rules,
): void {
  changeSurface(model, address, "accessControl", (state) =>
    state.defaultAdmin === undefined ? state : { ...state, defaultAdmin: change(state.defaultAdmin) },
  );
}
