/** Functions as a policy writes them: a name, a full signature where a name has overloads, or a selector. */
import { type Abi, type AbiFunction, type Hex, toFunctionSelector, toFunctionSignature } from "viem";
import type { Path, Problems } from "../problems.ts";
import { nearestName } from "../text/nearest.ts";

const SELECTOR = /^0x[0-9a-f]{8}$/;
const SIGNATURE = /^[A-Za-z_$][\w$]*\(.*\)$/;

/** @returns undefined where `problems` got a reason */
export function resolveSelector(
  written: string,
  abi: Abi | undefined,
  contract: string,
  path: Path,
  problems: Problems,
): Hex | undefined {
  if (abi === undefined) {
    if (SELECTOR.test(written)) return written as Hex;
    if (SIGNATURE.test(written)) return toFunctionSelector(`function ${written}`);
    problems.add(
      path,
      `the functions of "${contract}" are not known`,
      `give contracts.${contract} an artifact or an abi, or write the full signature: "${written}(…)"`,
    );
    return undefined;
  }
  const found = findFunction(written, abi);
  if (Array.isArray(found)) {
    explainMiss(written, found, abi, contract, path, problems);
    return undefined;
  }
  return toFunctionSelector(found);
}

/** @returns the function, or the candidates when it is not clear which is meant (none: no such function) */
export function findFunction(written: string, abi: Abi): AbiFunction | AbiFunction[] {
  const functions = functionsOf(abi);
  const matches = SELECTOR.test(written)
    ? functions.filter((f) => toFunctionSelector(f) === written)
    : SIGNATURE.test(written)
      ? functions.filter((f) => toFunctionSignature(f) === written.replace(/\s+/g, ""))
      : functions.filter((f) => f.name === written);
  const [only] = matches;
  return only !== undefined && matches.length === 1 ? only : matches;
}

export function functionsOf(abi: Abi): AbiFunction[] {
  return abi.filter((item) => item.type === "function");
}

function explainMiss(
  written: string,
  candidates: readonly AbiFunction[],
  abi: Abi,
  contract: string,
  path: Path,
  problems: Problems,
): void {
  if (candidates.length > 1) {
    const signatures = candidates.map((f) => `"${toFunctionSignature(f)}"`);
    problems.add(
      path,
      `"${contract}" has ${candidates.length} functions "${written}"`,
      `write one of: ${signatures.join(", ")}`,
    );
    return;
  }
  const functions = functionsOf(abi);
  const name = written.replace(/\(.*/, "");
  const nearest = nearestName(
    name,
    functions.map((f) => f.name),
  );
  const signatures = functions.filter((f) => f.name === nearest).map((f) => `"${toFunctionSignature(f)}"`);
  problems.add(
    path,
    `"${contract}" has no function "${written}"`,
    nearest === undefined
      ? `write one of: ${[...new Set(functions.filter((f) => f.stateMutability !== "view" && f.stateMutability !== "pure").map((f) => f.name))].join(", ")}`
      : nearest === name
        ? `write one of: ${signatures.join(", ")}`
        : `did you mean "${nearest}"?`,
  );
}
