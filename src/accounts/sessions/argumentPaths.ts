/**
 * Where an argument is in calldata, as a session's rules name it: word indices, all but the last followed as offsets.
 * Inside a dynamic array offsets count from after its length, one word further than a path's base: later steps are one
 * more for each such array.
 */
import type { AbiParameter } from "viem";
import { PortcullisError } from "../../errors.ts";

export interface ArgumentPath {
  path: number[];
  /** What is compared: one word, or the hash of `bytes` and `string`. */
  parameter: AbiParameter;
  /** The keccak-256 of what is found is compared. */
  hashed: boolean;
}

interface Place {
  /** Offsets followed so far. */
  steps: number[];
  /** Words, of the next step. */
  index: number;
  /** Words that bases lag behind. */
  lag: number;
}

/** Visits each rule that is given for one of these parameters. */
export function findPaths(
  inputs: readonly AbiParameter[],
  given: Readonly<Record<string, unknown>>,
  visit: (path: ArgumentPath, value: unknown) => void,
): void {
  visitFields(inputs, given, { steps: [], index: 0, lag: 0 }, visit, "");
}

function visitFields(
  fields: readonly AbiParameter[],
  given: Readonly<Record<string, unknown>>,
  place: Place,
  visit: (path: ArgumentPath, value: unknown) => void,
  where: string,
): void {
  const names = fields.map((field, position) => field.name || String(position));
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw refuse(
        "SESSION_ARGUMENT_UNKNOWN",
        `There is no argument ${where}${name}`,
        `write one of ${names.join(", ") || "none"}`,
      );
  let index = place.index;
  for (const [position, field] of fields.entries()) {
    const name = names[position] ?? "";
    const value = given[name];
    if (value !== undefined) visitField(field, value, { ...place, index }, visit, `${where}${name}`);
    index += headWords(field);
  }
}

function visitField(
  field: AbiParameter,
  value: unknown,
  place: Place,
  visit: (path: ArgumentPath, value: unknown) => void,
  name: string,
): void {
  const [, element, size] = /^(.*)\[(\d*)\]$/.exec(field.type) ?? [];
  const inside = isDynamic(field)
    ? { ...place, steps: [...place.steps, place.index], index: place.lag }
    : place;
  if (element !== undefined) {
    visitElements(
      { ...field, type: element } as AbiParameter,
      size ?? "",
      value as object,
      inside,
      visit,
      name,
    );
  } else if (field.type === "tuple") {
    visitFields(componentsOf(field), value as Record<string, unknown>, inside, visit, `${name}.`);
  } else {
    const hashed = isDynamic(field);
    if (hashed && place.lag > 0)
      throw refuse(
        "SESSION_RULE_NOT_EXPRESSIBLE",
        `${name} is text or bytes inside a list, which no rule reaches`,
        "leave it out, or compare its length at a fixed place",
      );
    visit({ path: [...place.steps, place.index], parameter: field, hashed }, value);
  }
}

function visitElements(
  element: AbiParameter,
  size: string,
  given: object,
  place: Place,
  visit: (path: ArgumentPath, value: unknown) => void,
  name: string,
): void {
  const listed = size === "";
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (key === "length" && listed) {
      const parameter = { name: `${name}.length`, type: "uint256" };
      visit({ path: [...place.steps, place.index], parameter, hashed: false }, value);
      continue;
    }
    const position = Number(key);
    if (!Number.isInteger(position) || position < 0 || (!listed && position >= Number(size)))
      throw refuse(
        "SESSION_ARGUMENT_UNKNOWN",
        `There is no ${name}[${key}]`,
        `write ${listed ? "length or " : ""}an index`,
      );
    const index = place.index + (listed ? 1 : 0) + position * headWords(element);
    const lag = place.lag + (listed && isDynamic(element) ? 1 : 0);
    visitField(element, value, { ...place, index, lag }, visit, `${name}[${key}]`);
  }
}

const componentsOf = (field: AbiParameter): readonly AbiParameter[] =>
  "components" in field ? (field.components as readonly AbiParameter[]) : [];

/** `bytes`, `string`, and whatever has one or a list without a fixed size in it. */
export function isDynamic(field: AbiParameter): boolean {
  if (field.type === "bytes" || field.type === "string" || field.type.endsWith("[]")) return true;
  const [, element, size] = /^(.*)\[(\d+)\]$/.exec(field.type) ?? [];
  if (element !== undefined) return size !== "0" && isDynamic({ ...field, type: element } as AbiParameter);
  return field.type === "tuple" && componentsOf(field).some(isDynamic);
}

/** Words before the tails: an offset where it is dynamic. */
export function headWords(field: AbiParameter): number {
  if (isDynamic(field)) return 1;
  const [, element, size] = /^(.*)\[(\d+)\]$/.exec(field.type) ?? [];
  if (element !== undefined) return Number(size) * headWords({ ...field, type: element } as AbiParameter);
  return field.type === "tuple" ? componentsOf(field).reduce((sum, part) => sum + headWords(part), 0) : 1;
}

const refuse = (code: string, message: string, hint: string): PortcullisError =>
  new PortcullisError(code, message, { hint });
