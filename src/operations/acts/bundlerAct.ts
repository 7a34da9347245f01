/**
 * Acting as a smart account through a bundler. What is signed is kept before it leaves, and asked for first when the act
 * is done again. All attempts have one nonce until the chain has used that, so that at most one of them is ever included.
 */
import { type Address, type Hash, type Hex, isHex } from "viem";
import { formatUserOperationRequest } from "viem/account-abstraction";
import { z } from "zod";
import { BundlerRefusal, type RemoteBundler } from "../../accounts/bundler/remoteBundler.ts";
import { requireBundler } from "../../accounts/bundler/requireBundler.ts";
import { type ChainClient, entryPoints } from "../../accounts/entryPoints.ts";
import { explainReason } from "../../accounts/errors/explainReason.ts";
import { explainRefusal } from "../../accounts/errors/explainRefusal.ts";
import { estimateOwnGas } from "../../accounts/estimateOwnGas.ts";
import { readNonce } from "../../accounts/nonces.ts";
import type { AccountSigner } from "../../accounts/owners/types.ts";
import { hashOperation, type Operation, operationTypedData } from "../../accounts/signOperation.ts";
import { PortcullisError } from "../../errors.ts";
import type { Rpc } from "../../transactions/types.ts";
import type { StoredUserOperation } from "../store/operationFile.ts";
import type { AccountFacts } from "./accountAct.ts";
import { type FoundUserOperation, findUserOperation } from "./findUserOperation.ts";
import { operationFees } from "./operationFees.ts";
import { ownerSigner } from "./ownerSigner.ts";
import type { ActEnvironment, BundlerAccess } from "./types.ts";

export interface BundlerActParameters {
  account: AccountFacts;
  /** Empty where the operation only creates the account. */
  callData: Hex;
  /** Of an account that this operation creates. */
  creation?: { factory: Address; factoryData: Hex } | undefined;
  stage: StoredUserOperation["stage"];
  /** What an earlier run left. */
  kept: StoredUserOperation | undefined;
  keep(operation: StoredUserOperation): Promise<void>;
}

type Environment = Pick<ActEnvironment, "client" | "chainId" | "signers"> & {
  rpc: Rpc;
  bundler: BundlerAccess;
};

/**
 * @throws PortcullisError BUNDLER_*, SIGNER_MISSING, FEES_ABOVE_CEILING, the refusal in words, TRANSACTION_REVERTED
 * where the operation failed in its bundle, BUNDLER_SLOW while it is in none
 */
export async function actThroughBundler(
  parameters: BundlerActParameters,
  env: Environment,
): Promise<{ transaction: Hash; by: Address }> {
  const { account, callData, creation, kept, keep, stage } = parameters;
  const { version, address } = account;
  // The nonce first: whatever had used it by then is found by the search that follows.
  const nonce = await readNonce(env.client, version, address, { key: 0n });
  const before = kept && (await findUserOperation(env.client, kept));
  if (kept && before) return settle(await confirm(kept, before, env), account);

  await requireBundler(env.bundler.remote, env.chainId, version);
  const going = kept?.nonce === nonce ? kept : undefined;
  const refusal = going && (await sendAgain(going, env));
  if (going && refusal === undefined) return settle(await wait(going, env), account);

  const { operation, userOpHash } = await sign({ account, callData, creation, nonce }, env);
  // Signed anew it is the same: the refusal stands.
  if (going?.attempts.some((attempt) => attempt.userOpHash === userOpHash)) throw explainRefusal(refusal);
  const stored: StoredUserOperation = {
    stage,
    account: address,
    entryPoint: version,
    nonce,
    callData,
    fromBlock: going?.fromBlock ?? (await env.client.getBlockNumber({ cacheTime: 0 })),
    attempts: [...(going?.attempts ?? []), { userOpHash, operation: { ...operation } }],
  };
  await keep(stored);
  await send(env.bundler.remote, operation, version).catch(async (error: unknown) => {
    if (!(error instanceof BundlerRefusal || error instanceof PortcullisError)) throw error;
    if (!(await isKnown(env.bundler.remote, userOpHash))) throw explainRefusal(error);
  });
  return settle(await wait(stored, env), account);
}

type RpcOperation = ReturnType<typeof formatUserOperationRequest>;

/** Gives the bundler the same bytes again, unless it has them. @returns why it will not take them any more */
async function sendAgain(
  { attempts, entryPoint }: StoredUserOperation,
  { bundler: { remote } }: Environment,
): Promise<BundlerRefusal | undefined> {
  const last = attempts.at(-1);
  if (last === undefined || (await isKnown(remote, last.userOpHash))) return undefined;
  try {
    await send(remote, last.operation as unknown as RpcOperation, entryPoint);
    return undefined;
  } catch (error) {
    if (error instanceof BundlerRefusal) return error;
    throw error;
  }
}

