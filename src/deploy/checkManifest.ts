/** A manifest is a claim about a chain: it is compared with the chain before anybody relies on it. */
import { type Hash, keccak256, type PublicClient } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Manifest } from "./manifest.ts";

/** Hash of block 0. */
export async function readGenesis(client: PublicClient): Promise<Hash> {
  const block = await client.getBlock({ blockNumber: 0n });
  if (block.hash === null) throw new Error("block 0 has a hash");
  return block.hash;
}

/** Throws `WRONG_CHAIN`, `CHAIN_RESTARTED`, `MANIFEST_MISMATCH`. */
export async function checkManifest(client: PublicClient, manifest: Manifest): Promise<void> {
  const { network } = manifest;
  const chainId = await client.getChainId();
  if (chainId !== manifest.chainId) {
    throw new PortcullisError(
      "WRONG_CHAIN",
      `deployments/${network} was deployed to chain ${manifest.chainId}; the node is on chain ${chainId}`,
      {
        hint: `correct networks.${network}.url in hardhat.config.ts, or choose the network with --network`,
        details: { expected: manifest.chainId, found: chainId },
      },
    );
  }
  await checkGenesis(client, manifest);
  for (const contract of manifest.contracts) {
    const code = await client.getCode({ address: contract.address });
    const codehash = code === undefined ? null : keccak256(code);
    if (codehash === contract.codehash) continue;
    const found = codehash === null ? "no code" : "other code";
    throw new PortcullisError(
      "MANIFEST_MISMATCH",
      `The manifest says "${contract.name}" is at ${contract.address}; the chain has ${found} there`,
      {
        hint: "check that the node is in sync and the manifest is the one of this chain: git log -- deployments",
        details: {
          name: contract.name,
          address: contract.address,
          expected: contract.codehash,
          found: codehash,
        },
      },
    );
  }
}

/** A local chain that was started anew has the same chain id and another first block. Throws `CHAIN_RESTARTED`. */
export async function checkGenesis(
  client: PublicClient,
  record: { network: string; genesis: Hash },
): Promise<void> {
  const found = await readGenesis(client);
  if (found === record.genesis) return;
  throw new PortcullisError(
    "CHAIN_RESTARTED",
    `deployments/${record.network} belongs to another chain: this one began with another block`,
    {
      hint: `\`npx hardhat deploy --reset --network ${record.network}\` keeps the old record beside the new`,
      details: { expected: record.genesis, found },
    },
  );
}
