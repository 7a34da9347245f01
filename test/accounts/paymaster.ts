/** OpenZeppelin's paymaster that pays for what a key signed, as a sponsor runs it: for EntryPoint v0.9. */
import { type Address, concat, type Hex, numberToHex, type PrivateKeyAccount, parseEther } from "viem";
import {
  type GetPaymasterDataParameters,
  toPackedUserOperation,
  type UserOperation,
} from "viem/account-abstraction";
import { entryPoints } from "../../src/accounts/index.ts";
import { compileSource } from "../snapshot/peers.ts";
import type { LocalWorld } from "./localWorld.ts";

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {PaymasterSigner, EIP712} from "@openzeppelin/contracts/account/paymaster/extensions/PaymasterSigner.sol";
import {SignerECDSA} from "@openzeppelin/contracts/utils/cryptography/signers/SignerECDSA.sol";
contract SigningPaymaster is PaymasterSigner, SignerECDSA {
  constructor(address signer) EIP712("SigningPaymaster", "1") SignerECDSA(signer) {}
}`;

/** All but the signature of an operation's paymaster fields are signed. */
const types = {
  UserOperationRequest: [
    { name: "sender", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "initCode", type: "bytes" },
    { name: "callData", type: "bytes" },
    { name: "accountGasLimits", type: "bytes32" },
    { name: "preVerificationGas", type: "uint256" },
    { name: "gasFees", type: "bytes32" },
    { name: "paymasterVerificationGasLimit", type: "uint256" },
    { name: "paymasterPostOpGasLimit", type: "uint256" },
    { name: "validAfter", type: "uint48" },
    { name: "validUntil", type: "uint48" },
  ],
} as const;

/** From any time until 2100. */
const [validAfter, validUntil] = [0, 4_102_444_800];
const time = concat([numberToHex(validAfter, { size: 6 }), numberToHex(validUntil, { size: 6 })]);
/** Of a form that its verification takes, by nobody. */
const STUB: Hex = `0x${"01".repeat(64)}1b`;

/** Deploys a paymaster, puts ether at the entry point for it, and signs for it as viem's clients ask. */
export async function deployPaymaster(world: LocalWorld, signer: PrivateKeyAccount) {
  const { SigningPaymaster } = compileSource(SOURCE);
  if (SigningPaymaster === undefined) throw new Error("the paymaster did not compile");
  const { wallet, deployer: account, client } = world;
  const deployment = await wallet.deployContract({
    account,
    abi: SigningPaymaster.abi,
    bytecode: `0x${SigningPaymaster.evm.bytecode.object}`,
    args: [signer.address],
  });
  const address = (await wallet.waitForTransactionReceipt({ hash: deployment })).contractAddress as Address;
  const entryPoint = { address: entryPoints["0.9"].address, abi: entryPoints["0.9"].abi } as const;
  const value = parseEther("1");
  await wallet.writeContract({ ...entryPoint, account, functionName: "depositTo", args: [address], value });

  async function sign(operation: UserOperation<"0.9">): Promise<Hex> {
    const packed = toPackedUserOperation({ ...operation, signature: "0x" });
    const signature = await signer.signTypedData({
      domain: {
        name: "SigningPaymaster",
        version: "1",
        chainId: client.chain.id,
        verifyingContract: address,
      },
      types,
      primaryType: "UserOperationRequest",
      message: {
        ...packed,
        paymasterVerificationGasLimit: operation.paymasterVerificationGasLimit ?? 0n,
        paymasterPostOpGasLimit: operation.paymasterPostOpGasLimit ?? 0n,
        validAfter,
        validUntil,
      },
    });
    return concat([time, signature]);
  }

  return {
    address,
    /** Wei at the entry point. */
    deposit: () => client.readContract({ ...entryPoint, functionName: "balanceOf", args: [address] }),
    getPaymasterStubData: async () => ({
      paymaster: address,
      paymasterData: concat([time, STUB]),
      paymasterPostOpGasLimit: 0n,
    }),
    getPaymasterData: async (request: GetPaymasterDataParameters) => ({
      paymaster: address,
      paymasterData: await sign(request as unknown as UserOperation<"0.9">),
    }),
  };
}

export type Paymaster = Awaited<ReturnType<typeof deployPaymaster>>;
