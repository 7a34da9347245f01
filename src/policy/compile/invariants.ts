/** What has to be true after every operation: calls that read, with bounds on what they return. */
import { type AbiFunction, type AbiParameter, encodeAbiParameters, encodeFunctionData } from "viem";
import type { DesiredInvariant } from "../desired.ts";
import type { Path } from "../problems.ts";
import type { Argument } from "../schema/contract.ts";
import type { Policy } from "../schema/policy.ts";
import { resolveArguments, toInteger } from "./arguments.ts";
import type { CompileContext } from "./context.ts";
import { findFunction, resolveSelector } from "./functions.ts";

const CALL = /^([\w-]+)\.([\w$]+)\((.*)\)$/s;

export function compileInvariant(
  context: CompileContext,
  invariant: Policy["invariants"][number],
  path: Path,
): DesiredInvariant | undefined {
  const { names, problems } = context;
  const match = CALL.exec(invariant.call);
  if (!match) {
    problems.add(
      [...path, "call"],
      `"${invariant.call}" is not a call`,
      'write contract.function(arguments): "vault.allowance()"',
    );
    return undefined;
  }
  const [, contract = "", name = "", text = ""] = match;
  const to = names.resolve(contract, [...path, "call"]);
  const abi = context.abiOf(contract);
  if (to === undefined || context.policy.broken.has(contract)) return undefined;
  if (abi === undefined) {
    resolveSelector(name, abi, contract, [...path, "call"], problems);
    return undefined;
  }
  const called = findFunction(name, abi);
  if (Array.isArray(called)) {
    resolveSelector(name, abi, contract, [...path, "call"], problems);
    return undefined;
  }
  if (called.stateMutability !== "view" && called.stateMutability !== "pure") {
    problems.add([...path, "call"], `${contract}.${name} changes state`, "write a function that only reads");
    return undefined;
  }
  const written = text.trim() === "" ? [] : text.split(",").map((argument) => readArgument(argument.trim()));
  const args = resolveArguments(
    written,
    called.inputs,
    `${contract}.${name}`,
    [...path, "call"],
    names,
    problems,
  );
  const bounds = compileBounds(context, invariant.expect, called, [...path, "expect"]);
  if (args === undefined || bounds === undefined) return undefined;
  const data = encodeFunctionData({ abi: [called], functionName: called.name, args });
  return { name: invariant.call, to, data, ...bounds };
}

function compileBounds(
  { names, problems }: CompileContext,
  { equals, atLeast, atMost }: Policy["invariants"][number]["expect"],
  called: AbiFunction,
  path: Path,
): Pick<DesiredInvariant, "min" | "max" | "equals"> | undefined {
  const before = problems.all.length;
  if (equals !== undefined) {
    if (atLeast !== undefined || atMost !== undefined) {
      problems.add(path, "equals leaves no room for bounds", "write equals, or atLeast and atMost");
    }
    const written = called.outputs.length === 1 ? [equals] : Array.isArray(equals) ? equals : [equals];
    const values = resolveArguments(
      written,
      called.outputs,
      `what ${called.name} returns`,
      [...path, "equals"],
      names,
      problems,
    );
    return values === undefined ? undefined : { equals: encodeAbiParameters(called.outputs, values) };
  }
  const word = firstWord(called.outputs);
  if (word === undefined || !/^uint\d*$/.test(word.type)) {
    problems.add(
      path,
      `${called.name} does not return a number first`,
      "write equals, or call a function that returns a uint",
    );
  }
  const bound = (field: "atLeast" | "atMost", value: Argument | undefined): bigint | undefined => {
    if (value === undefined) return undefined;
    const number = toInteger(value);
    if (number === undefined || number < 0n) {
      problems.add(
        [...path, field],
        "is not a number",
        'write a whole number or an amount: "1000 ether"',
        value,
      );
    }
    return number;
  };
  const min = bound("atLeast", atLeast);
  const max = bound("atMost", atMost);
  if (min !== undefined && max !== undefined && min > max) {
    problems.add(path, "nothing is at least the one and at most the other", "swap them");
  }
  if (problems.all.length > before) return undefined;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** Of a static struct its first field: the first 32 bytes that are returned. */
function firstWord(outputs: readonly AbiParameter[]): AbiParameter | undefined {
  const [first] = outputs;
  if (first?.type === "tuple" && "components" in first) return firstWord(first.components as AbiParameter[]);
  return first;
}

function readArgument(text: string): Argument {
  if (text === "true" || text === "false") return text === "true";
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
