/** What nodes mean when they refuse bytes. Texts differ between geth, erigon, nethermind, reth, anvil and Hardhat. */

export type Refusal =
  | "known"
  | "nonce-too-low"
  | "nonce-too-high"
  | "underpriced"
  | "insufficient-funds"
  | "other";

const PATTERNS: readonly [Refusal, RegExp][] = [
  ["known", /already known|already imported|known transaction|already exists|AlreadyKnown/i],
  [
    "nonce-too-low",
    /nonce too low|nonce is too low|OldNonce|nonce has already been used|invalid nonce; got/i,
  ],
  ["nonce-too-high", /nonce too high|nonce gap|NonceGap/i],
  ["underpriced", /underpriced|fee too low|max fee per gas less than block base fee|FeeTooLow/i],
  ["insufficient-funds", /insufficient funds|insufficient balance|doesn't have enough funds/i],
];

export function classifyRefusal(error: unknown): Refusal {
  const text = messages(error);
  return PATTERNS.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
}

/** The message of an error and of all it was caused by: clients wrap what the node said. */
export function messages(error: unknown): string {
  const parts: string[] = [];
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 8; e = e.cause, depth += 1) {
    parts.push(e.message);
    if ("details" in e && typeof e.details === "string") parts.push(e.details);
  }
  return parts.length > 0 ? parts.join("\n") : String(error);
}
