/**
 * What a function asks of its caller, found out by calling it as a stranger: OpenZeppelin's refusals name the rule they enforce. It is
 * the only way to learn which AccessControl role guards which function, since that stands in the code alone.
 */
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  decodeErrorResult,
  encodeFunctionData,
  type Hex,
  numberToHex,
  type PublicClient,
  parseAbi,
  zeroAddress,
} from "viem";
import { connectNode, type NodeOptions } from "../snapshot/rpc/node.ts";
import { RpcFault } from "../snapshot/rpc/rpcFault.ts";
import type { Guard } from "./types.ts";

/** Holds no power anywhere: the last 20 bytes of keccak256("portcullis.stranger"). */
const STRANGER: Address = "0x6a38Bc6FEf4Bf07C9BaB3615c9E3Fbd171CAF00a";

const refusals = parseAbi([
  "error OwnableUnauthorizedAccount(address account)",
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error AccessManagedUnauthorized(address caller)",
  "error AccessManagedRequiredDelay(address caller, uint32 delay)",
  "error Error(string reason)",
]);

/** OpenZeppelin before 5. */
const MISSING_ROLE = /^AccessControl: account 0x[0-9a-f]{40} is missing role (0x[0-9a-f]{64})$/;
const NOT_OWNER = "Ownable: caller is not the owner";

/**
 * @param item the function; its arguments are zeros and empty lists
 * @returns undefined where the answer does not say
 * @throws PortcullisError RPC_UNREACHABLE, RPC_RATE_LIMITED, RPC_LAGGING
 */
export async function readGuard(
  client: PublicClient,
  {
    address,
    item,
    blockNumber,
    ...options
  }: NodeOptions & { address: Address; item: AbiFunction; blockNumber: bigint },
): Promise<Guard | undefined> {
  const node = connectNode(client, options);
  const data = encodeFunctionData({ abi: [item], args: item.inputs.map(emptyValue) });
  try {
    await node.request<Hex>("eth_call", [{ from: STRANGER, to: address, data }, numberToHex(blockNumber)]);
    return { kind: "open" };
  } catch (error) {
    if (!(error instanceof RpcFault) || error.kind !== "revert") throw error;
    return error.data === undefined ? undefined : readRefusal(error.data);
  }
}

function readRefusal(data: Hex): Guard | undefined {
  try {
    const refusal = decodeErrorResult({ abi: refusals, data });
    switch (refusal.errorName) {
      case "OwnableUnauthorizedAccount":
        return refusal.args[0] === STRANGER ? { kind: "owner" } : undefined;
      case "AccessControlUnauthorizedAccount":
        return refusal.args[0] === STRANGER ? { kind: "role", role: refusal.args[1] } : undefined;
      case "AccessManagedUnauthorized":
      case "AccessManagedRequiredDelay":
        return refusal.args[0] === STRANGER ? { kind: "managed" } : undefined;
      case "Error":
        return readReason(refusal.args[0]);
    }
  } catch {
    return undefined;
  }
}

function readReason(reason: string): Guard | undefined {
  if (reason === NOT_OWNER) return { kind: "owner" };
  const role = MISSING_ROLE.exec(reason)?.[1];
  return role === undefined ? undefined : { kind: "role", role: role as Hex };
}

function emptyValue(parameter: AbiParameter): unknown {
  const { type } = parameter;
  const fixed = /^(.*)\[(\d+)\]$/.exec(type);
  if (fixed?.[1] !== undefined) {
    return Array.from({ length: Number(fixed[2]) }, () =>
      emptyValue({ ...parameter, type: fixed[1] as string }),
    );
  }
  if (type.endsWith("[]")) return [];
  if (type === "tuple") {
    const { components = [] } = parameter as { components?: readonly AbiParameter[] };
    return components.map(emptyValue);
  }
  if (type === "address") return zeroAddress;
  if (type === "bool") return false;
  if (type === "string") return "";
  if (type === "bytes") return "0x";
  const bytes = /^bytes(\d+)$/.exec(type);
  if (bytes) return `0x${"00".repeat(Number(bytes[1]))}`;
  return /^u?int(8|16|24|32|40|48)$/.test(type) ? 0 : 0n;
}
