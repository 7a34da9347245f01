/**
 * Whether a sender's validation keeps ERC-7562, judged over its trace. The account is deployed and nobody is staked, so
 * that what is found here is the strictest reading: own and associated storage, no other effect.
 * @see https://eips.ethereum.org/EIPS/eip-7562
 */
import { type Address, type Hex, hexToBigInt, isAddressEqual, keccak256, sliceHex } from "viem";
import type { Step } from "./trace.ts";

export interface Violation {
  /** As the ERC names it. */
  rule: string;
  what: string;
}

export interface Validation {
  sender: Address;
  entryPoint: Address;
  /** Whether there is code, for every address that steps name. */
  hasCode: (address: Address) => boolean;
}

const VALIDATE_USER_OP = "0x19822f7c";
const DEPOSIT_TO = "0xb760faf9";

const BANNED = new Set([
  ..."ORIGIN GASPRICE BLOCKHASH COINBASE TIMESTAMP NUMBER DIFFICULTY PREVRANDAO GASLIMIT BASEFEE".split(" "),
  ..."BLOBHASH BLOBBASEFEE SELFDESTRUCT INVALID CREATE CREATE2".split(" "),
]);

/** Throws where the trace holds no validation of the sender: nothing judged must not pass for nothing wrong. */
export function checkValidation(trace: readonly Step[], validation: Validation): Violation[] {
  const steps = takeValidation(trace, validation);
  const associated = readAssociated(steps, validation.sender);
  return steps.flatMap((step) => checkStep(step, validation, associated));
}

/** The frames under the entry point's call of `validateUserOp`. */
function takeValidation(trace: readonly Step[], { sender }: Validation): Step[] {
  const begin = trace.findIndex(
    ({ op, to, selector, depth }) =>
      depth === 1 &&
      op === "CALL" &&
      to !== undefined &&
      isAddressEqual(to, sender) &&
      selector === VALIDATE_USER_OP,
  );
  if (begin === -1) throw new Error(`the trace has no validation of ${sender}`);
  const rest = trace.slice(begin + 1);
  const end = rest.findIndex(({ depth }) => depth === 1);
  const steps = end === -1 ? rest : rest.slice(0, end);
  if (steps.length === 0) throw new Error(`the validation of ${sender} left no steps`);
  return steps;
}

function checkStep(step: Step, validation: Validation, associated: readonly bigint[]): Violation[] {
  const { op, address, to } = step;
  if (step.outOfGas) return [{ rule: "OP-020", what: `${address} runs out of gas` }];
  if (BANNED.has(op)) return [{ rule: "OP-011", what: `${op} in ${address}` }];
  if (op === "BALANCE" || op === "SELFBALANCE") return [{ rule: "OP-080", what: `${op} in ${address}` }];
  if (op === "GAS")
    return step.next?.endsWith("CALL")
      ? []
      : [{ rule: "OP-012", what: `GAS then ${step.next} in ${address}` }];
  if (step.slot !== undefined) return checkStorage(step, step.slot, validation, associated);
  if (to !== undefined) return [...checkCode(step, to, validation), ...checkCall(step, to, validation)];
  return [];
}

function checkStorage(
  { op, address }: Step,
  slot: Hex,
  { sender }: Validation,
  associated: readonly bigint[],
): Violation[] {
  if (isAddressEqual(address, sender)) return [];
  const number = hexToBigInt(slot);
  if (number === hexToBigInt(sender)) return [];
  if (associated.some((first) => number >= first && number <= first + 128n)) return [];
  return [{ rule: "STO-021", what: `${op} of ${slot} in ${address}, which is not the sender's` }];
}

/** keccak256(sender || x), the only places in others' storage that are the sender's. */
const readAssociated = (steps: readonly Step[], sender: Address): bigint[] =>
  steps
    .flatMap(({ input }) => (input === undefined ? [] : [input]))
    .filter((input) => hexToBigInt(sliceHex(input, 0, 32)) === hexToBigInt(sender))
    .map((input) => hexToBigInt(keccak256(input)));

function checkCode({ op }: Step, to: Address, { sender, hasCode }: Validation): Violation[] {
  if (op === "BALANCE" || isAddressEqual(to, sender) || isPrecompile(to) || hasCode(to)) return [];
  return [{ rule: "OP-041", what: `${op} of ${to}, which has no code` }];
}

function checkCall(
  { op, selector, value, depth }: Step,
  to: Address,
  { entryPoint, sender }: Validation,
): Violation[] {
  if (!op.endsWith("CALL")) return [];
  if (isAddressEqual(to, entryPoint)) {
    // The prefund of the account's own frame goes back without data.
    const allowed = selector === DEPOSIT_TO || (selector === "0x" && depth >= 2);
    return allowed ? [] : [{ rule: "OP-054", what: `${op} of the entry point with ${selector}` }];
  }
  if (value !== undefined && hexToBigInt(value) > 0n)
    return [{ rule: "OP-061", what: `${value} wei to ${to}` }];
  if (op === "CALLCODE") return [{ rule: "OP-011", what: `CALLCODE of ${to} for ${sender}` }];
  return [];
}

/** The nine that every chain has. */
const isPrecompile = (address: Address): boolean => {
  const number = hexToBigInt(address);
  return number >= 1n && number <= 9n;
};
