/** A user operation as JSON-RPC carries it, checked field by field. */
import { type Hex, isAddress, isHex, numberToHex } from "viem";
import { z } from "zod";
import type { Operation } from "../signOperation.ts";
import { BundlerError } from "./rpcError.ts";

const hex = z.custom<Hex>((value) => isHex(value) && value.length % 2 === 0, "bytes in hex");
const quantity = z
  .custom<Hex>((value) => isHex(value) && value.length > 2, "a quantity in hex")
  .transform((value) => BigInt(value));
const address = z.custom<Hex>(
  (value) => typeof value === "string" && isAddress(value, { strict: false }),
  "an address",
);
const factory = z.union([z.custom<Hex>((value) => value === "0x7702", "0x7702"), address]);

const operation = z.strictObject({
  sender: address,
  nonce: quantity,
  factory: factory.nullish(),
  factoryData: hex.nullish(),
  callData: hex,
  callGasLimit: quantity.optional(),
  verificationGasLimit: quantity.optional(),
  preVerificationGas: quantity.optional(),
  maxFeePerGas: quantity.optional(),
  maxPriorityFeePerGas: quantity.optional(),
  paymaster: address.nullish(),
  paymasterData: hex.nullish(),
  paymasterSignature: hex.nullish(),
  paymasterVerificationGasLimit: quantity.nullish(),
  paymasterPostOpGasLimit: quantity.nullish(),
  signature: hex,
  eip7702Auth: z
    .object({ address, chainId: quantity, nonce: quantity, r: hex, s: hex, yParity: quantity })
    .nullish(),
});

/** Gas fields may be absent, as an estimate's request leaves them out; they are 0 then. */
export function readOperation(value: unknown): Operation {
  const { eip7702Auth: auth, ...fields } = parse(operation, value, "the operation");
  const present = Object.fromEntries(Object.entries(fields).filter(([, field]) => field != null));
  return {
    callGasLimit: 0n,
    verificationGasLimit: 0n,
    preVerificationGas: 0n,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    ...present,
    ...(auth && {
      authorization: {
        address: auth.address,
        chainId: Number(auth.chainId),
        nonce: Number(auth.nonce),
        r: auth.r,
        s: auth.s,
        yParity: Number(auth.yParity),
      },
    }),
  } as Operation;
}

export const readAddress = (value: unknown): Hex => parse(address, value, "the entry point");

export const readHash = (value: unknown): Hex =>
  parse(
    z.custom<Hex>((hash) => isHex(hash) && hash.length === 66, "a hash of 32 bytes"),
    value,
    "the hash",
  );

function parse<output>(schema: z.ZodType<output>, value: unknown, what: string): output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    [path.join("."), message].filter(Boolean).join(": "),
  );
  throw new BundlerError("invalidParams", `${what} is malformed: ${problems.join("; ")}`);
}

/** Numbers in hex, all else as it is: what JSON can carry. */
export function toRpc(value: unknown): unknown {
  if (typeof value === "bigint") return numberToHex(value);
  if (Array.isArray(value)) return value.map(toRpc);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toRpc(field)]));
}
