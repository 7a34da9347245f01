/**
 * The JSON-RPC methods of an unlocked node, answered with keys of ours: what viem, ethers, Ignition and Safe's kit ask.
 * What is not for our keys goes to the node.
 */
import {
  type Address,
  type Hex,
  hexToBigInt,
  hexToNumber,
  isAddressEqual,
  isHex,
  type TransactionSerializable,
} from "viem";
import { PortcullisError } from "../errors.ts";
import { readChain } from "../transactions/chain.ts";
import { estimateFees, type Fees, requireBelowCeilings } from "../transactions/fees.ts";
import type { FeePolicy, Rpc } from "../transactions/types.ts";
import type { Signer } from "./types.ts";

export interface WalletParameters {
  signers: readonly Signer[];
  /** The node behind. */
  rpc: Rpc;
  chainId: number;
  fees: FeePolicy;
}

/** Undefined: the node is to answer. */
export type Wallet = (method: string, params: readonly unknown[]) => Promise<{ result: unknown } | undefined>;

interface TransactionRequest {
  from: Address;
  to?: Address | null;
  value?: Hex;
  data?: Hex;
  input?: Hex;
  nonce?: Hex;
  gas?: Hex;
  gasPrice?: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
  chainId?: Hex;
  accessList?: unknown;
  authorizationList?: unknown;
  blobs?: unknown;
}

export function createWallet({ signers, rpc, chainId, fees }: WalletParameters): Wallet {
  const chain = readChain(rpc);
  const find = (address: unknown) =>
    typeof address === "string"
      ? signers.find((s) => isAddressEqual(s.address, address as Address))
      : undefined;
  /** Two requests at once must not get one nonce. */
  let queue: Promise<unknown> = Promise.resolve();

  async function build(request: TransactionRequest): Promise<TransactionSerializable> {
    for (const field of ["accessList", "authorizationList", "blobs"] as const) {
      const value = request[field];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) throw unsupported(field);
    }
    if (request.chainId !== undefined && hexToNumber(request.chainId) !== chainId)
      throw otherChain(request.chainId, chainId);
    const data = request.data ?? request.input ?? "0x";
    const value = request.value === undefined ? 0n : hexToBigInt(request.value);
    const call = { from: request.from, to: request.to ?? null, value, data };
    const nonce =
      request.nonce === undefined ? await chain.nonce(request.from, "pending") : hexToNumber(request.nonce);
    const gas =
      request.gas === undefined ? ((await chain.estimateGas(call)) * 6n) / 5n : hexToBigInt(request.gas);
    const common = { chainId, nonce, to: call.to, value, data, gas };
    if (request.gasPrice !== undefined) {
      const gasPrice = hexToBigInt(request.gasPrice);
      await requireBelowCeilings(chain, fees, { gasPrice });
      return { ...common, type: "legacy", gasPrice };
    }
    return { ...common, type: "eip1559", ...(await chooseFees(request)) };
  }

  /** What is asked for is signed or refused, never lowered; what is not asked for is estimated. */
  async function chooseFees({ maxFeePerGas, maxPriorityFeePerGas }: TransactionRequest): Promise<Fees> {
    if (maxFeePerGas === undefined && maxPriorityFeePerGas === undefined) return estimateFees(chain, fees);
    const tip = maxPriorityFeePerGas === undefined ? undefined : hexToBigInt(maxPriorityFeePerGas);
    const fee = maxFeePerGas === undefined ? undefined : hexToBigInt(maxFeePerGas);
    const estimated = fee === undefined || tip === undefined ? await estimateFees(chain, fees) : undefined;
    const asked = {
      maxFeePerGas: fee ?? estimated?.maxFeePerGas ?? 0n,
      maxPriorityFeePerGas: tip ?? estimated?.maxPriorityFeePerGas ?? 0n,
    };
    await requireBelowCeilings(chain, fees, asked);
    // Only where one of the two was estimated can the tip exceed the whole.
    if (estimated === undefined || asked.maxPriorityFeePerGas <= asked.maxFeePerGas) return asked;
    return { ...asked, maxPriorityFeePerGas: asked.maxFeePerGas };
  }

  async function sendTransaction(signer: Signer, request: TransactionRequest): Promise<unknown> {
    const raw = await signer.signTransaction(await build(request));
    return rpc.request({ method: "eth_sendRawTransaction", params: [raw] });
  }

  return async (method, params) => {
    switch (method) {
      case "eth_accounts":
      case "eth_requestAccounts":
        return { result: await listAccounts(rpc, signers) };
      case "eth_sendTransaction":
      case "eth_signTransaction": {
        const request = params[0] as TransactionRequest;
        const signer = find(request?.from);
        if (signer === undefined) return undefined;
        const work = () =>
          method === "eth_sendTransaction"
            ? sendTransaction(signer, request)
            : build(request).then((transaction) => signer.signTransaction(transaction));
        const result = queue.then(work, work);
        queue = result.catch(() => {});
        return { result: await result };
      }
      case "personal_sign": {
        const signer = find(params[1]);
        if (signer === undefined) return undefined;
        const message = params[0] as string;
        return { result: await signer.signMessage({ message: isHex(message) ? { raw: message } : message }) };
      }
      case "eth_signTypedData_v4": {
        const signer = find(params[0]);
        if (signer === undefined) return undefined;
        const data = typeof params[1] === "string" ? JSON.parse(params[1]) : params[1];
        requireOwnChain(data, chainId);
        return { result: await signer.signTypedData(data) };
      }
      case "eth_sign":
        if (find(params[0]) === undefined) return undefined;
        throw new PortcullisError(
          "RAW_DIGEST_REFUSED",
          "eth_sign signs what nobody can read, and is refused",
          {
            hint: "use personal_sign or eth_signTypedData_v4",
          },
        );
      default:
        return undefined;
    }
  };
}

/** Ours first; nodes that hold no keys may not know the method at all. */
async function listAccounts(rpc: Rpc, signers: readonly Signer[]): Promise<Address[]> {
  const theirs = (await rpc.request({ method: "eth_accounts" }).catch(() => [])) as Address[];
  const ours = signers.map((signer) => signer.address);
  return [...ours, ...theirs.filter((address) => !ours.some((own) => isAddressEqual(own, address)))];
}

/** A signature for another chain is no business of this network. */
function requireOwnChain(data: { domain?: { chainId?: unknown } }, chainId: number): void {
  const asked = data.domain?.chainId;
  if (asked !== undefined && BigInt(asked as string) !== BigInt(chainId))
    throw otherChain(String(asked), chainId);
}

function otherChain(asked: string, chainId: number): PortcullisError {
  return new PortcullisError("WRONG_CHAIN", `Asked to sign for chain ${BigInt(asked)} on chain ${chainId}`, {
    hint: "choose the network with --network",
    details: { asked, chainId },
  });
}

function unsupported(field: string): PortcullisError {
  return new PortcullisError("TRANSACTION_UNSUPPORTED", `Transactions with ${field} are not signed here`, {
    hint: "send it with the key's own tool",
    details: { field },
  });
}
