/** The calls that a call carries, by the signature of the carrier. */
import type { Address, Hex } from "viem";
import { readMultiSend } from "./multiSend.ts";
import type { CallBytes, Warning } from "./types.ts";

export interface Carried {
  role: string;
  bytes: CallBytes;
  /** The code that the target will have when the call reaches it: its ABI names the selectors. */
  code?: Address;
}

export interface Load {
  calls: readonly Carried[];
  warnings?: readonly Warning[];
}

type Carrier = (args: readonly unknown[], outer: CallBytes) => Load;

const carriers: Readonly<Record<string, Carrier>> = {
  // Safe
  "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)": (args) => {
    const [to, value, data, operation, , , gasPrice, , refundReceiver] = args as [
      Address,
      bigint,
      Hex,
      number,
      bigint,
      bigint,
      bigint,
      Address,
      Address,
    ];
    return {
      calls: [{ role: "executes", bytes: bytesOf(to, value, data, operation) }],
      ...(gasPrice === 0n
        ? {}
        : {
            warnings: [
              {
                severity: "danger",
                code: "GAS_REFUND",
                message: `The Safe pays a gas refund to ${BigInt(refundReceiver) === 0n ? "whoever executes" : refundReceiver}`,
              },
            ],
          }),
    };
  },
  "execTransactionFromModule(address,uint256,bytes,uint8)": fromModule,
  "execTransactionFromModuleReturnData(address,uint256,bytes,uint8)": fromModule,
  "setup(address[],uint256,address,bytes,address,address,uint256,address)": (args) => {
    const [, , to, data] = args as [unknown, unknown, Address, Hex];
    return { calls: BigInt(to) === 0n ? [] : [{ role: "sets up with", bytes: bytesOf(to, 0n, data, 1) }] };
  },
  "createProxyWithNonce(address,bytes,uint256)": (args) => {
    const [singleton, initializer] = args as [Address, Hex];
    return {
      calls:
        initializer === "0x"
          ? []
          : [
              {
                role: "initializes the new Safe",
                bytes: bytesOf(singleton, 0n, initializer),
                code: singleton,
              },
            ],
    };
  },
  "multiSend(bytes)": (args) => {
    const { transactions, problem } = readMultiSend(args[0] as Hex);
    const odd = transactions.some((t) => t.operation > 1);
    return {
      calls: transactions.map((bytes, i) => ({ role: `${i + 1} of ${transactions.length}`, bytes })),
      ...(problem || odd
        ? {
            warnings: [
              {
                severity: "danger",
                code: "MULTISEND_MALFORMED",
                message: problem
                  ? `The packed transactions are malformed: ${problem}`
                  : "A packed transaction is neither a call nor a delegatecall",
              },
            ],
          }
        : {}),
    };
  },
  // TimelockController
  "schedule(address,uint256,bytes,bytes32,bytes32,uint256)": (args) => single("schedules", args),
  "execute(address,uint256,bytes,bytes32,bytes32)": (args) => single("executes", args),
  "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)": (args) => batch("schedules", args),
  "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)": (args) => batch("executes", args),
  // AccessManager
  "schedule(address,bytes,uint48)": (args) => one("schedules", args[0], 0n, args[1]),
  "execute(address,bytes)": (args, outer) => one("executes", args[0], outer.value, args[1]),
  "cancel(address,address,bytes)": (args) => one("cancels", args[1], 0n, args[2]),
  // RoleManager
  "scheduleCall(address,uint256,bytes,uint48,uint48,bytes32)": (args) =>
    one("schedules", args[0], args[1], args[2]),
  "executeCall(address,bytes,uint48,bytes32)": (args, outer) =>
    one("executes", args[0], outer.value, args[1]),
  "cancelCall(address,address,uint256,bytes,uint48,bytes32)": (args) =>
    one("cancels", args[1], args[2], args[3]),
  // proxies
  "upgradeToAndCall(address,bytes)": (args, outer) =>
    upgrade(outer.to, args[0] as Address, outer.value, args[1] as Hex),
  "upgradeAndCall(address,address,bytes)": (args, outer) =>
    upgrade(args[0] as Address, args[1] as Address, outer.value, args[2] as Hex),
  // Multicall delegates to its own code: the same target, no further power
  "multicall(bytes[])": (args, outer) => {
    const calls = args[0] as readonly Hex[];
    return {
      calls: calls.map((data, i) => ({
        role: `${i + 1} of ${calls.length}`,
        bytes: bytesOf(outer.to, 0n, data),
      })),
    };
  },
};

/** Undefined where the function carries nothing. `signature` without names: `execute(address,bytes)`. */
export function carriedBy(signature: string, args: readonly unknown[], outer: CallBytes): Load | undefined {
  return Object.hasOwn(carriers, signature) ? carriers[signature]?.(args, outer) : undefined;
}

function fromModule(args: readonly unknown[]): Load {
  const [to, value, data, operation] = args as [Address, bigint, Hex, number];
  return { calls: [{ role: "executes as module", bytes: bytesOf(to, value, data, operation) }] };
}

function single(role: string, args: readonly unknown[]): Load {
  return one(role, args[0], args[1], args[2]);
}

function one(role: string, to: unknown, value: unknown, data: unknown): Load {
  return { calls: [{ role, bytes: bytesOf(to as Address, value as bigint, data as Hex) }] };
}

function batch(role: string, args: readonly unknown[]): Load {
  const [targets, values, payloads] = args as [readonly Address[], readonly bigint[], readonly Hex[]];
  const length = Math.min(targets.length, values.length, payloads.length);
  const even = [targets, values, payloads].every((list) => list.length === length);
  return {
    calls: targets.slice(0, length).map((to, i) => ({
      role: `${role} ${i + 1} of ${length}`,
      bytes: bytesOf(to, values[i] as bigint, payloads[i] as Hex),
    })),
    ...(even
      ? {}
      : {
          warnings: [
            {
              severity: "danger",
              code: "UNDECODABLE",
              message: "Targets, values and payloads differ in number: this reverts",
            },
          ],
        }),
  };
}

/** The call after an upgrade runs the new code: an empty one does not happen. */
function upgrade(proxy: Address, implementation: Address, value: bigint, data: Hex): Load {
  if (data === "0x") return { calls: [] };
  return { calls: [{ role: "then calls", bytes: bytesOf(proxy, value, data), code: implementation }] };
}

function bytesOf(to: Address, value: bigint, data: Hex, operation = 0): CallBytes {
  return { to, value, data, ...(operation === 0 ? {} : { delegatecall: true }) };
}
