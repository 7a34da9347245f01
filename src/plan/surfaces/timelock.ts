/** TimelockController and our Timelock: members, and the delay. */
import { type Address, encodeFunctionData, type Hex, keccak256, parseAbi, stringToHex } from "viem";
import { formatDuration } from "../../policy/text/duration.ts";
import type { TimelockState } from "../../snapshot/types.ts";
import {
  type Caller,
  type Change,
  impossible,
  type SurfaceInput,
  type SurfacePlan,
  type SurfacePlanner,
} from "../change.ts";
import {
  changedDelay,
  changeSurface,
  delayAt,
  includesAddress,
  sameAddress,
  settled,
  settledDelay,
  withAddress,
  withoutAddress,
  ZERO_ADDRESS,
} from "../model.ts";
import { guardLastHolder } from "./lastHolder.ts";

const ABI = parseAbi([
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function updateDelay(uint256 newDelay)",
]);

type MemberList = "proposers" | "cancellers" | "executors" | "admins" | "guardians";

const ROLES: readonly { list: MemberList; name: string; role: Hex }[] = [
  { list: "admins", name: "admin", role: `0x${"00".repeat(32)}` },
  { list: "cancellers", name: "canceller", role: keccak256(stringToHex("CANCELLER_ROLE")) },
  { list: "executors", name: "executor", role: keccak256(stringToHex("EXECUTOR_ROLE")) },
  { list: "guardians", name: "guardian", role: keccak256(stringToHex("GUARDIAN_ROLE")) },
  { list: "proposers", name: "proposer", role: keccak256(stringToHex("PROPOSER_ROLE")) },
];

export const planTimelock: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found } = input;
  const [wish, now] = [wanted.timelock, found.timelock];
  if (wish === undefined || now === undefined) return { changes: [] };
  const delay = planDelay(input, wish, now);
  const members = ROLES.flatMap((role) => memberChanges(input, wish, now, role));
  return {
    changes: [...members, ...delay.changes, ...fixedDifferences(input, wish, now)],
    waits: delay.waits ?? [],
  };
};

function memberChanges(
  { wanted, found, context }: SurfaceInput,
  wish: TimelockState,
  now: TimelockState,
  { list, name, role }: (typeof ROLES)[number],
): Change[] {
  const { address } = found;
  // The timelock is always its own admin, said or not.
  const itself = list === "admins" ? [address] : [];
  const missing = wish[list].filter((a) => !includesAddress([...now[list], ...itself], a));
  const surplus = now[list].filter((a) => !includesAddress([...wish[list], ...itself], a));
  const titled = (account: Address) =>
    sameAddress(account, ZERO_ADDRESS) ? "anyone" : context.nameOf(account);
  const unsupported = unsupportedList(list, now.flavour);

  const change = (account: Address, add: boolean): Change => ({
    path: `${wanted.name}.${list}.${titled(account)}`,
    wanted: add ? name : `no ${name}`,
    found: add ? `no ${name}` : name,
    title: add
      ? `Make ${titled(account)} ${name} of ${wanted.name}`
      : `Take ${name} of ${wanted.name} from ${titled(account)}`,
    effect: add ? "loosening" : "tightening",
    calls: [
      {
        to: address,
        value: 0n,
        data: encodeFunctionData({
          abi: ABI,
          functionName: add ? "grantRole" : "revokeRole",
          args: [role, account],
        }),
      },
    ],
    callers: admins(address, now),
    writes: `${address}/timelock/${list}/${account}`,
    reads:
      list === "admins"
        ? [`${address}/timelock/admins`, `${address}/timelock/proposers`, `${address}/timelock/executors`]
        : [`${address}/timelock/${list}`],
    // Our timelock takes the vetoes of one account at a time, and nothing else in the same operation: whoever loses
    // its veto cannot object, so the others must be able to.
    group: add ? `${address}/members` : `${address}/members/${account}`,
    ...(unsupported === null ? {} : { impossible: unsupported }),
    apply: (model) =>
      changeSurface(model, address, "timelock", (state) => ({
        ...state,
        [list]: add ? withAddress(state[list], account) : withoutAddress(state[list], account),
        ...(list === "proposers" && !add ? { suspended: withoutAddress(state.suspended, account) } : {}),
      })),
  });

  const kept = activeIn(now, list)
    .filter((a) => includesAddress(wish[list], a))
    .map((account) => ({ account, since: 0n }));
  return [
    ...missing.map((account) => change(account, true)),
    ...surplus.map((account) => ({
      ...change(account, false),
      ...guardRemoval({ wanted, found, context }, wish, now, list, account, kept),
    })),
  ];
}

/** Who holds a duty with its power. */
const activeIn = (now: TimelockState, list: MemberList): readonly Address[] =>
  list === "proposers" ? now.proposers.filter((a) => !includesAddress(now.suspended, a)) : now[list];

