/** What differs between the effects that were committed to and the effects as they would be now. */
import { canonicalJson } from "./canonical.ts";
import type { CanonicalEffects } from "./types.ts";

export interface EffectDifference {
  /** Which part of the effects. */
  part: Exclude<keyof CanonicalEffects, "version">;
  /** `gone`: was committed to and is no more; `new`: was not committed to. */
  side: "gone" | "new";
  what: string;
}

export interface EffectComparison {
  equal: boolean;
  differences: readonly EffectDifference[];
}

const SETS = ["admin", "code", "recipients", "allowances", "bounds"] as const;

export function compareEffects(committed: CanonicalEffects, now: CanonicalEffects): EffectComparison {
  const differences: EffectDifference[] = [];
  for (const part of ["chainId", "calls", ...SETS] as const) {
    const [a, b] = [committed[part], now[part]];
    if (canonicalJson(a) === canonicalJson(b)) continue;
    const [was, is] = [asList(a), asList(b)];
    const [lost, added] = [without(was, is), without(is, was)];
    // Same entries in another order: the whole order is the difference.
    const reordered = lost.length === 0 && added.length === 0;
    for (const what of reordered ? was : lost) differences.push({ part, side: "gone", what });
    for (const what of reordered ? is : added) differences.push({ part, side: "new", what });
  }
  return { equal: differences.length === 0 && committed.version === now.version, differences };
}

function asList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(canonicalJson) : [canonicalJson(value)];
}

/** As multisets: an entry that occurs twice on one side and once on the other differs. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((item) => {
    const index = rest.indexOf(item);
    if (index === -1) return true;
    rest.splice(index, 1);
    return false;
  });
}