const send = ({ request }: RemoteBundler, operation: RpcOperation, version: AccountFacts["version"]) =>
  request("eth_sendUserOperation", [operation, entryPoints[version].address]);

/** A bundler that has it refuses it a second time, each with words of its own. */
async function isKnown({ request }: RemoteBundler, hash: Hash): Promise<boolean> {
  try {
    return (await request("eth_getUserOperationByHash", [hash])) !== null;
  } catch (error) {
    if (error instanceof BundlerRefusal) return false;
    throw error;
  }
}

async function sign(
  {
    account,
    callData,
    creation,
    nonce,
  }: Pick<BundlerActParameters, "account" | "callData" | "creation"> & { nonce: bigint },
  env: Environment,
): Promise<{ operation: RpcOperation; userOpHash: Hash }> {
  const { remote, fees } = env.bundler;
  const owner = await ownerSigner(account, callData, env);
  const draft: Operation = {
    sender: account.address,
    nonce,
    ...creation,
    callData,
    callGasLimit: 0n,
    verificationGasLimit: 0n,
    preVerificationGas: 0n,
    ...(await operationFees(remote, env.rpc, fees)),
    signature: owner.stubSignature,
  };
  const limited = { ...draft, ...(await estimate(draft, owner, account, env)) };
  const signature = await owner.signTypedData(operationTypedData(limited, env.chainId, account.version));
  const signed = { ...limited, signature };
  return {
    operation: formatUserOperationRequest(signed),
    userOpHash: hashOperation(signed, env.chainId, account.version),
  };
}

const quantity = z.custom<Hex>((value) => isHex(value)).transform(BigInt);
const limits = z.object({
  preVerificationGas: quantity,
  verificationGasLimit: quantity,
  callGasLimit: quantity,
});

async function estimate(draft: Operation, owner: AccountSigner, { version }: AccountFacts, env: Environment) {
  const { remote } = env.bundler;
  try {
    // A bundler that judges by the stub would give too little.
    if (owner.unmeasuredGas) {
      const client = { ...env.client, chain: { id: env.chainId } } as unknown as ChainClient;
      return await estimateOwnGas({ client, version }, draft, owner);
    }
    const request = formatUserOperationRequest(draft);
    const { callGasLimit: _, verificationGasLimit: __, preVerificationGas: ___, ...asked } = request;
    return limits.parse(
      await remote.request("eth_estimateUserOperationGas", [asked, entryPoints[version].address]),
    );
  } catch (error) {
    throw explainRefusal(error);
  }
}

/** @throws PortcullisError BUNDLER_SLOW */
async function wait(stored: StoredUserOperation, env: Environment): Promise<FoundUserOperation> {
  const { clock, poll, timeout } = env.bundler;
  for (const end = clock.now() + timeout; clock.now() < end; await clock.sleep(poll)) {
    const found = await findUserOperation(env.client, stored);
    if (found) return confirm(stored, found, env);
  }
  throw slow(stored, env);
}

/** Blocks may still be undone: it is looked for once more when enough stand on its own. */
async function confirm(
  stored: StoredUserOperation,
  found: FoundUserOperation,
  env: Environment,
): Promise<FoundUserOperation> {
  const { clock, poll, timeout, confirmations } = env.bundler;
  for (const end = clock.now() + timeout; clock.now() < end; await clock.sleep(poll)) {
    const latest = await env.client.getBlockNumber({ cacheTime: 0 });
    if (latest + 1n < found.block + BigInt(confirmations)) continue;
    const still = await findUserOperation(env.client, stored);
    if (still?.block === found.block) return still;
    if (still) return confirm(stored, still, env);
  }
  throw slow(stored, env);
}

function settle(
  { transaction, success, reason }: FoundUserOperation,
  { address }: AccountFacts,
): { transaction: Hash; by: Address } {
  if (success) return { transaction, by: address };
  throw new PortcullisError(
    "TRANSACTION_REVERTED",
    `The operation failed in its bundle ${transaction}: ${explainReason(reason ?? "0x", "call").message}`,
    { hint: "run the same command again: it is simulated and signed anew", details: { hash: transaction } },
  );
}

function slow({ attempts }: StoredUserOperation, { bundler }: Environment): PortcullisError {
  const last = attempts.at(-1)?.userOpHash;
  return new PortcullisError(
    "BUNDLER_SLOW",
    `The bundler at ${bundler.remote.name} has the operation, and no block has it yet`,
    {
      hint: "run the same command again: it asks for the operation and signs no second one",
      details: { userOpHash: last },
    },
  );
}
