/**
 * Acting as a smart account: its owner signs one operation with all the calls, and a key of ours submits it and pays,
 * so that the account needs no ether. It is run to its end in a simulation first; where the operation reverts in its
 * bundle all the same, the sender says so as of any transaction.
 */
import type { Address, Hash, Hex } from "viem";
import { estimateGas } from "../../accounts/bundler/estimateGas.ts";
import { encodeBundle, findRefusal, requireDone, toRefusal } from "../../accounts/bundler/judge.ts";
import { probeOperation } from "../../accounts/bundler/probeOperation.ts";
import { BundlerError } from "../../accounts/bundler/rpcError.ts";
import type { Bundler } from "../../accounts/bundler/types.ts";
import { encodeExecute } from "../../accounts/encodeCalls.ts";
import { type ChainClient, type EntryPointVersion, entryPoints } from "../../accounts/entryPoints.ts";
import { explainRefusal } from "../../accounts/errors/explainRefusal.ts";
import { readNonce } from "../../accounts/nonces.ts";
import { type Operation, operationTypedData } from "../../accounts/signOperation.ts";
import { PortcullisError } from "../../errors.ts";
import type { Call } from "../types.ts";
import { ownerSigner } from "./ownerSigner.ts";
import type { ActEnvironment } from "./types.ts";

export interface AccountFacts {
  address: Address;
  /** ERC-7913. */
  owner: Hex;
  version: EntryPointVersion;
}

export interface AccountActParameters {
  account: AccountFacts;
  calls: readonly Call[];
  label: string;
  /** Names the act: it is sent once, whatever happens to the process. */
  intent: Hash;
}

/** @throws PortcullisError SIGNER_MISSING, TRANSACTION_REVERTED, and the refusal in words where the simulation fails */
export async function actAsAccount(
  { account, calls, label, intent }: AccountActParameters,
  env: ActEnvironment,
): Promise<{ transaction: Hash; by: Address }> {
  const { address: to } = entryPoints[account.version];
  const sent = (await env.sender.list()).find(({ id }) => id === intent);
  const from = sent?.from ?? payer(env);
  const data = sent?.data ?? (await signBundle(account, calls, from, env));
  const { hash } = await env.sender.send({ id: intent, from, to, data, label });
  return { transaction: hash, by: account.address };
}

async function signBundle(
  account: AccountFacts,
  calls: readonly Call[],
  from: Address,
  env: ActEnvironment,
): Promise<Hex> {
  const { address: sender, version } = account;
  const owner = await ownerSigner(account, encodeExecute(calls), env);
  const now = Number(await env.now());
  const client = { ...env.client, chain: { id: env.chainId } } as unknown as ChainClient;
  const bundler: Bundler = { client, signer: await env.signers.get(from), version, now: () => now };
  const draft: Operation = {
    sender,
    nonce: await readNonce(env.client, version, sender, { key: 0n }),
    callData: encodeExecute(calls),
    callGasLimit: 0n,
    verificationGasLimit: 0n,
    preVerificationGas: 0n,
    // Whoever submits pays.
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    signature: owner.stubSignature,
  };
  try {
    const limited = { ...draft, ...(await estimateGas(bundler, draft)) };
    const signature = await owner.signTypedData(operationTypedData(limited, env.chainId, version));
    const operation = { ...limited, signature };
    const refusal = await findRefusal(bundler, operation);
    if (refusal !== undefined) throw toRefusal(refusal);
    const most = { callGas: operation.callGasLimit, missingFunds: 0n };
    requireDone(await probeOperation(bundler, operation, most), now);
    return encodeBundle(bundler, operation);
  } catch (error) {
    throw error instanceof BundlerError ? explainRefusal(error) : error;
  }
}

/** Any key of ours may submit what the owner signed. */
function payer({ relayers, signers }: ActEnvironment): Address {
  const found = relayers.find((address) => signers.has(address));
  if (found !== undefined) return found;
  throw new PortcullisError("SIGNER_MISSING", "No key here can pay for the operation", {
    hint: "add a signer with ether to the policy",
  });
}
