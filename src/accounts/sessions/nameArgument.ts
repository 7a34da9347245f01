/** The way back from a rule's path to the argument it is about: {@link findPaths} in reverse. */
import type { AbiParameter } from "viem";
import { headWords, isDynamic } from "./argumentPaths.ts";

export interface NamedArgument {
  name: string;
  parameter: AbiParameter;
}

/** Undefined where the path leads to no argument's value. */
export function nameArgument(
  inputs: readonly AbiParameter[],
  path: readonly number[],
  hashed: boolean,
): NamedArgument | undefined {
  return inFields(inputs, path, 0, hashed, "");
}

/** @param lag words that the path's base lags behind, see argumentPaths.ts */
function inFields(
  fields: readonly AbiParameter[],
  path: readonly number[],
  lag: number,
  hashed: boolean,
  where: string,
): NamedArgument | undefined {
  let index = (path[0] ?? 0) - lag;
  for (const [position, field] of fields.entries()) {
    const words = headWords(field);
    if (index >= 0 && index < words)
      return inField(field, [index, ...path.slice(1)], lag, hashed, `${where}${field.name || position}`);
    index -= words;
  }
  return undefined;
}

/** @param path its first step is counted from the field's own first word */
function inField(
  field: AbiParameter,
  path: readonly number[],
  lag: number,
  hashed: boolean,
  name: string,
): NamedArgument | undefined {
  if (field.type === "bytes" || field.type === "string")
    return hashed && path.length === 1 ? { name, parameter: field } : undefined;
  const [, element, length] = /^(.*)\[(\d*)\]$/.exec(field.type) ?? [];
  const components = "components" in field ? (field.components as readonly AbiParameter[]) : undefined;
  if (element === undefined && components === undefined)
    return !hashed && path.length === 1 && path[0] === 0 ? { name, parameter: field } : undefined;

  const followed = isDynamic(field);
  const rest = followed ? path.slice(1) : path;
  if (rest.length === 0) return undefined;
  const base = followed ? lag : 0;
  if (element === undefined) return inFields(components ?? [], rest, base, hashed, `${name}.`);
  return inElements(
    { ...field, type: element } as AbiParameter,
    length ?? "",
    rest,
    base,
    followed ? lag : 0,
    hashed,
    name,
  );
}

function inElements(
  element: AbiParameter,
  length: string,
  path: readonly number[],
  base: number,
  lag: number,
  hashed: boolean,
  name: string,
): NamedArgument | undefined {
  const listed = length === "";
  const index = (path[0] ?? 0) - base - (listed ? 1 : 0);
  if (index === -1 && listed && path.length === 1 && !hashed)
    return { name: `${name}.length`, parameter: { name: "length", type: "uint256" } };
  if (index < 0) return undefined;
  const words = headWords(element);
  const position = Math.floor(index / words);
  if (!listed && position >= Number(length)) return undefined;
  const inner = lag + (listed && isDynamic(element) ? 1 : 0);
  return inField(element, [index % words, ...path.slice(1)], inner, hashed, `${name}[${position}]`);
}