/** Who may change members: a plain controller's admins, and always the timelock itself. */
function admins(address: Address, now: TimelockState): Caller[] {
  const list = now.flavour === "openzeppelin" ? withAddress(now.admins, address) : [address];
  return list.map((admin) => ({ address: admin, since: 0n, source: `${address}/timelock/admins/${admin}` }));
}

function guardRemoval(
  { context }: SurfaceInput,
  wish: TimelockState,
  now: TimelockState,
  list: MemberList,
  account: Address,
  kept: readonly { account: Address; since: bigint }[],
): Pick<Change, "blocked" | "notBefore" | "impossible"> {
  if (list !== "admins") {
    // A suspended proposer has no power to lose.
    if (list === "proposers" && includesAddress(now.suspended, account)) return {};
    const strands = list === "proposers" || list === "executors";
    return guardLastHolder(context, { account, wanted: wish[list], active: kept, strands });
  }
  // An outside admin may go once the timelock can act for itself, with those the policy names.
  const able = (names: "proposers" | "executors") =>
    activeIn(now, names).some((a) => includesAddress(wish[names], a));
  return able("proposers") && able("executors") ? {} : { blocked: "the timelock cannot act by itself yet" };
}

function unsupportedList(
  list: MemberList,
  flavour: TimelockState["flavour"],
): NonNullable<Change["impossible"]> | null {
  if (list === "guardians" && flavour === "openzeppelin") {
    return {
      why: "a plain TimelockController has no guardians",
      hint: "make them cancellers in the policy, or replace the timelock by a Portcullis Timelock",
    };
  }
  if (list === "admins" && flavour === "portcullis") {
    return { why: "the timelock is its own only admin, for ever", hint: "take the admin out of the policy" };
  }
  return null;
}

function planDelay(
  { wanted, found, context }: SurfaceInput,
  wish: TimelockState,
  now: TimelockState,
): SurfacePlan {
  const { address } = found;
  const path = `${wanted.name}.delay`;
  const [from, to] = [settledDelay(now.delay), settledDelay(wish.delay)];
  if (from === to) {
    if (now.delay.effect <= context.now) return { changes: [] };
    const title = `The delay becomes ${formatDuration(now.delay.pending)}`;
    return { changes: [], waits: [{ path, title, until: now.delay.effect }] };
  }
  const change: Change = {
    path,
    wanted: formatDuration(to),
    found: formatDuration(from),
    title: `Change the delay of ${wanted.name} from ${formatDuration(from)} to ${formatDuration(to)}`,
    effect: to > from ? "tightening" : "loosening",
    calls: [
      {
        to: address,
        value: 0n,
        data: encodeFunctionData({ abi: ABI, functionName: "updateDelay", args: [to] }),
      },
    ],
    callers: [{ address, since: 0n, source: `${address}/timelock/admins/${address}` }],
    writes: `${address}/timelock/delay`,
    reads: [],
    ...outOfBounds(to, now),
    apply: (model, at) =>
      changeSurface(model, address, "timelock", (state) => {
        const old = delayAt(state.delay, at);
        const waits = state.flavour === "portcullis" && to < old;
        return { ...state, delay: waits ? changedDelay(state.delay, to, at, at + old) : settled(to) };
      }),
  };
  return { changes: [change] };
}

function outOfBounds(delay: bigint, now: TimelockState): Pick<Change, "impossible"> {
  const { floor = 0n, ceiling } = now;
  if (delay >= floor && (ceiling === undefined || delay <= ceiling)) return {};
  const bounds = `${formatDuration(floor)} and ${ceiling === undefined ? "no end" : formatDuration(ceiling)}`;
  return {
    impossible: {
      why: `the delay of this timelock stays between ${bounds} for ever`,
      hint: "choose a delay within these bounds, or deploy another timelock and hand over to it",
    },
  };
}

/** What the constructor fixed for ever. */
function fixedDifferences({ wanted }: SurfaceInput, wish: TimelockState, now: TimelockState): Change[] {
  const fields = ["floor", "ceiling", "expiry", "vetoWindow", "vetoLimit"] as const;
  return fields.flatMap((field) => {
    const [to, from] = [wish[field], now[field]];
    if (to === undefined || to === from) return [];
    const words = (value: bigint) => (field === "vetoLimit" ? `${value}` : formatDuration(value));
    return impossible(
      {
        path: `${wanted.name}.${field}`,
        wanted: words(to),
        found: from === undefined ? "none" : words(from),
        effect: "neutral",
      },
      `the ${field} of a timelock is fixed when it is deployed`,
      "write what the chain has into the policy, or deploy another timelock and hand over to it",
    );
  });
}
