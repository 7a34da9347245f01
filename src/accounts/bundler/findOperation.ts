/** Finds an included operation by its hash, from the chain alone: what another process submitted is found too. */
import {
  decodeEventLog,
  decodeFunctionData,
  encodeEventTopics,
  type Hash,
  type Hex,
  numberToHex,
} from "viem";
import { getBlockNumber } from "viem/actions";
import { type EntryPointVersion, entryPoints } from "../entryPoints.ts";
import { hashOperation } from "../signOperation.ts";
import type { LocalBundlerParameters } from "./types.ts";
import { unpackOperation } from "./unpackOperation.ts";

/** How far back it is looked for; many nodes answer no wider range. */
const LOOK_BACK = 10_000n;
const { abi } = entryPoints["0.9"];

interface RpcLog {
  address: Hex;
  topics: [Hex, ...Hex[]];
  data: Hex;
  transactionHash: Hash;
  logIndex: Hex;
}

interface RpcReceipt {
  logs: RpcLog[];
}

export interface Found {
  version: EntryPointVersion;
  log: RpcLog;
}

type Client = LocalBundlerParameters["client"];
const ask = <T>(client: Client, method: string, params: unknown[]): Promise<T> =>
  client.request({ method, params } as never) as Promise<T>;

export async function findOperation(
  client: Client,
  versions: readonly EntryPointVersion[],
  hash: Hash,
): Promise<Found | undefined> {
  const latest = await getBlockNumber(client, { cacheTime: 0 });
  const logs = await ask<RpcLog[]>(client, "eth_getLogs", [
    {
      address: versions.map((version) => entryPoints[version].address),
      topics: encodeEventTopics({ abi, eventName: "UserOperationEvent", args: { userOpHash: hash } }),
      fromBlock: numberToHex(latest > LOOK_BACK ? latest - LOOK_BACK : 0n),
      toBlock: "latest",
    },
  ]);
  const log = logs.at(-1);
  const version = versions.find((v) => entryPoints[v].address.toLowerCase() === log?.address.toLowerCase());
  return log && version && { version, log };
}

/** eth_getUserOperationReceipt */
export async function readReceipt(client: Client, { log, version }: Found) {
  const event = decodeEventLog({ abi, eventName: "UserOperationEvent", topics: log.topics, data: log.data });
  const receipt = await ask<RpcReceipt>(client, "eth_getTransactionReceipt", [log.transactionHash]);
  const { userOpHash, sender, paymaster, nonce, success, actualGasCost, actualGasUsed } = event.args;
  const logs = ownLogs(receipt.logs, log);
  const reason = findRevertReason(logs, userOpHash);
  return {
    userOpHash,
    entryPoint: entryPoints[version].address,
    sender,
    nonce,
    paymaster,
    actualGasCost,
    actualGasUsed,
    success,
    ...(reason && { reason }),
    logs,
    receipt,
  };
}

/** eth_getUserOperationByHash */
export async function readIncluded(client: Client, hash: Hash, { log, version }: Found) {
  const transaction = await ask<{ input: Hex; blockHash: Hash; blockNumber: Hex }>(
    client,
    "eth_getTransactionByHash",
    [log.transactionHash],
  );
  const { functionName, args } = decodeFunctionData({
    abi: entryPoints[version].abi,
    data: transaction.input,
  });
  if (functionName !== "handleOps") return null;
  const operations = args[0].map(unpackOperation);
  const userOperation = operations.find((one) => hashOperation(one, client.chain.id, version) === hash);
  return {
    userOperation: userOperation ?? null,
    entryPoint: entryPoints[version].address,
    transactionHash: log.transactionHash,
    blockHash: transaction.blockHash,
    blockNumber: transaction.blockNumber,
  };
}

/** What the operation's call emitted: between the event before, of another operation or of the bundle, and its own. */
function ownLogs(logs: readonly RpcLog[], own: RpcLog): RpcLog[] {
  const [closing] = encodeEventTopics({ abi, eventName: "UserOperationEvent" });
  const [opening] = encodeEventTopics({ abi, eventName: "BeforeExecution" });
  const end = logs.findIndex(({ logIndex }) => logIndex === own.logIndex);
  const before = logs.slice(0, end);
  const start = before.findLastIndex(
    ({ address, topics }) => address === own.address && (topics[0] === closing || topics[0] === opening),
  );
  return logs.slice(start + 1, end + 1);
}

function findRevertReason(logs: readonly RpcLog[], hash: Hash): Hex | undefined {
  const topics = encodeEventTopics({
    abi,
    eventName: "UserOperationRevertReason",
    args: { userOpHash: hash },
  });
  const log = logs.find((one) => one.topics[0] === topics[0] && one.topics[1] === hash);
  if (log === undefined) return undefined;
  const event = decodeEventLog({
    abi,
    eventName: "UserOperationRevertReason",
    topics: log.topics,
    data: log.data,
  });
  return event.args.revertReason;
}
