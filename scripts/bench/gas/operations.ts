/**
 * User operations as the gas rows want them: one operation through `EntryPoint.handleOps` (v0.9), the whole transaction,
 * deposit made, `preVerificationGas` 0, gas limits no higher than needed. A family of rows (accounts, sessions,
 * recovery) is one file with a `measure…(chain)` which takes what it needs from here:
 *
 *   const bundle = await openEntryPoint(chain);
 *   await bundle.fund(account);
 *   await bundle.send({ sender, callData, sign });   // sets the stage, gas not kept
 *   const gas = await bundle.send({ sender, callData, sign, validator, key, initCode, limits });
 *
 * Rows and their ceilings are listed in rows.ts, and measure.ts merges the families.
 */
import {
  type Address,
  concatHex,
  encodeFunctionData,
  type Hex,
  pad,
  parseEther,
  toHex,
  zeroAddress,
} from "viem";
import {
  type EntryPointVersion,
  entryPointAbi,
  entryPoints,
  etchEntryPoints,
} from "../../../test/entryPoints.ts";
import type { BenchChain, Deployed } from "./chain.ts";

export interface OperationRequest {
  sender: Address;
  callData: Hex;
  /** Of the operation's hash. */
  sign: (hash: Hex) => Promise<Hex>;
  /** Top 20 bytes of the nonce; the owner if absent. */
  validator?: Address;
  /** The 4 bytes after it. */
  key?: number;
  initCode?: Hex;
  /** Gas; 60,000 for validation and 30,000 for the call if absent. */
  limits?: { verification: bigint; call: bigint };
}

export interface Bundle {
  entryPoint: Deployed;
  /** The gas of the whole transaction. Throws where the operation is not valid or its call fails. */
  send(request: OperationRequest): Promise<bigint>;
  /** 1 ether at the address, and 1 ether of deposit. */
  fund(account: Address): Promise<void>;
}

const FEES = concatHex([pad(toHex(1_000_000_000n), { size: 16 }), pad(toHex(2_000_000_000n), { size: 16 })]);

export async function openEntryPoint(chain: BenchChain, version: EntryPointVersion = "0.9"): Promise<Bundle> {
  await etchEntryPoints((address, code) => chain.setCode(address, code));
  const entryPoint = { address: entryPoints[version], abi: entryPointAbi(version) };
  // Whoever sends bundles has sent before, and is paid where ether is already.
  const bundler = chain.accounts[9] as Address;

  return {
    entryPoint,
    async fund(account) {
      await chain.send({ to: account, value: parseEther("1") });
      const data = encodeFunctionData({ abi: entryPoint.abi, functionName: "depositTo", args: [account] });
      await chain.send({ to: entryPoint.address, data, value: parseEther("1") });
    },
    async send({ sender, callData, sign, validator = zeroAddress, key = 0, initCode = "0x", limits }) {
      const nonceKey = (BigInt(validator) << 32n) | BigInt(key);
      const operation = {
        sender,
        nonce: await chain.read(entryPoint, "getNonce", [sender, nonceKey]),
        initCode,
        callData,
        accountGasLimits: packGas(limits?.verification ?? 60_000n, limits?.call ?? 30_000n),
        preVerificationGas: 0n,
        gasFees: FEES,
        paymasterAndData: "0x",
        signature: "0x",
      };
      const hash = await chain.read(entryPoint, "getUserOpHash", [operation]);
      const signature = await sign(hash as Hex);
      const data = encodeFunctionData({
        abi: entryPoint.abi,
        functionName: "handleOps",
        args: [[{ ...operation, signature }], bundler],
      });
      const receipt = await chain.send({ from: bundler, to: entryPoint.address, data });
      if (!hasSucceeded(receipt.logs))
        throw new Error(`the operation's call failed: ${callData.slice(0, 10)}`);
      return receipt.gasUsed;
    },
  };
}

const packGas = (verification: bigint, call: bigint): Hex =>
  concatHex([pad(toHex(verification), { size: 16 }), pad(toHex(call), { size: 16 })]);

/** UserOperationEvent(hash, sender, paymaster, nonce, success, cost, gas): the second word of its data. */
const hasSucceeded = (logs: readonly { topics: readonly Hex[]; data: Hex }[]): boolean =>
  logs.some(
    ({ topics, data }) =>
      topics[0] === "0x49628fd1471006c1482da88028e9ce4dbb080b815c9b0344d39e5a8e6ec1419f" &&
      BigInt(`0x${data.slice(66, 130)}`) === 1n,
  );
