/** What a session's key may do, in words: from the builder's session or from the chain's, with whatever names are known. */
import {
  type Abi,
  type AbiFunction,
  type Address,
  type Hex,
  isAddressEqual,
  size,
  toFunctionSelector,
  zeroAddress,
} from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { writeAddress } from "../../operations/encode/writeCall.ts";
import { formatAmount } from "../../policy/text/amount.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import { formatInstant } from "../../policy/text/instant.ts";
import { describeRule } from "./describeRule.ts";
import type { Session, SessionAction, SessionCap } from "./session.ts";

/**
 * One line each; what the key may do first, then within which limits. Nothing is left out: a term without names is
 * written as the chain has it.
 */
export function describeSession(session: Session, book: AddressBook): string[] {
  return [
    `Key ${nameSigner(session.signer, book)} may, ${describeWindow(session)}:`,
    ...session.actions.map((action) => `  ${describeAction(action, book)}`),
    ...describeCaps(session, book),
    ...describeGas(session, book),
    "It may nothing else: no other call, no module, guardian or owner of the account, no signed message.",
  ];
}

function describeWindow({ validAfter, validUntil }: Session): string {
  const from = validAfter === 0 ? "" : `from ${formatInstant(BigInt(validAfter))} `;
  // The session's last second is the one before; nobody writes dates as far as 2^47.
  return `${from}${validUntil > LAST_DATE ? "without an end" : `until ${formatInstant(BigInt(validUntil + 1))}`}`;
}

const LAST_DATE = Date.UTC(9999, 11, 31) / 1000;

function describeAction({ target, selector, rules = [] }: SessionAction, book: AddressBook): string {
  const name = writeAddress(target, book);
  if (selector === undefined) return `send value to ${name}, without data`;
  const item = findFunction(findByAddress(book, target)?.abi, selector);
  const call = `call ${name}.${item?.name ?? selector}`;
  if (rules.length === 0) return `${call} with any arguments`;
  return `${call} where ${rules.map((rule) => describeRule(rule, item?.inputs, book)).join(" and ")}`;
}

const findFunction = (abi: Abi | undefined, selector: Hex): AbiFunction | undefined =>
  abi?.find((item): item is AbiFunction => item.type === "function" && toFunctionSelector(item) === selector);

function describeCaps({ caps, period }: Session, book: AddressBook): string[] {
  const native = caps.some(({ asset }) => isAddressEqual(asset, zeroAddress));
  return [
    ...(native ? [] : ["It may send no value."]),
    ...caps.flatMap((cap) => describeCap(cap, period, book)),
  ];
}

function describeCap(cap: SessionCap, period: number | undefined, book: AddressBook): string[] {
  const native = isAddressEqual(cap.asset, zeroAddress);
  const write = (amount: bigint) =>
    native ? formatAmount(amount) : `${amount} units of ${writeAddress(cap.asset, book)}`;
  const limits = [
    ...(cap.perCall === undefined ? [] : [`${write(cap.perCall)} in one call`]),
    ...(cap.perPeriod === undefined
      ? []
      : [`${write(cap.perPeriod)} in ${formatDuration(BigInt(period ?? 0))}`]),
    ...(cap.total === undefined ? [] : [`${write(cap.total)} in all`]),
  ];
  const cosigned = cap.coSignAbove;
  return [
    `It may ${native ? "send" : "move or approve"} at most ${limits.join(", ")}.`,
    ...(cosigned === undefined ? [] : [`Above ${write(cosigned)} in one operation the owner signs too.`]),
  ];
}

function describeGas(session: Session, book: AddressBook): string[] {
  const { maxUses, maxFeePerGas, maxGasPerOperation, maxGasTotal, paymaster } = session;
  const payer =
    paymaster === undefined
      ? "the account pays"
      : paymaster === "any"
        ? "any paymaster or the account pays"
        : `${writeAddress(paymaster, book)} pays`;
  return [
    maxUses === undefined || maxUses === 0
      ? "It may act any number of times."
      : `It may act ${maxUses} times.`,
    `Its gas: ${formatAmount(maxFeePerGas)} each at most, ${maxGasPerOperation} in one operation${
      maxGasTotal ? `, ${maxGasTotal} in all` : ""
    }; ${payer}.`,
  ];
}

/** ERC-7913: the name of an address, or which verifier checks which key. */
function nameSigner(signer: Hex, book: AddressBook): string {
  if (size(signer) === 20) return writeAddress(signer, book);
  return `${signer.slice(0, 10)}…${signer.slice(-8)}, checked by ${writeAddress(signer.slice(0, 42) as Address, book)}`;
}
