/** An ERC-4337 bundler in the process: it submits `handleOps` from a key with ether, one operation each. */
import { isAddressEqual } from "viem";
import { type EntryPointVersion, entryPoints } from "../entryPoints.ts";
import type { Operation } from "../signOperation.ts";
import { estimateGas } from "./estimateGas.ts";
import { findOperation, readIncluded, readReceipt } from "./findOperation.ts";
import { readAddress, readHash, readOperation, toRpc } from "./readRequest.ts";
import { BundlerError } from "./rpcError.ts";
import { submitOperation } from "./submitOperation.ts";
import type { LocalBundlerParameters } from "./types.ts";

/** An EIP-1193 provider of ERC-4337's methods. */
export interface LocalBundler {
  request(args: { method: string; params?: unknown }): Promise<unknown>;
}

/**
 * Every operation is simulated to its end first; one whose validation or call fails is refused with ERC-4337's codes
 * and never sent. What an operation underpays, the signer loses: it is for chains and keys of one's own.
 *
 * @example
 * const bundler = localBundler({ client, signer, now: () => Math.floor(Date.now() / 1000) });
 * // A refusal is an answer: viem would ask three times more.
 * const bundlerTransport = custom(bundler, { retryCount: 0 });
 */
export function localBundler(parameters: LocalBundlerParameters): LocalBundler {
  const { client, entryPoints: versions = ["0.9", "0.7"] } = parameters;
  const pending = new Map<string, { operation: Operation; version: EntryPointVersion }>();
  const inTurn = createQueue();

  const choose = (params: readonly unknown[]) => {
    const operation = readOperation(params[0]);
    const version = chooseEntryPoint(versions, params[1]);
    return { operation, bundler: { ...parameters, version } };
  };

  const methods: Record<string, (params: readonly unknown[]) => Promise<unknown>> = {
    eth_chainId: async () => BigInt(client.chain.id),
    eth_supportedEntryPoints: async () => versions.map((version) => entryPoints[version].address),
    eth_estimateUserOperationGas: async (params) => {
      const { operation, bundler } = choose(params);
      return estimateGas(bundler, operation);
    },
    eth_sendUserOperation: async (params) => {
      const { operation, bundler } = choose(params);
      // One after the other: the next one's simulation has to see this one's effects, and nonces stay in order.
      const { hash } = await inTurn(() => submitOperation(bundler, operation));
      pending.set(hash, { operation, version: bundler.version });
      return hash;
    },
    eth_getUserOperationReceipt: async ([hash]) => {
      const found = await findOperation(client, versions, readHash(hash));
      return found ? readReceipt(client, found) : null;
    },
    eth_getUserOperationByHash: async ([value]) => {
      const hash = readHash(value);
      const found = await findOperation(client, versions, hash);
      if (found) return readIncluded(client, hash, found);
      return describePending(pending.get(hash));
    },
  };

  return {
    async request({ method, params = [] }) {
      const answer = methods[method];
      if (answer === undefined)
        throw new BundlerError("methodNotFound", `${method} is not a bundler's method`);
      return toRpc(await answer(params as readonly unknown[]));
    },
  };
}

function chooseEntryPoint(versions: readonly EntryPointVersion[], value: unknown): EntryPointVersion {
  const address = readAddress(value);
  const version = versions.find((one) => isAddressEqual(entryPoints[one].address, address));
  if (version !== undefined) return version;
  const known = versions.map((one) => `${entryPoints[one].address} (v${one})`).join(", ");
  throw new BundlerError("invalidParams", `entry point ${address} is not one of this bundler's: ${known}`);
}

const describePending = (known: { operation: Operation; version: EntryPointVersion } | undefined) =>
  known === undefined
    ? null
    : {
        userOperation: known.operation,
        entryPoint: entryPoints[known.version].address,
        transactionHash: null,
        blockHash: null,
        blockNumber: null,
      };

function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(run: () => Promise<T>): Promise<T> => {
    const next = last.then(run, run);
    last = next.catch(() => undefined);
    return next;
  };
}
