/** Arguments as a policy writes them, turned into what the ABI takes. */
import { type AbiParameter, isHex, size } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Path, Problems } from "../problems.ts";
import { show } from "../problems.ts";
import type { Argument } from "../schema/contract.ts";
import { parseAmount } from "../text/amount.ts";
import { parseDuration } from "../text/duration.ts";
import { parseInstant } from "../text/instant.ts";
import type { Names } from "./names.ts";

/** What `problems` got a reason for. */
const FAULTY = Symbol("faulty");

/** @returns positional values as viem encodes them, or undefined where `problems` got a reason */
export function resolveArguments(
  written: readonly Argument[],
  inputs: readonly AbiParameter[],
  callee: string,
  path: Path,
  names: Names,
  problems: Problems,
): unknown[] | undefined {
  if (written.length !== inputs.length) {
    const expected = inputs.map(describe).join(", ");
    problems.add(
      path,
      `${callee} takes ${inputs.length} argument${inputs.length === 1 ? "" : "s"}, not ${written.length}`,
      inputs.length === 0 ? "write an empty list: []" : `write: ${expected}`,
    );
    return undefined;
  }
  const values = inputs.map((input, i) =>
    resolveValue(written[i] as Argument, input, [...path, i], names, problems),
  );
  return values.includes(FAULTY) ? undefined : values;
}

function resolveValue(
  value: Argument,
  type: AbiParameter,
  path: Path,
  names: Names,
  problems: Problems,
): unknown {
  const refuse = (fix: string): typeof FAULTY => {
    problems.add(path, `${show(value)} is not ${describe(type)}`, fix, value);
    return FAULTY;
  };
  const array = /^(.*)\[(\d*)\]$/.exec(type.type);
  if (array) {
    if (!Array.isArray(value) || (array[2] !== "" && value.length !== Number(array[2]))) {
      return refuse(`write a list of ${array[2] || "any number of"} ${array[1]}`);
    }
    const element = { ...type, type: array[1] as string };
    return allOrFaulty(
      value.map((v: Argument, i) => resolveValue(v, element, [...path, i], names, problems)),
    );
  }
  if (type.type === "tuple") {
    const components = "components" in type ? type.components : [];
    if (typeof value !== "object") return refuse(`write ${describe(type)} as { field: value }`);
    const fields = components.map((component, i) => {
      const key = Array.isArray(value) ? i : (component.name ?? i);
      const field = (value as Record<string | number, Argument | undefined>)[key];
      if (field !== undefined) return resolveValue(field, component, [...path, key], names, problems);
      problems.add([...path, key], "is missing", `write ${describe(component)}`);
      return FAULTY;
    });
    if (fields.includes(FAULTY)) return FAULTY;
    return Object.fromEntries(components.map((component, i) => [component.name ?? i, fields[i]]));
  }
  if (type.type === "address") {
    if (typeof value !== "string") return refuse("write a name of this policy");
    return names.resolve(value, path) ?? FAULTY;
  }
  if (type.type === "bool") return typeof value === "boolean" ? value : refuse("write true or false");
  if (type.type === "string") return typeof value === "string" ? value : refuse("write text");
  if (type.type.startsWith("bytes")) {
    const length = type.type.slice("bytes".length);
    const fits = isHex(value) && (length === "" || size(value) === Number(length));
    return fits
      ? value
      : refuse(`write 0x and ${length === "" ? "an even number of" : Number(length) * 2} hex digits`);
  }
  const integer = /^(u?)int(\d*)$/.exec(type.type);
  if (!integer) return refuse("this type cannot be written in a policy");
  const number = toInteger(value);
  if (number === undefined) {
    return refuse(
      'write a whole number, an amount ("100 ether"), a duration ("2 days") or a day ("2027-06-30")',
    );
  }
  const bits = BigInt(integer[2] || 256);
  const [low, high] =
    integer[1] === "u" ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  if (number < low || number > high) return refuse(`write a number from ${low} to ${high}`);
  // viem takes numbers up to 48 bits and bigints above.
  return bits <= 48n ? Number(number) : number;
}

/** Text of any of the forms a policy knows, as seconds, wei or units; undefined where it is none. */
export function toInteger(value: Argument): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== "string") return undefined;
  if (/^-?\d+$/.test(value)) return BigInt(value);
  for (const parse of [parseAmount, parseDuration, parseInstant]) {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof PortcullisError)) throw error;
    }
  }
  return undefined;
}

function allOrFaulty(values: unknown[]): unknown {
  return values.includes(FAULTY) ? FAULTY : values;
}

/** "uint256 limit" */
function describe(parameter: AbiParameter): string {
  return parameter.name ? `${parameter.type} ${parameter.name}` : parameter.type;
}
