/**
 * Whether an operation's validation keeps ERC-7562, judged over its trace: the factory that makes the sender, the sender's
 * own, and the paymaster's. Nobody is taken for staked, so that what is found here is the strictest reading: own and
 * associated storage of the sender, no other effect.
 * @see https://eips.ethereum.org/EIPS/eip-7562
 */
import { type Address, type Hex, hexToBigInt, isAddressEqual, keccak256, sliceHex } from "viem";
import { checkCode, checkForeignCall } from "./checkCall.ts";
import { takePhases } from "./phases.ts";
import type { Step } from "./trace.ts";

export type Entity = "factory" | "account" | "paymaster";

export interface Violation {
  /** As the ERC names it. */
  rule: string;
  what: string;
}

export interface Validation {
  sender: Address;
  entryPoint: Address;
  /** Where the operation creates the sender. */
  factory?: Address;
  paymaster?: Address;
  /** Whether there is code, for every address that steps name. */
  hasCode: (address: Address) => boolean;
}

export interface Context extends Validation {
  entity: Entity;
  /** Slots in others' storage that are the sender's. */
  associated: readonly bigint[];
}

const BANNED = new Set([
  ..."ORIGIN GASPRICE BLOCKHASH COINBASE TIMESTAMP NUMBER DIFFICULTY PREVRANDAO GASLIMIT BASEFEE".split(" "),
  ..."BLOBHASH BLOBBASEFEE SELFDESTRUCT INVALID CREATE CREATE2".split(" "),
]);

/** Throws where the trace lacks a phase the operation has: nothing judged must not pass for nothing wrong. */
export function checkValidation(trace: readonly Step[], validation: Validation): Violation[] {
  return takePhases(trace, validation).flatMap(({ entity, steps }) => {
    const context = { ...validation, entity, associated: readAssociated(steps, validation.sender) };
    const creations = entity === "factory" ? steps.filter(({ op }) => op === "CREATE2") : [];
    const found = steps.flatMap((step) => (step === creations[0] ? [] : checkStep(step, context)));
    if (entity === "factory" && creations.length !== 1)
      found.push({ rule: "OP-031", what: `the factory uses CREATE2 ${creations.length} times` });
    return found;
  });
}

function checkStep(step: Step, context: Context): Violation[] {
  const { op, address, to } = step;
  if (step.outOfGas) return [{ rule: "OP-020", what: `${address} runs out of gas` }];
  if (BANNED.has(op)) return [{ rule: "OP-011", what: `${op} in ${address}` }];
  if (op === "BALANCE" || op === "SELFBALANCE") return [{ rule: "OP-080", what: `${op} in ${address}` }];
  if (op === "GAS")
    return step.next?.endsWith("CALL")
      ? []
      : [{ rule: "OP-012", what: `GAS then ${step.next} in ${address}` }];
  if (step.slot !== undefined) return checkStorage(step, step.slot, context);
  if (to !== undefined) return [...checkCode(step, to, context), ...checkForeignCall(step, to, context)];
  return [];
}

function checkStorage({ op, address }: Step, slot: Hex, context: Context): Violation[] {
  const { sender, entity, associated } = context;
  // What the entry point keeps of a deposit is its own matter: which of its functions may be called, OP-054 says.
  if (isAddressEqual(address, sender) || isAddressEqual(address, context.entryPoint)) return [];
  const what = `${op} of ${slot} in ${address} by the ${entity}`;
  const own = context[entity === "account" ? "sender" : entity];
  if (own !== undefined && isAddressEqual(address, own)) return [{ rule: "STO-031", what }];
  const number = hexToBigInt(slot);
  const isAssociated =
    number === hexToBigInt(sender) || associated.some((first) => number >= first && number <= first + 128n);
  if (!isAssociated) return [{ rule: "STO-021", what: `${what}, which is not the sender's` }];
  // Of an account that does not exist yet, only a staked factory's operations may.
  return context.factory === undefined ? [] : [{ rule: "STO-022", what }];
}

/** keccak256(sender || x), the only places in others' storage that are the sender's. */
const readAssociated = (steps: readonly Step[], sender: Address): bigint[] =>
  steps
    .flatMap(({ input }) => (input === undefined ? [] : [input]))
    .filter((input) => hexToBigInt(sliceHex(input, 0, 32)) === hexToBigInt(sender))
    .map((input) => hexToBigInt(keccak256(input)));
