/** A session from its packed bytes, as the chain's `SessionGranted` has them: the layout of docs/contracts/sessions.md. */
import {
  type Address,
  type Hex,
  hexToBigInt,
  hexToNumber,
  maxUint160,
  numberToHex,
  size,
  slice,
  zeroAddress,
} from "viem";
import { PortcullisError } from "../../errors.ts";
import {
  ruleOperators,
  type Session,
  type SessionAction,
  type SessionCap,
  type SessionRule,
} from "./session.ts";

/** @throws PortcullisError SESSION_UNREADABLE for bytes that are no session */
export function decodeSession(bytes: Hex): Session {
  try {
    const reader = createReader(bytes);
    const session = readSession(reader);
    if (!reader.atEnd()) throw new Error("bytes are left over");
    return session;
  } catch (cause) {
    throw new PortcullisError("SESSION_UNREADABLE", "These bytes are not a session", {
      hint: "pass the `session` of a SessionGranted event, all of it",
      details: { bytes },
      cause,
    });
  }
}

type Reader = ReturnType<typeof createReader>;

function createReader(bytes: Hex) {
  let at = 0;
  const take = (length: number): Hex => {
    if (length === 0) return "0x";
    const part = slice(bytes, at, at + length, { strict: true });
    at += length;
    return part;
  };
  return {
    take,
    number: (length: number) => hexToNumber(take(length)),
    amount: (length: number) => hexToBigInt(take(length)),
    atEnd: () => at === size(bytes),
    position: () => at,
  };
}

function readSession(reader: Reader): Session {
  const salt = reader.take(4);
  const [validAfter, validUntil] = [reader.number(6), reader.number(6)];
  const maxFeePerGas = reader.amount(8);
  const [maxGasPerOperation, maxUses, maxGasTotal, period] = [
    reader.number(4),
    reader.number(4),
    reader.number(6),
    reader.number(4),
  ];
  const paymaster = reader.take(20) as Address;
  const signer = reader.take(reader.number(2));
  const caps = readList(reader.number(1), () => readCap(reader));
  const actions = readList(reader.number(1), () => readAction(reader));
  return {
    salt,
    validAfter,
    validUntil,
    maxFeePerGas,
    maxGasPerOperation,
    ...(maxUses !== 0 && { maxUses }),
    ...(maxGasTotal !== 0 && { maxGasTotal }),
    ...(period !== 0 && { period }),
    ...(paymaster !== zeroAddress && { paymaster: paymaster === ANY ? "any" : paymaster }),
    signer,
    caps,
    actions,
  };
}

function readCap(reader: Reader): SessionCap {
  const asset = reader.take(20);
  const [perCall, total, perPeriod, coSignAbove] = [
    reader.amount(12),
    reader.amount(12),
    reader.amount(12),
    reader.amount(12),
  ];
  return {
    asset,
    ...(perCall !== 0n && { perCall }),
    ...(total !== 0n && { total }),
    ...(perPeriod !== 0n && { perPeriod }),
    ...(coSignAbove !== 0n && { coSignAbove }),
  };
}

function readAction(reader: Reader): SessionAction {
  const [target, selector] = [reader.take(20), reader.take(4)];
  const length = reader.number(2);
  const end = reader.position() + length;
  const rules: SessionRule[] = [];
  while (reader.position() < end) rules.push(readRule(reader));
  return {
    target,
    ...(selector !== "0x00000000" && { selector }),
    ...(rules.length > 0 && { rules }),
  };
}

function readRule(reader: Reader): SessionRule {
  const code = reader.number(1);
  const operator = OPERATORS[code & 0x7f];
  if (operator === undefined) throw new Error(`operator ${code}`);
  const path = readList(reader.number(1), () => reader.number(1));
  const values = readList(reader.number(1), () => reader.take(32));
  return { operator, path, values, ...(code >= 0x80 && { hashed: true }) };
}

const OPERATORS = Object.fromEntries(
  Object.entries(ruleOperators).map(([name, code]) => [code, name]),
) as Record<number, SessionRule["operator"] | undefined>;

const ANY = numberToHex(maxUint160, { size: 20 });

const readList = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);
