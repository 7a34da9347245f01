/** ERC-7579 executions: what an account is told to do, and reading it back. */
import {
  type Address,
  concatHex,
  decodeAbiParameters,
  decodeFunctionData,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  hexToBigInt,
  numberToHex,
  size,
  slice,
  zeroHash,
} from "viem";
import { smartAccountAbi } from "../abi/smartAccount.ts";
import { PortcullisError } from "../errors.ts";

export interface AccountCall {
  to: Address;
  /** Wei. */
  value?: bigint | undefined;
  data?: Hex | undefined;
}

const SINGLE = zeroHash;
const BATCH = `0x01${"00".repeat(31)}` as const;
const EXECUTIONS = [
  {
    type: "tuple[]",
    components: [
      { type: "address", name: "to" },
      { type: "uint256", name: "value" },
      { type: "bytes", name: "data" },
    ],
  },
] as const;

/** For the owner: one call runs alone, several run together or not at all. */
export function encodeExecute(calls: readonly AccountCall[]): Hex {
  const { mode, execution } = encodeExecution(calls);
  return encodeFunctionData({ abi: smartAccountAbi, functionName: "execute", args: [mode, execution] });
}

/** For a validator module. @param context what the validator counts under, 32 zero bytes for nothing */
export function encodeExecuteAdmitted(validator: Address, context: Hex, calls: readonly AccountCall[]): Hex {
  const { mode, execution } = encodeExecution(calls);
  return encodeFunctionData({
    abi: smartAccountAbi,
    functionName: "executeAdmitted",
    args: [validator, context, mode, execution],
  });
}

/** @throws PortcullisError ACCOUNT_CALLS_UNREADABLE for anything but one of the above */
export function decodeCalls(callData: Hex): AccountCall[] {
  try {
    const { functionName, args } = decodeFunctionData({ abi: smartAccountAbi, data: callData });
    if (functionName === "execute") return decodeExecution(args[0], args[1]);
    if (functionName === "executeAdmitted") return decodeExecution(args[2], args[3]);
  } catch (cause) {
    throw unreadable(callData, cause);
  }
  throw unreadable(callData);
}

function encodeExecution(calls: readonly AccountCall[]): { mode: Hex; execution: Hex } {
  const [first, ...others] = calls;
  if (first === undefined)
    throw new PortcullisError("ACCOUNT_CALLS_EMPTY", "An operation makes at least one call", {
      hint: "pass calls: [{ to, value, data }]",
    });
  if (others.length === 0) {
    const value = numberToHex(first.value ?? 0n, { size: 32 });
    return { mode: SINGLE, execution: concatHex([first.to, value, first.data ?? "0x"]) };
  }
  const batch = calls.map(({ to, value = 0n, data = "0x" }) => ({ to, value, data }));
  return { mode: BATCH, execution: encodeAbiParameters(EXECUTIONS, [batch]) };
}

function decodeExecution(mode: Hex, execution: Hex): AccountCall[] {
  if (mode === BATCH) return [...decodeAbiParameters(EXECUTIONS, execution)[0]];
  if (mode !== SINGLE) throw new Error(`mode ${mode}`);
  return [
    {
      to: slice(execution, 0, 20),
      value: hexToBigInt(slice(execution, 20, 52)),
      data: size(execution) > 52 ? slice(execution, 52) : "0x",
    },
  ];
}

const unreadable = (callData: Hex, cause?: unknown): PortcullisError =>
  new PortcullisError(
    "ACCOUNT_CALLS_UNREADABLE",
    "The operation's callData is not a single or batch of calls",
    {
      hint: "only execute and executeAdmitted, in the modes single and batch, are read",
      details: { selector: callData.slice(0, 10) },
      cause,
    },
  );
