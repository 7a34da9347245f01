/** Asks a contract something it may not know. The client's own retries would repeat every "no" several times. */
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  type PublicClient,
} from "viem";
import { connectNode } from "../snapshot/rpc/node.ts";
import { RpcFault } from "../snapshot/rpc/rpcFault.ts";

/**
 * Undefined where the contract has no such function, has no code, or answers something else.
 *
 * @throws PortcullisError RPC_UNREACHABLE, RPC_RATE_LIMITED, RPC_LAGGING
 */
export async function probe<
  const abi extends Abi,
  name extends ContractFunctionName<abi, "pure" | "view">,
  const args extends ContractFunctionArgs<abi, "pure" | "view", name>,
>(
  client: PublicClient,
  question: { address: Address; abi: abi; functionName: name; args?: args },
): Promise<ContractFunctionReturnType<abi, "pure" | "view", name, args> | undefined> {
  const { address, ...rest } = question;
  const data = encodeFunctionData(rest as never);
  const answer = await ask(client, address, data);
  if (answer === undefined || answer === "0x") return undefined;
  try {
    return decodeFunctionResult({ ...rest, data: answer } as never) as never;
  } catch {
    return undefined;
  }
}

async function ask(client: PublicClient, to: Address, data: Hex): Promise<Hex | undefined> {
  try {
    return await connectNode(client).request<Hex>("eth_call", [{ to, data }, "latest"]);
  } catch (error) {
    if (error instanceof RpcFault && error.kind === "revert") return undefined;
    throw error;
  }
}
