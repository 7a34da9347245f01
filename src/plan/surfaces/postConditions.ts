/**
 * Standing post-conditions of our Timelock. Adding one binds every operation at once, so it is tightening; removing one is
 * loosening, and ends it one delay after it is executed. An operation that does nothing but remove is not itself checked,
 * so removals share operations with nothing else: a condition that can never hold again can still be taken away.
 */
import { type Address, encodeFunctionData } from "viem";
import { timelockAbi } from "../../abi/timelock.ts";
import { MOST_POST_CONDITIONS } from "../../policy/compile/postConditions.ts";
import { describePostCondition } from "../../policy/show/describePostCondition.ts";
import { comparePostConditions, postConditionKey } from "../../snapshot/comparePostConditions.ts";
import type { PostCondition, TimelockState } from "../../snapshot/types.ts";
import type { Change, SurfaceInput, SurfacePlan, SurfacePlanner, Wait } from "../change.ts";
import { changeSurface, delayAt } from "../model.ts";

const COMPARISONS = ["equals", "atLeast", "atMost"] as const;

export const planPostConditions: SurfacePlanner = (input): SurfacePlan => {
  const [wishes, state] = [input.wanted.timelock?.postConditions, input.found.timelock];
  if (wishes === undefined || state?.postConditions === undefined) return { changes: [] };
  const { now } = input.context;
  const checked = state.postConditions.filter((c) => c.until === 0n || c.until > now);
  const standing = checked.filter((c) => c.until === 0n);
  const missing = wishes.filter((wish) => !standing.some((c) => sameCondition(c, wish)));
  // Of two that say the same, one is enough.
  const surplus = standing.filter(
    (c, i) =>
      !wishes.some((wish) => sameCondition(wish, c)) || standing.findIndex((o) => sameCondition(o, c)) < i,
  );
  return {
    changes: [
      ...missing.map((wish) => add(input, wish, checked.length)),
      ...surplus.map((condition) => remove(input, state, condition)),
    ],
    waits: checked.filter((c) => c.until !== 0n).map((c) => ending(input, c)),
  };
};

function add(input: SurfaceInput, wish: PostCondition, checked: number): Change {
  const { found } = input;
  const { target, data, comparison, expected } = wish;
  const words = describe(input, wish);
  return {
    ...common(input, wish),
    wanted: "holds after every operation",
    found: "not checked",
    title: `Check after every operation of ${input.wanted.name}: ${words}`,
    effect: "tightening",
    // What else the plan does may be what makes it true.
    rank: 9,
    calls: [
      {
        to: found.address,
        value: 0n,
        data: encodeFunctionData({
          abi: timelockAbi,
          functionName: "addPostcondition",
          args: [target, data, COMPARISONS.indexOf(comparison), expected],
        }),
      },
    ],
    ...(checked >= MOST_POST_CONDITIONS
      ? { blocked: `a timelock checks ${MOST_POST_CONDITIONS} conditions: one must be removed first` }
      : {}),
    apply: (model, at) =>
      changeConditions(model, found.address, (conditions) => {
        const live = conditions.filter((c) => c.until === 0n || c.until > at);
        return [...live, { ...wish, index: freeIndex(live) }];
      }),
  };
}

function remove(input: SurfaceInput, state: TimelockState, condition: PostCondition): Change {
  const { found } = input;
  const { index = 0 } = condition;
  return {
    ...common(input, condition),
    path: `${common(input, condition).path}.${index}`,
    wanted: "not checked",
    found: "holds after every operation",
    title: `Stop checking after every operation of ${input.wanted.name}: ${describe(input, condition)}`,
    effect: "loosening",
    group: `${found.address}/postConditions/remove`,
    calls: [
      {
        to: found.address,
        value: 0n,
        data: encodeFunctionData({
          abi: timelockAbi,
          functionName: "removePostcondition",
          args: [BigInt(index)],
        }),
      },
    ],
    apply: (model, at) =>
      changeConditions(model, found.address, (conditions) =>
        conditions.map((c) => (c.index === index ? { ...c, until: at + delayAt(state.delay, at) } : c)),
      ),
  };
}

const ending = (input: SurfaceInput, condition: PostCondition): Wait => ({
  path: common(input, condition).path,
  title: `It is no longer checked: ${describe(input, condition)}`,
  until: condition.until,
});

/** Two conditions may ask the same function, so the path has what is expected too. */
function common(input: SurfaceInput, condition: PostCondition) {
  const { address } = input.found;
  return {
    path: `${input.wanted.name}.postConditions.${describe(input, condition)}`,
    callers: [{ address, since: 0n, source: `${address}/timelock/admins/${address}` }],
    writes: `${address}/postConditions`,
    reads: [`${address}/timelock/delay`],
  };
}

function describe({ context }: SurfaceInput, condition: PostCondition): string {
  return describePostCondition(condition, {
    nameOf: context.nameOf,
    contracts: context.desired.contracts,
  });
}

const sameCondition = (a: PostCondition, b: PostCondition): boolean =>
  postConditionKey(a) === postConditionKey(b);

/** Where the contract puts the next one: the first place whose condition is no longer checked. */
function freeIndex(conditions: readonly PostCondition[]): number {
  for (let index = 0; ; index++) if (!conditions.some((c) => c.index === index)) return index;
}

function changeConditions(
  model: Parameters<Change["apply"]>[0],
  timelock: Address,
  change: (conditions: readonly PostCondition[]) => PostCondition[],
): void {
  changeSurface(model, timelock, "timelock", (state) => ({
    ...state,
    postConditions: change(state.postConditions ?? []).sort(comparePostConditions),
  }));
}
