/** What a deployment left on a chain: `deployments/<network>/manifest.json`. */
import type { Address, Hash, Hex } from "viem";

export interface Manifest {
  schema: 1;
  policy: string;
  policyHash: Hash;
  network: string;
  chainId: number;
  /** Hash of block 0: tells a restarted local chain from the one that was deployed to. */
  genesis: Hash;
  /** First block that can hold anything of this deployment. */
  fromBlock: bigint;
  /** Git commit of the project, null outside a repository; `dirty` when files differed from it. */
  commit: string | null;
  dirty: boolean;
  deployer: Address;
  contracts: readonly ManifestContract[];
  transactions: readonly { id: Hash; label: string; hash: Hash; block: bigint }[];
  roles: readonly { manager: string; role: string; id: bigint; members: readonly Address[] }[];
  /** The last proof that the deployer has no right left; null until it passed. */
  handover: { block: bigint; blockHash: Hash } | null;
}

export interface ManifestContract {
  /** Name in the policy. */
  name: string;
  address: Address;
  /** Contract name in the artifacts, of the implementation where there is a proxy. */
  artifact: string;
  /** keccak256 of the canonical JSON of the ABI. */
  abiHash: Hash;
  /** keccak256 of the code at `address`. */
  codehash: Hash;
  /** ABI-encoded, of the contract or, where there is one, of the proxy. */
  constructorArgs: Hex;
  proxy?: { kind: "uups" | "transparent"; implementation: Address; codehash: Hash };
}
