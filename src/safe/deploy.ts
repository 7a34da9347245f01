/** A new Safe: its address before it exists, and the calls that create it. Sends nothing. */
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  getAddress,
  getContractAddress,
  type Hex,
  isAddressEqual,
  keccak256,
  zeroAddress,
} from "viem";
import { PortcullisError } from "../errors.ts";
import { safeAbi, safeProxyFactoryAbi } from "./abi.ts";
import { safeProxyCreationCode } from "./creationCode.ts";
import {
  type DeploymentStep,
  planSafeInfrastructure,
  type SafeInfrastructure,
  safeInfrastructure,
} from "./infrastructure.ts";

export interface PlanSafeDeploymentParameters {
  chainId: number;
  owners: readonly Address[];
  threshold: number;
  saltNonce: bigint;
  /** Ethereum mainnet uses the plain singleton, all others the one that emits events; this says otherwise. */
  singleton?: "safe" | "safeL2";
}

export interface SafeDeployment {
  /** Where the Safe will be. */
  address: Address;
  infrastructure: SafeInfrastructure;
  singleton: Address;
  /** The `setup` call, as the factory passes it to the proxy. */
  initializer: Hex;
  /** In order; leave out those whose `creates` has code. Anyone may send them. */
  steps: readonly DeploymentStep[];
}

/** Throws SAFE_OWNERS_INVALID, SAFE_THRESHOLD_INVALID, SAFE_NOT_PUBLISHED. */
export function planSafeDeployment(parameters: PlanSafeDeploymentParameters): SafeDeployment {
  const { chainId, owners, threshold, saltNonce } = parameters;
  checkOwners(owners, threshold);
  const infrastructure = safeInfrastructure(chainId);
  const singleton = infrastructure.contracts[parameters.singleton ?? (chainId === 1 ? "safe" : "safeL2")];
  const initializer = encodeFunctionData({
    abi: safeAbi,
    functionName: "setup",
    args: [
      // the order of owners is part of the address: sorted, equal sets are equal Safes
      owners.map((owner) => getAddress(owner)).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
      BigInt(threshold),
      zeroAddress,
      "0x",
      infrastructure.contracts.fallbackHandler,
      zeroAddress,
      0n,
      zeroAddress,
    ],
  });
  const address = predictProxy(infrastructure.contracts.proxyFactory, singleton, initializer, saltNonce);
  return {
    address,
    infrastructure,
    singleton,
    initializer,
    steps: [
      ...planSafeInfrastructure(infrastructure),
      {
        kind: "call",
        label: `create Safe ${threshold} of ${owners.length}`,
        creates: address,
        to: infrastructure.contracts.proxyFactory,
        value: 0n,
        data: encodeFunctionData({
          abi: safeProxyFactoryAbi,
          functionName: "createProxyWithNonce",
          args: [singleton, initializer, saltNonce],
        }),
      },
    ],
  };
}

function predictProxy(factory: Address, singleton: Address, initializer: Hex, saltNonce: bigint): Address {
  return getContractAddress({
    opcode: "CREATE2",
    from: factory,
    salt: keccak256(encodePacked(["bytes32", "uint256"], [keccak256(initializer), saltNonce])),
    bytecode: concatHex([safeProxyCreationCode, encodeAbiParameters([{ type: "address" }], [singleton])]),
  });
}

function checkOwners(owners: readonly Address[], threshold: number): void {
  const seen = new Set<Address>();
  for (const owner of owners.map((o) => getAddress(o))) {
    // Safe keeps its owners in a linked list whose ends are these two
    if (isAddressEqual(owner, zeroAddress) || BigInt(owner) === 1n || seen.has(owner)) {
      throw new PortcullisError("SAFE_OWNERS_INVALID", `${owner} cannot be an owner, or is listed twice`, {
        hint: "list each owner of the Safe once in the policy",
        details: { owner, owners },
      });
    }
    seen.add(owner);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > owners.length) {
    throw new PortcullisError(
      "SAFE_THRESHOLD_INVALID",
      `A threshold of ${threshold} is not possible with ${owners.length} owners`,
      { hint: `set the threshold between 1 and ${owners.length} in the policy`, details: { threshold } },
    );
  }
}
