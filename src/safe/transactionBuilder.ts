/**
 * The Safe app's transaction-builder file: a batch of calls, with a checksum over all but the name.
 *
 * The checksum is keccak256 of a canonical text (not JSON): arrays as `[a,b]`; objects as `{["k1","k2"]v1,v2,}` with
 * sorted keys; all else as JSON, `undefined` as `null`. `meta.name` counts as null, `meta.checksum` as absent.
 */
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  encodeFunctionData,
  getAddress,
  type Hash,
  type Hex,
  keccak256,
  stringToHex,
} from "viem";
import { z } from "zod";
import { PortcullisError } from "../errors.ts";
import type { Call } from "../operations/types.ts";

export interface TransactionBuilderFile {
  version: string;
  chainId: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  meta: {
    name: string;
    description: string;
    txBuilderVersion: string;
    createdFromSafeAddress: string;
    createdFromOwnerAddress: string;
    checksum?: Hash;
  };
  transactions: readonly {
    to: Address;
    value: string;
    data: Hex;
    contractMethod: null;
    contractInputsValues: null;
  }[];
}

export interface WriteParameters {
  chainId: number;
  safe: Address;
  name: string;
  description: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  calls: readonly Call[];
}

export function writeTransactionBuilder(parameters: WriteParameters): TransactionBuilderFile {
  const { chainId, safe, name, description, createdAt, calls } = parameters;
  const file: TransactionBuilderFile = {
    version: "1.0",
    chainId: String(chainId),
    createdAt,
    meta: {
      name,
      description,
      txBuilderVersion: "1.17.1",
      createdFromSafeAddress: safe,
      createdFromOwnerAddress: "",
    },
    transactions: calls.map(({ to, value, data }) => ({
      to: getAddress(to),
      value: value.toString(),
      data,
      contractMethod: null,
      contractInputsValues: null,
    })),
  };
  return { ...file, meta: { ...file.meta, checksum: hashTransactionBuilder(file) } };
}

export function hashTransactionBuilder(file: { meta: object }): Hash {
  const { checksum: _, ...meta } = file.meta as { checksum?: unknown };
  return keccak256(stringToHex(serialize({ ...file, meta: { ...meta, name: null } })));
}

const amount = z.string().regex(/^(0x[0-9a-fA-F]+|\d+)$/);
const inputType: z.ZodType<AbiParameter> = z.lazy(() =>
  z.looseObject({
    type: z.string(),
    name: z.string().default(""),
    components: z.array(inputType).optional(),
  }),
) as never;
const schema = z.looseObject({
  chainId: z.union([z.string(), z.number()]).transform(String),
  meta: z.looseObject({ checksum: z.string().nullish(), createdFromSafeAddress: z.string().optional() }),
  transactions: z
    .array(
      z.looseObject({
        to: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
        value: amount.default("0"),
        data: z
          .string()
          .regex(/^0x([0-9a-fA-F]{2})*$/)
          .nullish(),
        contractMethod: z
          .looseObject({ name: z.string(), inputs: z.array(inputType), payable: z.boolean().optional() })
          .nullish(),
        contractInputsValues: z.record(z.string(), z.string()).nullish(),
      }),
    )
    .min(1),
});

/** @throws PortcullisError TRANSACTION_BUILDER_INVALID, TRANSACTION_BUILDER_CHECKSUM, WRONG_CHAIN */
export function readTransactionBuilder(raw: unknown, chainId: number): Call[] {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(
      "TRANSACTION_BUILDER_INVALID",
      `This is no transaction-builder file: ${issue?.path.join(".")} ${issue?.message}`,
    );
  }
  const { meta, transactions } = parsed.data;
  if (parsed.data.chainId !== String(chainId)) {
    throw new PortcullisError(
      "WRONG_CHAIN",
      `The file is for chain ${parsed.data.chainId}, and this is chain ${chainId}`,
      {
        hint: "choose the file's network with --network",
        details: { file: parsed.data.chainId, chainId },
      },
    );
  }
  // other tools leave it out; anyone can compute it, so it guards against slips and not against forgery
  if (meta.checksum && hashTransactionBuilder(raw as { meta: object }) !== meta.checksum) {
    throw refuse(
      "TRANSACTION_BUILDER_CHECKSUM",
      "The file was changed after it was written: its checksum is wrong",
    );
  }
  return transactions.map(({ to, value, data, contractMethod, contractInputsValues }) => ({
    to: getAddress(to),
    value: BigInt(value),
    data: (data as Hex | null | undefined) ?? encodeMethod(contractMethod, contractInputsValues),
  }));
}

interface Method {
  name: string;
  inputs: AbiParameter[];
}

/** Where the app left the data out, it has the function and its arguments as text. */
function encodeMethod(
  method: Method | null | undefined,
  values: Record<string, string> | null | undefined,
): Hex {
  if (!method) return "0x";
  const item: AbiFunction = {
    type: "function",
    name: method.name,
    inputs: method.inputs,
    outputs: [],
    stateMutability: "payable",
  };
  try {
    const args = method.inputs.map((input) => readInput(input, values?.[input.name ?? ""] ?? ""));
    return encodeFunctionData({ abi: [item], functionName: method.name, args });
  } catch (error) {
    throw refuse(
      "TRANSACTION_BUILDER_INVALID",
      `${method.name} does not fit its arguments: ${(error as Error).message.split("\n")[0]}`,
    );
  }
}

function readInput(input: AbiParameter, text: string): unknown {
  if (/[[\]]|tuple/.test(input.type))
    return toValue(input, JSON.parse(text.replace(/(?<=[[,\s])(\d{16,})(?=[\],\s])/g, '"$1"')));
  return toValue(input, text);
}

function toValue(input: AbiParameter, value: unknown): unknown {
  const array = /^(.*)\[\d*\]$/.exec(input.type);
  if (array) return (value as unknown[]).map((entry) => toValue({ ...input, type: array[1] ?? "" }, entry));
  if (input.type === "tuple") {
    const components = (input as { components?: AbiParameter[] }).components ?? [];
    const list = Array.isArray(value)
      ? value
      : components.map((c) => (value as Record<string, unknown>)[c.name ?? ""]);
    const entries = components.map((component, i) => toValue(component, list[i]));
    const names = components.map((c) => c.name ?? "");
    return names.every(Boolean) ? Object.fromEntries(names.map((name, i) => [name, entries[i]])) : entries;
  }
  if (/^u?int/.test(input.type)) {
    const bits = Number(input.type.replace(/^u?int/, "") || "256");
    return bits <= 48 ? Number(value) : BigInt(value as string);
  }
  return input.type === "bool" ? value === true || value === "true" : value;
}

function serialize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(serialize).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value).sort();
    return `{${JSON.stringify(keys)}${keys.map((key) => `${serialize((value as Record<string, unknown>)[key])},`).join("")}}`;
  }
  return JSON.stringify(value === undefined ? null : value);
}

function refuse(code: string, message: string): PortcullisError {
  return new PortcullisError(code, message, {
    hint: "export the batch again from the Safe app's transaction builder",
  });
}
