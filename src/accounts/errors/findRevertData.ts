/** The bytes a call reverted with, wherever a node, viem or a bundler put them. */
import { type Hex, isHex, size } from "viem";

/** Undefined where there are fewer than a selector. */
export function findRevertData(error: unknown): Hex | undefined {
  for (let e = error, depth = 0; e !== null && typeof e === "object" && depth < 12; depth += 1) {
    const found = "data" in e ? dataIn(e.data) : undefined;
    if (found !== undefined) return found;
    e = "cause" in e ? e.cause : undefined;
  }
  return undefined;
}

function dataIn(data: unknown): Hex | undefined {
  if (isHex(data)) return size(data) >= 4 ? data : undefined;
  if (data === null || typeof data !== "object") return undefined;
  for (const key of ["reason", "data", "revertData", "result"]) {
    const inner = (data as Record<string, unknown>)[key];
    if (isHex(inner) && size(inner) >= 4) return inner;
  }
  return undefined;
}
