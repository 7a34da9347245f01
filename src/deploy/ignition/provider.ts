/**
 * What Ignition speaks to. It believes that the node signs; in truth each of its transactions is an intent of our
 * sender, named after the future it belongs to: signed and stored before it is sent, and never signed twice.
 */
import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { type Address, type Hash, type Hex, hexToBigInt, hexToNumber } from "viem";
import { intentId } from "../../transactions/sender.ts";
import type { Rpc, Sender } from "../../transactions/types.ts";
import { askReplaced, asksAboutHash } from "./replaced.ts";

export interface IgnitionProvider extends EIP1193Provider {
  /** The future whose transaction Ignition is about to send. */
  announce(futureId: string): void;
}

interface TransactionRequest {
  from: Address;
  to?: Address;
  value?: Hex;
  data?: Hex;
  nonce: Hex;
}

/** The intent of a future of Ignition's: one transaction each. */
export function futureIntent(chainId: number, futureId: string): Hash {
  return intentId(chainId, "ignition", futureId);
}

export function createIgnitionProvider(
  rpc: Rpc,
  sender: Sender,
  deployer: { chainId: number; address: Address },
): IgnitionProvider {
  let announced: string | undefined;
  return {
    announce: (futureId) => {
      announced = futureId;
    },
    request: async ({ method, params }) => {
      if (method === "eth_accounts") return [deployer.address];
      if (asksAboutHash(method)) return askReplaced(rpc, sender, method, (params as [Hash])[0]);
      if (method !== "eth_sendTransaction")
        return rpc.request({ method, ...(Array.isArray(params) ? { params } : {}) });
      const request = (params as [TransactionRequest])[0];
      const futureId = announced;
      announced = undefined;
      if (futureId === undefined) throw new Error("Ignition sends a transaction it has not prepared");
      return sender.submit({
        id: futureIntent(deployer.chainId, futureId),
        from: request.from,
        to: request.to ?? null,
        value: request.value === undefined ? 0n : hexToBigInt(request.value),
        data: request.data ?? "0x",
        nonce: hexToNumber(request.nonce),
        label: `deploy ${futureId}`,
      });
    },
  };
}
