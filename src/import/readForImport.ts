/** What an import reads: the contracts, whoever has power over them, and whatever their managers have rules for. */
import type { Address, PublicClient } from "viem";
import { readSnapshot } from "../snapshot/readSnapshot.ts";
import type { Snapshot } from "../snapshot/types.ts";

/** Throws what readSnapshot throws. */
export async function readForImport(
  client: PublicClient,
  { addresses, blockNumber }: { addresses: readonly Address[]; blockNumber?: bigint },
): Promise<Snapshot> {
  let wanted = addresses;
  for (;;) {
    const snapshot = await readSnapshot(client, {
      addresses: wanted,
      follow: true,
      ...(blockNumber === undefined ? {} : { blockNumber }),
    });
    const read = new Set(snapshot.contracts.map((state) => state.address));
    const missing = snapshot.contracts.flatMap(({ manager }) =>
      (manager?.targets ?? []).map((target) => target.address).filter((address) => !read.has(address)),
    );
    if (missing.length === 0) return snapshot;
    wanted = [...wanted, ...missing];
  }
}
