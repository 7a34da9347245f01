/** Creation code of the published Safe 1.4.1 build, from its own npm package: the bytes the canonical deployments have. */

import type { Hex } from "viem";
import simulateTxAccessor from "#safe-contracts/accessors/SimulateTxAccessor.sol/SimulateTxAccessor.json" with {
  type: "json",
};
import fallbackHandler from "#safe-contracts/handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json" with {
  type: "json",
};
import createCall from "#safe-contracts/libraries/CreateCall.sol/CreateCall.json" with { type: "json" };
import multiSend from "#safe-contracts/libraries/MultiSend.sol/MultiSend.json" with { type: "json" };
import multiSendCallOnly from "#safe-contracts/libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json" with {
  type: "json",
};
import signMessageLib from "#safe-contracts/libraries/SignMessageLib.sol/SignMessageLib.json" with {
  type: "json",
};
import safeProxy from "#safe-contracts/proxies/SafeProxy.sol/SafeProxy.json" with { type: "json" };
import proxyFactory from "#safe-contracts/proxies/SafeProxyFactory.sol/SafeProxyFactory.json" with {
  type: "json",
};
import safe from "#safe-contracts/Safe.sol/Safe.json" with { type: "json" };
import safeL2 from "#safe-contracts/SafeL2.sol/SafeL2.json" with { type: "json" };

export const safeCreationCode = {
  safe: safe.bytecode as Hex,
  safeL2: safeL2.bytecode as Hex,
  proxyFactory: proxyFactory.bytecode as Hex,
  multiSend: multiSend.bytecode as Hex,
  multiSendCallOnly: multiSendCallOnly.bytecode as Hex,
  fallbackHandler: fallbackHandler.bytecode as Hex,
  signMessageLib: signMessageLib.bytecode as Hex,
  createCall: createCall.bytecode as Hex,
  simulateTxAccessor: simulateTxAccessor.bytecode as Hex,
} as const;

export type SafeContractName = keyof typeof safeCreationCode;

/** Of the proxy every Safe is; the factory appends the singleton's address. */
export const safeProxyCreationCode = safeProxy.bytecode as Hex;
