/** A signature of an operation's hash: of typed data, which a signer can read, wherever the hash is of typed data. */
import type { Hex, TypedDataDefinition } from "viem";
import {
  getUserOperationHash,
  getUserOperationTypedData,
  type UserOperation,
} from "viem/account-abstraction";
import { PortcullisError } from "../errors.ts";
import { type EntryPointVersion, entryPoints } from "./entryPoints.ts";
import type { AccountSigner } from "./owners/types.ts";

export type Operation = UserOperation<"0.9">;

/** What the owner signs, on v0.7 too: the account reads it the same way under each entry point. */
export function operationTypedData(
  operation: Operation,
  chainId: number,
  version: EntryPointVersion,
): TypedDataDefinition {
  const { address } = entryPoints[version];
  return getUserOperationTypedData({
    chainId,
    entryPointAddress: address,
    userOperation: operation,
  }) as TypedDataDefinition;
}

export function hashOperation(operation: Operation, chainId: number, version: EntryPointVersion): Hex {
  return getUserOperationHash({
    chainId,
    entryPointAddress: entryPoints[version].address,
    entryPointVersion: version,
    userOperation: operation,
  });
}

/**
 * A session key's signature: of the entry point's hash, which v0.7 makes of no typed data.
 *
 * @throws PortcullisError SESSION_KEY_SIGNS_NO_HASH where v0.7 meets a key that signs only what it can read
 */
export function signOperationHash(
  signer: AccountSigner,
  operation: Operation,
  chainId: number,
  version: EntryPointVersion,
): Promise<Hex> {
  if (version !== "0.7") return signer.signTypedData(operationTypedData(operation, chainId, version));
  if (signer.signHash === undefined)
    throw new PortcullisError(
      "SESSION_KEY_SIGNS_NO_HASH",
      "EntryPoint v0.7 wants a bare hash signed by the session key",
      {
        hint: "use an account of EntryPoint v0.9, whose operations are typed data, or a session key that signs hashes",
        details: { signer: signer.signer },
      },
    );
  return signer.signHash(hashOperation(operation, chainId, version));
}
