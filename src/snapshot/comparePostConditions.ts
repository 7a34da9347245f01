import type { PostCondition } from "./types.ts";

/** By what they say, then by where they are kept: equal states are equal bytes. */
export function comparePostConditions(a: PostCondition, b: PostCondition): number {
  const [keyA, keyB] = [postConditionKey(a), postConditionKey(b)];
  if (keyA !== keyB) return keyA < keyB ? -1 : 1;
  return (a.index ?? 0) - (b.index ?? 0);
}

/** Equal for conditions that say the same. */
export function postConditionKey({ target, data, comparison, expected }: PostCondition): string {
  return [target, data, comparison, expected].join(":").toLowerCase();
}
