/** What a Safe says about itself, as far as a transaction needs it. */
import { type Address, getAddress, type Hash, type PublicClient } from "viem";
import { probe } from "../chain/probe.ts";
import { PortcullisError } from "../errors.ts";
import { safeAbi } from "./abi.ts";

export interface SafeFacts {
  address: Address;
  version: string;
  owners: readonly Address[];
  threshold: number;
  nonce: bigint;
}

/** Undefined where there is no Safe. @throws PortcullisError SAFE_VERSION_UNSUPPORTED below 1.3.0 */
export async function readSafe(client: PublicClient, address: Address): Promise<SafeFacts | undefined> {
  const code = await client.getCode({ address });
  if (!code || code.startsWith("0xef0100")) return undefined;
  const contract = { address, abi: safeAbi } as const;
  const answers = await Promise.all([
    probe(client, { ...contract, functionName: "VERSION" }),
    probe(client, { ...contract, functionName: "getOwners" }),
    probe(client, { ...contract, functionName: "getThreshold" }),
    probe(client, { ...contract, functionName: "nonce" }),
  ]);
  const [version, owners, threshold, nonce] = answers;
  if (version === undefined || owners === undefined || threshold === undefined || nonce === undefined)
    return undefined;
  if (/^(0|1\.[012])\./.test(version)) {
    throw new PortcullisError(
      "SAFE_VERSION_UNSUPPORTED",
      `The Safe ${address} is version ${version}: its hashes do not name the chain`,
      {
        hint: "upgrade it to 1.4.1 in the Safe app",
        details: { address, version },
      },
    );
  }
  return {
    address: getAddress(address),
    version,
    owners: owners.map((o) => getAddress(o)),
    threshold: Number(threshold),
    nonce,
  };
}

/** Owners that approved the hash on the chain. */
export async function readApprovals(
  client: PublicClient,
  safe: SafeFacts,
  safeTxHash: Hash,
): Promise<Address[]> {
  const approvals = await Promise.all(
    safe.owners.map((owner) =>
      client.readContract({
        address: safe.address,
        abi: safeAbi,
        functionName: "approvedHashes",
        args: [owner, safeTxHash],
      }),
    ),
  );
  return safe.owners.filter((_, i) => approvals[i] !== 0n);
}
