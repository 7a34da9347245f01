/** What arguments of a session's calls have to be, by the words in which the ABI lays them out. */
import { type AbiFunction, type AbiParameter, encodeAbiParameters, type Hex, keccak256, toHex } from "viem";
import { headWords } from "../../../accounts/sessions/argumentPaths.ts";
import type { SessionRule } from "../../../accounts/sessions/session.ts";
import type { Path } from "../../problems.ts";
import type { Argument } from "../../schema/contract.ts";
import type { Policy } from "../../schema/policy.ts";
import { nearestName } from "../../text/nearest.ts";
import { resolveArguments } from "../arguments.ts";
import type { CompileContext } from "../context.ts";

type Functions = Policy["accounts"][string]["sessions"][string]["may"][string];
type Written = Exclude<Functions, readonly string[]>[string];

const OPERATORS = {
  equals: "equal",
  not: "notEqual",
  above: "more",
  atLeast: "atLeast",
  below: "less",
  atMost: "atMost",
  oneOf: "oneOf",
} as const satisfies Record<keyof Written[string], SessionRule["operator"]>;

const ORDERED = ["above", "atLeast", "below", "atMost"];

/** @param item absent where the contract's functions are not known: its arguments have no names then */
export function compileRules(
  context: CompileContext,
  item: AbiFunction | undefined,
  written: Written,
  path: Path,
): SessionRule[] {
  const { problems } = context;
  return Object.entries(written).flatMap(([name, rule]) => {
    const at = [...path, name];
    const index = item?.inputs.findIndex((input) => input.name === name) ?? -1;
    const input = item?.inputs[index];
    if (item === undefined || input === undefined) {
      const names = item?.inputs.flatMap((i) => i.name ?? []) ?? [];
      const nearest = nearestName(name, names);
      problems.add(
        at,
        item === undefined
          ? "the function's arguments are not known"
          : `${item.name} has no argument "${name}"`,
        item === undefined
          ? "give the contract an artifact or an abi"
          : nearest === undefined
            ? `write one of: ${names.join(", ")}`
            : `did you mean "${nearest}"?`,
      );
      return [];
    }
    const word = item.inputs.slice(0, index).reduce((sum, before) => sum + headWords(before), 0);
    return Object.entries(rule).flatMap(([operator, value]) =>
      compileRule(context, input, word, operator as keyof typeof OPERATORS, value as Argument, at),
    );
  });
}

function compileRule(
  { names, problems }: CompileContext,
  input: AbiParameter,
  word: number,
  operator: keyof typeof OPERATORS,
  value: Argument,
  path: Path,
): SessionRule[] {
  const hashed = input.type === "bytes" || input.type === "string";
  const at = [...path, operator];
  const single = /^(u?int\d*|address|bool|bytes\d+)$/.test(input.type);
  const ordered = ORDERED.includes(operator);
  if (!single && !hashed) {
    problems.add(at, `${input.type} is more than one word`, "leave the rule away, or allow another function");
    return [];
  }
  // The contract compares words as unsigned numbers.
  if (ordered && !input.type.startsWith("uint")) {
    problems.add(at, `${input.type} has no order here`, "write equals, not or oneOf");
    return [];
  }
  const list = operator === "oneOf" ? (value as readonly Argument[]) : [value];
  const values = list.flatMap((one, i): Hex[] => {
    const place = operator === "oneOf" ? [...at, i] : at;
    const resolved = resolveArguments([one], [input], input.name ?? input.type, place, names, problems);
    return resolved === undefined ? [] : [toWord(input, resolved[0])];
  });
  if (values.length !== list.length) return [];
  return [{ operator: OPERATORS[operator], path: [word], values, ...(hashed ? { hashed } : {}) }];
}

function toWord(input: AbiParameter, value: unknown): Hex {
  if (input.type === "string") return keccak256(toHex(value as string));
  if (input.type === "bytes") return keccak256(value as Hex);
  return encodeAbiParameters([input], [value]);
}
