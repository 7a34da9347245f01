/**
 * Where Safe's own contracts are on a chain. On public chains: the published registry (safe-deployments). On local
 * chains they are deployed by Safe's singleton factory with salt 0, which gives the very same addresses, so that nothing
 * above has a case for "local".
 */
import {
  getCompatibilityFallbackHandlerDeployment,
  getCreateCallDeployment,
  getMultiSendCallOnlyDeployment,
  getMultiSendDeployment,
  getProxyFactoryDeployment,
  getSafeL2SingletonDeployment,
  getSafeSingletonDeployment,
  getSignMessageLibDeployment,
  getSimulateTxAccessorDeployment,
} from "@safe-global/safe-deployments";
import { type Address, concatHex, getAddress, getContractAddress, type Hex, zeroHash } from "viem";
import { PortcullisError } from "../errors.ts";
import { type SafeContractName, safeCreationCode } from "./creationCode.ts";

export const safeVersion = "1.4.1";

export interface SafeInfrastructure {
  chainId: number;
  /** Local: Portcullis deploys them where they are missing. Published: they must be there. */
  source: "local" | "published";
  contracts: Readonly<Record<SafeContractName, Address>>;
}

/** A transaction that brings code to `creates`; to be left out where there is code already. */
export type DeploymentStep =
  /** ETH for the key that signed the factory's creation. */
  | { kind: "fund"; label: string; creates: Address; to: Address; value: bigint }
  /** Signed by others long ago: broadcast as it is. */
  | { kind: "broadcast"; label: string; creates: Address; serialized: Hex }
  /** To be sent by anyone. */
  | { kind: "call"; label: string; creates: Address; to: Address; value: bigint; data: Hex };

/** Safe's singleton factory: calldata is salt ‖ creation code. */
export const singletonFactory: Address = "0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7";

/** Its creation on development chains, as published in @safe-global/safe-singleton-factory 2.0.0 (MIT). */
const factoryCreation: Readonly<Record<number, { signer: Address; cost: bigint; serialized: Hex }>> = {
  31337: {
    signer: "0xE1CB04A0fA36DdD16a06ea828007E35e1a3cBC37",
    // 100,000 gas at 100 gwei, in wei
    cost: 10n ** 16n,
    serialized:
      "0xf8a78085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf382f4f5a00dc4d1d21b308094a30f5f93da35e4d72e99115378f135f2295bea47301a3165a0636b822daad40aa8c52dd5132f378c0c0e6d83b4898228c7e21c84e631a0b891",
  },
  1337: {
    signer: "0xE1CB04A0fA36DdD16a06ea828007E35e1a3cBC37",
    cost: 10n ** 16n,
    serialized:
      "0xf8a78085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3820a96a0460c6ea9b8f791e5d9e67fbf2c70aba92bf88591c39ac3747ea1bedc2ef1750ca04b08a4b5cea15a56276513da7a0c0b34f16e89811d5dd911efba5f8625a921cc",
  },
};

const published: Readonly<Record<SafeContractName, typeof getSafeSingletonDeployment>> = {
  safe: getSafeSingletonDeployment,
  safeL2: getSafeL2SingletonDeployment,
  proxyFactory: getProxyFactoryDeployment,
  multiSend: getMultiSendDeployment,
  multiSendCallOnly: getMultiSendCallOnlyDeployment,
  fallbackHandler: getCompatibilityFallbackHandlerDeployment,
  signMessageLib: getSignMessageLibDeployment,
  createCall: getCreateCallDeployment,
  simulateTxAccessor: getSimulateTxAccessorDeployment,
};

const names = Object.keys(safeCreationCode) as SafeContractName[];

/**
 * Throws SAFE_NOT_PUBLISHED where Safe 1.4.1 has no registry entry for the chain, or only one for another kind of
 * virtual machine (zkSync's addresses follow other rules).
 */
export function safeInfrastructure(chainId: number): SafeInfrastructure {
  const local = chainId in factoryCreation;
  const contracts = Object.fromEntries(
    names.map((name) => [name, local ? localAddress(name) : publishedAddress(name, chainId)]),
  ) as Record<SafeContractName, Address>;
  return { chainId, source: local ? "local" : "published", contracts };
}

/** What to send, in order, so that a local chain has them all. Empty on public chains. */
export function planSafeInfrastructure(infrastructure: SafeInfrastructure): DeploymentStep[] {
  const creation = factoryCreation[infrastructure.chainId];
  if (!creation) return [];
  const { signer, cost, serialized } = creation;
  return [
    { kind: "fund", label: "fund Safe's factory key", creates: singletonFactory, to: signer, value: cost },
    { kind: "broadcast", label: "create Safe's singleton factory", creates: singletonFactory, serialized },
    ...names.map(
      (name): DeploymentStep => ({
        kind: "call",
        label: `create Safe ${safeVersion} ${name}`,
        creates: infrastructure.contracts[name],
        to: singletonFactory,
        value: 0n,
        data: concatHex([zeroHash, safeCreationCode[name]]),
      }),
    ),
  ];
}

function localAddress(name: SafeContractName): Address {
  return getContractAddress({
    opcode: "CREATE2",
    from: singletonFactory,
    salt: zeroHash,
    bytecode: safeCreationCode[name],
  });
}

function publishedAddress(name: SafeContractName, chainId: number): Address {
  const network = String(chainId);
  const deployment = published[name]({ version: safeVersion, network });
  const address = deployment?.networkAddresses[network];
  if (!address || address === deployment.deployments.zksync?.address) {
    throw new PortcullisError(
      "SAFE_NOT_PUBLISHED",
      `Safe ${safeVersion} is not published for chain ${chainId}`,
      {
        hint: "name an existing Safe as a principal in the policy, or use another kind of principal there",
        details: { chainId, contract: name },
      },
    );
  }
  return getAddress(address);
}
