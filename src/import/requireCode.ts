/** An address without code has nothing to import: most often the wrong network. */
import type { Address } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Snapshot } from "../snapshot/types.ts";

/** Throws IMPORT_NO_CODE. */
export function requireCode(snapshot: Snapshot, addresses: readonly Address[], network: string): void {
  const empty = addresses.filter(
    (address) => snapshot.contracts.find((state) => state.address === address)?.codehash == null,
  );
  if (empty.length === 0) return;
  throw new PortcullisError("IMPORT_NO_CODE", `There is no contract at ${empty.join(", ")} on ${network}`, {
    hint: "check the address, and name the network it is on: --network <network>",
    details: { addresses: empty, network, chainId: snapshot.chainId },
  });
}
