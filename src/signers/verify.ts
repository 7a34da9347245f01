/** No signature leaves unchecked: a faulty device, a swapped key or a flipped bit is caught here, not by the chain. */
import {
  type Address,
  type Hex,
  isAddressEqual,
  parseTransaction,
  recoverMessageAddress,
  recoverTransactionAddress,
  recoverTypedDataAddress,
  type SignableMessage,
  serializeTransaction,
  type TransactionSerialized,
  type TypedDataDefinition,
} from "viem";
import { recoverAuthorizationAddress } from "viem/utils";
import { PortcullisError } from "../errors.ts";
import type { Signer } from "./types.ts";

/** Wraps a signer so that each signature is recovered and compared with its address before it is returned. */
export function verifySignatures(signer: Signer): Signer {
  const { signAuthorization } = signer;
  return {
    ...signer,
    signTransaction: async (transaction, options) => {
      const raw = await signer.signTransaction(transaction, options);
      const serialize = options?.serializer ?? serializeTransaction;
      // What was signed must be what was asked for, not only signed by the right key.
      const { r: _r, s: _s, v: _v, yParity: _y, ...signed } = parseTransaction(raw);
      const asked = await serialize(transaction);
      if (serializeTransaction(signed as Parameters<typeof serializeTransaction>[0]) !== asked)
        throw mismatch(signer.address, "other content");
      requireAddress(
        signer.address,
        await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized }),
      );
      return raw;
    },
    signMessage: async ({ message }: { message: SignableMessage }) => {
      const signature = await signer.signMessage({ message });
      requireAddress(signer.address, await recoverMessageAddress({ message, signature }));
      return signature;
    },
    signTypedData: async (parameters) => {
      const signature = await signer.signTypedData(parameters);
      const definition = parameters as unknown as TypedDataDefinition;
      requireAddress(signer.address, await recoverTypedDataAddress({ ...definition, signature } as never));
      return signature;
    },
    ...(signAuthorization === undefined
      ? {}
      : {
          signAuthorization: async (request) => {
            const authorization = await signAuthorization(request);
            requireAddress(signer.address, await recoverAuthorizationAddress({ authorization }));
            return authorization;
          },
        }),
    sign: async ({ hash }: { hash: Hex }): Promise<Hex> => {
      throw new PortcullisError(
        "RAW_DIGEST_REFUSED",
        `Refused to sign the bare digest ${hash}: nobody can tell what it says`,
        {
          hint: "sign a transaction, a message or typed data",
        },
      );
    },
  };
}

function requireAddress(expected: Address, recovered: Address): void {
  if (!isAddressEqual(expected, recovered)) throw mismatch(expected, recovered);
}

function mismatch(expected: Address, got: string): PortcullisError {
  return new PortcullisError(
    "SIGNATURE_MISMATCH",
    `A signature of ${expected} turned out to be of ${got}; it was discarded`,
    {
      hint: "check that the signer's address in the policy is the address of its key",
      details: { expected, got },
    },
  );
}
