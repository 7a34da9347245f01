/**
 * A nonce that nobody has any more, in front of stored transactions: a transaction of others that had it is gone from
 * the nodes' pools. No block takes what is behind it until some transaction of the account fills it.
 */
import { type Address, isAddressEqual } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Chain } from "./chain.ts";
import type { Commands } from "./refusals.ts";
import type { Journal, StoredTransaction } from "./types.ts";

/** The first such nonce in front of the record; undefined where there is none. */
export async function findNonceHole(
  { from, nonce }: { from: Address; nonce: number },
  chain: Pick<Chain, "nonce">,
  journal: Pick<Journal, "list">,
): Promise<number | undefined> {
  const latest = await chain.nonce(from, "latest");
  // Nodes count their pool up to the first hole.
  const first = Math.max(latest, await chain.nonce(from, "pending"));
  if (first >= nonce) return undefined;
  const stored = new Set(
    (await journal.list())
      .filter((record) => isAddressEqual(record.from, from))
      .map((record) => record.nonce),
  );
  for (let free = first; free < nonce; free += 1) if (!stored.has(free)) return free;
  return undefined;
}

export function behindHole(record: StoredTransaction, hole: number, commands: Commands): PortcullisError {
  const { id, from, label, nonce } = record;
  return new PortcullisError(
    "NONCE_HOLE",
    `"${label}" has nonce ${nonce} of ${from} and cannot be included: nonce ${hole} is free, and no transaction of this account that would take it is known`,
    {
      hint: `whatever this account sends next takes nonce ${hole} and lets it go on: do that here, or with the wallet that else uses this key; then ${commands("list")}`,
      details: { id, from, nonce, hole },
    },
  );
}
