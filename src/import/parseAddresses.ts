/** What `--address` says: `0x…`, or `vault=0x…`, with commas between. */
import { type Address, getAddress, isAddress } from "viem";
import { PortcullisError } from "../errors.ts";

/** Names by address; undefined where none was given. Throws ADDRESS_INVALID. */
export function parseImportAddresses(text: string): Map<Address, string | undefined> {
  const parts = text.split(",").map((part) => part.trim());
  const found = new Map<Address, string | undefined>();
  for (const part of parts) {
    const [left, right] = part.split("=").map((piece) => piece.trim());
    const address = right ?? left ?? "";
    if (!isAddress(address)) {
      throw new PortcullisError(
        "ADDRESS_INVALID",
        `${JSON.stringify(part)} is not an address with its checksum`,
        {
          hint: "write each with its checksum, and a name if you like: --address vault=0x…,token=0x…",
          details: { address: part },
        },
      );
    }
    found.set(getAddress(address), right === undefined ? undefined : left);
  }
  return found;
}
