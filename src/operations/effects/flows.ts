/** What moves: ETH by call frames, tokens by their standard events; and who is given a right to move what. */
import {
  type Address,
  decodeAbiParameters,
  getAddress,
  type Hex,
  parseAbi,
  sliceHex,
  toEventSelector,
} from "viem";
import type { RawFrame, RawLog } from "../simulate/types.ts";
import { keptFrames } from "./callTree.ts";
import type { Allowance, Flow } from "./types.ts";

/** For naming the logs of tokens that the book does not know. */
export const TOKEN_EVENTS = parseAbi([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event Approval(address indexed owner, address indexed spender, uint256 value)",
  "event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)",
  "event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)",
  "event ApprovalForAll(address indexed owner, address indexed operator, bool approved)",
]);

const TOPIC = {
  transfer: toEventSelector("Transfer(address,address,uint256)"),
  approval: toEventSelector("Approval(address,address,uint256)"),
  single: toEventSelector("TransferSingle(address,address,address,uint256,uint256)"),
  batch: toEventSelector("TransferBatch(address,address,address,uint256[],uint256[])"),
  approvalForAll: toEventSelector("ApprovalForAll(address,address,bool)"),
  permit2: toEventSelector("Approval(address,address,address,uint160,uint48)"),
} as const;

export function etherFlows(frames: readonly RawFrame[]): Flow[] {
  return keptFrames(frames).flatMap(({ type, from, to, value }) => {
    if (value === 0n || !to || type === "DELEGATECALL" || type === "STATICCALL" || type === "CALLCODE")
      return [];
    return [{ asset: "ETH" as const, standard: "ETH" as const, from, to, amount: value, ids: [] }];
  });
}

export function tokenFlows(logs: readonly RawLog[]): Flow[] {
  return logs.flatMap((log) => readTransfer(log)).filter(({ amount }) => amount > 0n);
}

function readTransfer({ address: asset, topics, data }: RawLog): Flow[] {
  const [topic, a, b, c] = topics;
  if (topic === TOPIC.transfer && a && b && c) {
    return [
      { asset, standard: "ERC721", from: toAddress(a), to: toAddress(b), amount: 1n, ids: [BigInt(c)] },
    ];
  }
  if (topic === TOPIC.transfer && a && b) {
    const [amount] = read<[bigint]>(["uint256"], data) ?? [];
    if (amount === undefined) return [];
    return [{ asset, standard: "ERC20", from: toAddress(a), to: toAddress(b), amount, ids: [] }];
  }
  if (topic === TOPIC.single && b && c) {
    const [id, amount] = read<[bigint, bigint]>(["uint256", "uint256"], data) ?? [];
    if (id === undefined || amount === undefined) return [];
    return [{ asset, standard: "ERC1155", from: toAddress(b), to: toAddress(c), amount, ids: [id] }];
  }
  if (topic === TOPIC.batch && b && c) {
    const [ids, amounts] = read<[bigint[], bigint[]]>(["uint256[]", "uint256[]"], data) ?? [];
    if (!ids || !amounts) return [];
    const amount = amounts.reduce((sum, item) => sum + item, 0n);
    return [{ asset, standard: "ERC1155", from: toAddress(b), to: toAddress(c), amount, ids }];
  }
  return [];
}

/** The last word of each (token, owner, spender). */
export function allowances(logs: readonly RawLog[]): Allowance[] {
  const last = new Map<string, Allowance>();
  for (const log of logs) {
    const allowance = readAllowance(log);
    if (!allowance) continue;
    last.set(`${allowance.token} ${allowance.owner} ${allowance.spender}`, allowance);
  }
  return [...last.values()];
}

function readAllowance({ address: token, topics, data }: RawLog): Allowance | undefined {
  const [topic, a, b, c] = topics;
  if (!a || !b) return undefined;
  const [owner, spender] = [toAddress(a), toAddress(b)];
  if (topic === TOPIC.approval && c) return { token, owner, spender, amount: 1n, standard: "ERC721" };
  if (topic === TOPIC.approval) {
    const [amount] = read<[bigint]>(["uint256"], data) ?? [];
    return amount === undefined ? undefined : { token, owner, spender, amount, standard: "ERC20" };
  }
  if (topic === TOPIC.approvalForAll) {
    const [approved] = read<[boolean]>(["bool"], data) ?? [];
    return { token, owner, spender, amount: approved ? "all" : 0n, standard: "ERC1155" };
  }
  if (topic === TOPIC.permit2 && c) {
    const [amount] = read<[bigint]>(["uint160", "uint48"], data) ?? [];
    if (amount === undefined) return undefined;
    return { token: toAddress(b), owner, spender: toAddress(c), amount, standard: "ERC20" };
  }
  return undefined;
}

/** Logs of contracts that are no tokens may only look like a token's: what does not decode is none. */
function read<T extends readonly unknown[]>(types: readonly string[], data: Hex): T | undefined {
  try {
    return decodeAbiParameters(
      types.map((type) => ({ type })),
      data,
    ) as unknown as T;
  } catch {
    return undefined;
  }
}

function toAddress(topic: Hex): Address {
  return getAddress(sliceHex(topic, 12));
}
