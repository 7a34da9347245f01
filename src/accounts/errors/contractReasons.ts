/** Our contracts' refusals in words. Amounts are in the asset's smallest unit, as the contracts have them. */
import { type AbiFunction, type Address, toFunctionSelector, zeroAddress } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByAddress } from "../../chain/findEntry.ts";
import { formatTime } from "../../operations/lifecycle.ts";
import { formatAmount } from "../../policy/text/amount.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import type { Reason } from "./explainReason.ts";

const LIST = "`npx hardhat session list` prints what each session may do";
const GRANT = "`npx hardhat session grant` gives a session with other terms, or the owner makes this call";
const SHOW = "`npx hardhat account show` prints the account's owner, modules, freeze and quarantine";

type Explain = (args: readonly unknown[], words: Words) => readonly [message: string, hint: string];

interface Words {
  address(value: unknown): string;
  call(target: unknown, selector: unknown): string;
  amount(asset: unknown, value: unknown): string;
}

const REASONS: Readonly<Record<string, Explain>> = {
  SessionValidatorMalformed: () => ["The session's terms contradict each other or are not well-formed", LIST],
  SessionValidatorInvalidWindow: ([from, until]) => [
    `A session cannot be valid from second ${from} until second ${until}`,
    "give it an end after its beginning, below 2^47",
  ],
  SessionValidatorInvalidCap: ([asset], w) => [
    `The cap on ${w.address(asset)} has no limit, or is there twice`,
    "name each asset once, with perCall, perPeriod or total",
  ],
  SessionValidatorForbiddenTarget: ([target], w) => [
    `No session may call ${w.address(target)}: it is the account, a module, the entry point or nobody`,
    "let the owner make this call",
  ],
  SessionValidatorForbiddenSelector: ([target, selector], w) => [
    `No session may have ${w.call(target, selector)}, or not without a cap on the token`,
    "name the token under tokens, with perCall, perPeriod or total",
  ],
  SessionValidatorDelayedCall: ([target, selector, delay], w) => [
    `${w.call(target, selector)} waits ${formatDuration(BigInt(delay as number))} for this account, and a session cannot wait`,
    "`npx hardhat roles who` prints the delay; let the owner schedule the call instead",
  ],
  SessionValidatorAlreadyGranted: ([id]) => [`Session ${id} is granted already`, LIST],
  SessionValidatorNotGranted: ([id]) => [
    `Session ${id} is not granted, and the operation carries no grant of the owner`,
    "npx hardhat session grant",
  ],
  SessionValidatorRevoked: ([id]) => [
    `Session ${id} is revoked`,
    "`npx hardhat session grant` gives a new one",
  ],
  SessionValidatorInvalidSender: ([sender], w) => [
    `The operation's sender is not ${w.address(sender)}`,
    LIST,
  ],
  SessionValidatorInvalidSignature: () => [
    "The session's signature field is not laid out as it must be",
    LIST,
  ],
  SessionValidatorForeignContext: ([context, id]) => [
    `The operation's calls name session ${context}, its signature session ${id}`,
    "prepare the operation again: another session or epoch was in force when it was made",
  ],
  SessionValidatorFeeTooHigh: ([fee, most]) => [
    `The operation offers ${formatAmount(fee as bigint)} per gas, the session allows ${formatAmount(most as bigint)}`,
    "wait until gas is cheaper, or `npx hardhat session grant` with a higher maxFeePerGas",
  ],
  SessionValidatorGasTooHigh: ([gas, most]) => [
    `The operation asks for ${gas} gas, the session allows ${most} in one`,
    "make fewer calls at once, or `npx hardhat session grant` with a higher gasPerOperation",
  ],
  SessionValidatorGasUsedUp: ([gas, most]) => [
    `The session's operations would ask for ${gas} gas together, it allows ${most}`,
    "`npx hardhat session grant` gives a new session",
  ],
  SessionValidatorUsedUp: ([most]) => [
    `The session's ${most} uses are used up`,
    "`npx hardhat session grant` gives a new session",
  ],
  SessionValidatorForbiddenPaymaster: ([paymaster], w) => [
    paymaster === zeroAddress
      ? "The session wants its paymaster to pay"
      : `The session does not let ${w.address(paymaster)} pay`,
    LIST,
  ],
  SessionValidatorInvalidPeriod: ([number]) => [
    `Period ${number} has no second in which the session is valid`,
    "prepare the operation again: its period may be over",
  ],
  SessionValidatorForbiddenCall: ([, target, selector], w) => [
    `${w.call(target, selector)} is not among the session's calls`,
    GRANT,
  ],
  SessionValidatorForbiddenArgument: ([, target, selector], w) => [
    `${w.call(target, selector)} is among the session's calls, but not with these arguments`,
    GRANT,
  ],
  SessionValidatorCapExceeded: ([asset, amount, most], w) => [
    most === 0n && asset === zeroAddress
      ? "The session may not send value"
      : `${w.amount(asset, amount)} is more than the ${w.amount(asset, most)} that the session may take now`,
    "`npx hardhat session list` prints what is left; a cap per period is full again in the next one",
  ],
  SessionValidatorNeedsOwner: ([asset, amount, above], w) => [
    `${w.amount(asset, amount)} is above ${w.amount(asset, above)}: the owner has to sign this operation too`,
    "pass the owner's approval, or take less in one operation",
  ],
  SmartAccountUnauthorized: ([caller], w) => [
    `${w.address(caller)} may not use this entry of the account`,
    SHOW,
  ],
  SmartAccountForbiddenTarget: ([target], w) => [
    `${w.address(target)} cannot be called this way: it is the account, a module, the entry point or nobody`,
    "let the owner make this call",
  ],
  SmartAccountForbiddenMode: ([mode]) => [
    `The account does not execute in mode ${mode}`,
    "use single or batch",
  ],
  SmartAccountForbiddenCode: ([target], w) => [
    `The account does not delegatecall the code of ${w.address(target)}`,
    "call it instead",
  ],
  SmartAccountFrozen: ([until]) => [
    `The account is frozen until ${formatTime(BigInt(until as number))}`,
    SHOW,
  ],
  SmartAccountQuarantined: ([until, left]) => [
    `The account is in quarantine until ${formatTime(BigInt(until as number))}: ${formatAmount(left as bigint)} may leave, and nothing else happens`,
    SHOW,
  ],
  SmartAccountRecoveryInstalled: ([module], w) => [
    `The recovery module ${w.address(module)} does not let itself be removed or replaced now`,
    "`npx hardhat account show`",
  ],
  SmartAccountModuleConflict: ([module], w) => [
    `${w.address(module)} has another role in this account already`,
    SHOW,
  ],
  SmartAccountReservedSelector: ([selector]) => [`The account keeps ${selector} for itself`, SHOW],
  SmartAccountInvalidOwner: ([owner]) => [
    `${owner} cannot own an account`,
    "name an address, or a verifier and its key",
  ],
  SmartAccountFactoryInvalidOwner: ([owner]) => [
    `${owner} cannot own an account`,
    "name an address, or a verifier and its key",
  ],
  SmartAccountUnsupported: () => ["This build of the account has no such function", SHOW],
  ScopedCallsNotCanonical: () => [
    "The operation is not encoded in the one way that is accepted",
    "encode it with this package",
  ],
};

