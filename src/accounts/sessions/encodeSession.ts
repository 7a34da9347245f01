/** A session's packed bytes: the layout of docs/contracts/sessions.md. */
import { concatHex, type Hex, numberToHex, size, zeroAddress } from "viem";
import {
  ruleOperators,
  type Session,
  type SessionAction,
  type SessionCap,
  type SessionRule,
} from "./session.ts";

const ANY_PAYMASTER = `0x${"ff".repeat(20)}` as const;
const HASHED = 0x80;

/** @throws viem's IntegerOutOfRangeError for a number that its field does not hold */
export function encodeSession(session: Session): Hex {
  const paymaster = session.paymaster === "any" ? ANY_PAYMASTER : (session.paymaster ?? zeroAddress);
  return concatHex([
    session.salt,
    toBytes(session.validAfter, 6),
    toBytes(session.validUntil, 6),
    toBytes(session.maxFeePerGas, 8),
    toBytes(session.maxGasPerOperation, 4),
    toBytes(session.maxUses ?? 0, 4),
    toBytes(session.maxGasTotal ?? 0, 6),
    toBytes(session.period ?? 0, 4),
    paymaster,
    toBytes(size(session.signer), 2),
    session.signer,
    toBytes(session.caps.length, 1),
    ...session.caps.map(encodeCap),
    toBytes(session.actions.length, 1),
    ...session.actions.map(encodeAction),
  ]);
}

const encodeCap = (cap: SessionCap): Hex =>
  concatHex([
    cap.asset,
    ...[cap.perCall, cap.total, cap.perPeriod, cap.coSignAbove].map((amount) => toBytes(amount ?? 0n, 12)),
  ]);

function encodeAction({ target, selector = "0x00000000", rules = [] }: SessionAction): Hex {
  const encoded = concatHex(["0x", ...rules.map(encodeRule)]);
  return concatHex([target, selector, toBytes(size(encoded), 2), encoded]);
}

const encodeRule = (rule: SessionRule): Hex =>
  concatHex([
    toBytes(ruleOperators[rule.operator] + (rule.hashed ? HASHED : 0), 1),
    toBytes(rule.path.length, 1),
    ...rule.path.map((index) => toBytes(index, 1)),
    toBytes(rule.values.length, 1),
    ...rule.values,
  ]);

const toBytes = (value: number | bigint, bytes: number): Hex => numberToHex(value, { size: bytes });
