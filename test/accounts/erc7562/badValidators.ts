/** Validators that break one rule each, as bytecode: what they do before they answer "valid". By the rule they break. */
import { concatHex, type Hex, toFunctionSelector } from "viem";

const VALIDATE_SCOPED = toFunctionSelector(
  "validateScoped((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)",
);

// Opcodes by the names below: what each line leaves on the stack is popped.
const pop = "0x50";
const push0 = "0x5f";
/** SLOAD of slot 0. */
const sloadZero = concatHex([push0, "0x54", pop]);
/** CALL of an address with a value and no data. */
const call = (to: Hex, value: Hex): Hex =>
  concatHex([push0, push0, push0, push0, `0x60${value.slice(2)}`, `0x73${to.slice(2)}`, "0x5a", "0xf1", pop]);
const nobody: Hex = `0x${"de".repeat(20)}`;
const entryPoint: Hex = "0x433709009B8330FDa32311DF1C2AFA402eD8D009";

export const badValidators: Record<string, Record<string, Hex>> = {
  "OP-011": {
    "reads the time": concatHex(["0x42", pop]),
    "reads the block's number": concatHex(["0x43", pop]),
    "reads who sent the transaction": concatHex(["0x32", pop]),
    "reads the gas price": concatHex(["0x3a", pop]),
    "reads the base fee": concatHex(["0x48", pop]),
    "creates a contract": concatHex([push0, push0, push0, "0xf0", pop]),
  },
  "OP-012": { "looks at the gas left": concatHex(["0x5a", pop]) },
  "OP-041": {
    "calls what has no code": call(nobody, "0x00"),
    "asks for the size of what has no code": concatHex([`0x73${nobody.slice(2)}`, "0x3b", pop]),
  },
  "OP-054": {
    // incrementNonce(uint192), from memory.
    "calls the entry point": concatHex([
      "0x630bd28e3b",
      "0x60e0",
      "0x1b",
      push0,
      "0x52",
      push0,
      push0,
      "0x6024",
      push0,
      push0,
      `0x73${entryPoint.slice(2)}`,
      "0x5a",
      "0xf1",
      pop,
    ]),
  },
  "OP-061": { "sends value": call(nobody, "0x01") },
  "OP-080": { "reads its own balance": concatHex(["0x47", pop]) },
  "STO-021": {
    "reads a slot of its own": sloadZero,
    "writes a slot of its own": concatHex(["0x6001", push0, "0x55"]),
    "writes a transient slot of its own": concatHex(["0x6001", push0, "0x5d"]),
    // keccak256(slot, account) with the account second: not the sender's.
    "hashes the account in the wrong place": concatHex([
      push0,
      push0,
      "0x52",
      "0x33",
      "0x6020",
      "0x52",
      "0x6040",
      push0,
      "0x20",
      "0x54",
      pop,
    ]),
  },
};

/** Runs `code` when it validates, then answers 0; answers 1 to everything else, such as what type it is. */
export function installable(code: Hex): Hex {
  const select = concatHex([
    push0,
    "0x35",
    "0x60e0",
    "0x1c",
    `0x63${VALIDATE_SCOPED.slice(2)}`,
    "0x14",
    "0x6016",
    "0x57",
  ]);
  const one = concatHex(["0x6001", push0, "0x52", "0x6020", push0, "0xf3"]);
  const zero = concatHex([push0, push0, "0x52", "0x6020", push0, "0xf3"]);
  return concatHex([select, one, "0x5b", code, zero]);
}

/** Runs `code`, then has the real factory do what was asked, once or twice. */
export function factoryBefore(factory: Hex, code: Hex, times: 1 | 2 = 1): Hex {
  const copy = concatHex(["0x36", push0, push0, "0x37"]);
  // The second call is answered with the address of the account that is there.
  const ask = concatHex([
    "0x6020",
    push0,
    "0x36",
    push0,
    push0,
    `0x73${factory.slice(2)}`,
    "0x5a",
    "0xf1",
    pop,
  ]);
  const twice = times === 2 ? concatHex([push0, push0, push0, push0, "0xf5", pop]) : "0x";
  return concatHex([code, twice, copy, ask, "0x6020", push0, "0xf3"]);
}

/** Runs `code`, then agrees to pay and wants nothing afterwards. */
export const payingPaymaster = (code: Hex): Hex =>
  concatHex([
    code,
    "0x6040",
    push0,
    "0x52",
    push0,
    "0x6020",
    "0x52",
    push0,
    "0x6040",
    "0x52",
    "0x6060",
    push0,
    "0xf3",
  ]);