/** Undefined for another contract's. */
export function explainContractError(
  name: string,
  args: readonly unknown[],
  book: AddressBook,
): Reason | undefined {
  const explain = REASONS[name];
  if (explain === undefined) return undefined;
  const [message, hint] = explain(args, wordsOf(book));
  return { code: codeOf(name), message, hint };
}

/** SessionValidatorForbiddenCall → SESSION_FORBIDDEN_CALL, SmartAccountFrozen → ACCOUNT_FROZEN */
const codeOf = (name: string): string =>
  name
    .replace(/^SessionValidator/, "Session")
    .replace(/^SmartAccount/, "Account")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toUpperCase();

function wordsOf(book: AddressBook): Words {
  const address = (value: unknown): string => findByAddress(book, value as Address)?.name ?? String(value);
  return {
    address,
    call: (target, selector) =>
      `${address(target)}.${nameFunction(book, target as Address, String(selector))}`,
    amount: (asset, value) =>
      asset === zeroAddress ? formatAmount(value as bigint) : `${value} units of ${address(asset)}`,
  };
}

function nameFunction(book: AddressBook, target: Address, selector: string): string {
  if (selector === "0x00000000") return "receive()";
  const functions = (findByAddress(book, target)?.abi ?? []).filter(
    (item): item is AbiFunction => item.type === "function",
  );
  return functions.find((item) => toFunctionSelector(item) === selector)?.name ?? selector;
}
