/** Sends an operation in a bundle of its own, once simulation has taken it to its end. */
import type { Hash } from "viem";
import { readContract, sendTransaction } from "viem/actions";
import { entryPoints } from "../entryPoints.ts";
import { hashOperation, type Operation } from "../signOperation.ts";
import { encodeBundle, findRefusal, requireDone, toRefusal } from "./judge.ts";
import { probeOperation } from "./probeOperation.ts";
import type { Bundler } from "./types.ts";

export interface Submitted {
  hash: Hash;
  transaction: Hash;
}

/** @throws BundlerError where the entry point refuses the operation or one of its steps fails: nothing is sent then */
export async function submitOperation(bundler: Bundler, operation: Operation): Promise<Submitted> {
  const refusal = await findRefusal(bundler, operation);
  if (refusal !== undefined) throw toRefusal(refusal);
  const callGas = operation.callGasLimit;
  const missingFunds = await missingFundsOf(bundler, operation);
  requireDone(await probeOperation(bundler, operation, { callGas, missingFunds }), bundler.now());

  const { client, signer, version } = bundler;
  const { authorization } = operation;
  const transaction = await sendTransaction(client, {
    account: signer,
    chain: client.chain,
    to: entryPoints[version].address,
    data: encodeBundle(bundler, operation),
    gas: gasOf(operation),
    ...(authorization && { authorizationList: [authorization] }),
  });
  return { hash: hashOperation(operation, client.chain.id, version), transaction };
}

/** All limits, the entry point's own part, and the sixty-fourth that stays behind: it checks that it has them (AA95). */
const gasOf = (operation: Operation): bigint =>
  ((limitsOf(operation) + 100_000n) * 64n) / 63n + (operation.authorization ? 25_000n : 0n);

const limitsOf = (operation: Operation): bigint =>
  operation.verificationGasLimit +
  operation.callGasLimit +
  (operation.paymasterVerificationGasLimit ?? 0n) +
  (operation.paymasterPostOpGasLimit ?? 0n) +
  operation.preVerificationGas;

async function missingFundsOf({ client, version }: Bundler, operation: Operation): Promise<bigint> {
  if (operation.paymaster !== undefined) return 0n;
  const { address, abi } = entryPoints[version];
  const deposit = await readContract(client, {
    address,
    abi,
    functionName: "balanceOf",
    args: [operation.sender],
  });
  const required = limitsOf(operation) * operation.maxFeePerGas;
  return required > deposit ? required - deposit : 0n;
}
