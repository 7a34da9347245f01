/** What a timelock checks after every operation: the same words as invariants, in the contract's terms. */
import { type Address, type Hex, isHex, keccak256, numberToHex, size } from "viem";
import { comparePostConditions, postConditionKey } from "../../snapshot/comparePostConditions.ts";
import type { PostCondition } from "../../snapshot/types.ts";
import type { DesiredInvariant } from "../desired.ts";
import type { Path } from "../problems.ts";
import type { Policy } from "../schema/policy.ts";
import { toInteger } from "./arguments.ts";
import type { CompileContext } from "./context.ts";
import { compileInvariant } from "./invariants.ts";

/** The contract's MAX_POSTCONDITIONS. */
export const MOST_POST_CONDITIONS = 8;

export function compilePostConditions(
  context: CompileContext,
  written: Policy["timelocks"][string]["postConditions"],
  at: Path,
): PostCondition[] {
  const path = [...at, "postConditions"];
  const conditions = written.flatMap((condition, i) => {
    if ("data" in condition) return compileRaw(context, condition, [...path, i]);
    const compiled = compileInvariant(context, condition, [...path, i]);
    return compiled === undefined ? [] : toPostConditions(compiled);
  });
  if (conditions.length > MOST_POST_CONDITIONS) {
    context.problems.add(
      path,
      `are ${conditions.length} conditions, and a timelock keeps ${MOST_POST_CONDITIONS} (atLeast and atMost count as two)`,
      "keep those that no operation may ever break",
    );
  }
  const keys = conditions.map(postConditionKey);
  if (new Set(keys).size < keys.length) {
    context.problems.add(path, "say the same thing twice", "leave one of them away");
  }
  return conditions.sort(comparePostConditions);
}

type Raw = Extract<Policy["timelocks"][string]["postConditions"][number], { data: string }>;

function compileRaw(
  { names, problems }: CompileContext,
  { to, data, expect }: Raw,
  at: Path,
): PostCondition[] {
  const target = names.resolve(to, [...at, "to"]);
  const bound = (field: "atLeast" | "atMost"): bigint | undefined => {
    const value = expect[field] === undefined ? undefined : toInteger(expect[field]);
    if (expect[field] !== undefined && (value === undefined || value < 0n))
      problems.add(
        [...at, "expect", field],
        "is not a number",
        'write a whole number: "1000"',
        expect[field],
      );
    return value;
  };
  if (!isHex(data) || size(data) < 4)
    problems.add([...at, "data"], "is no call", 'write its bytes: "0x3eaaf86b"', data);
  const [min, max] = [bound("atLeast"), bound("atMost")];
  if (target === undefined) return [];
  const hashed = expect.hash === undefined ? {} : { hash: expect.hash.toLowerCase() as Hex };
  return toConditions({ to: target, data: data.toLowerCase() as Hex, ...hashed, min, max });
}

function toPostConditions({ to, data, min, max, equals }: DesiredInvariant): PostCondition[] {
  return toConditions({ to, data, min, max, ...(equals === undefined ? {} : { hash: keccak256(equals) }) });
}

interface Expected {
  to: Address;
  data: Hex;
  hash?: Hex;
  min: bigint | undefined;
  max: bigint | undefined;
}

function toConditions({ to, data, min, max, hash }: Expected): PostCondition[] {
  const shared = { target: to, data, until: 0n };
  const word = (value: bigint) => numberToHex(value, { size: 32 });
  return [
    ...(hash === undefined ? [] : [{ ...shared, comparison: "equals" as const, expected: hash }]),
    ...(min === undefined ? [] : [{ ...shared, comparison: "atLeast" as const, expected: word(min) }]),
    ...(max === undefined ? [] : [{ ...shared, comparison: "atMost" as const, expected: word(max) }]),
  ];
}
