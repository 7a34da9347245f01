/** Builds a session from contracts' ABIs: its argument names are theirs, and a rule of the wrong type does not compile. */
import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  encodeAbiParameters,
  type Hex,
  isHex,
  keccak256,
  numberToHex,
  stringToHex,
  toFunctionSelector,
  toFunctionSignature,
  zeroAddress,
} from "viem";
import { PortcullisError } from "../../errors.ts";
import { type AmountText, parseAmount } from "../../policy/text/amount.ts";
import { type DurationText, parseDuration } from "../../policy/text/duration.ts";
import { type InstantText, parseInstant } from "../../policy/text/instant.ts";
import type { AccountSigner } from "../owners/types.ts";
import { findPaths } from "./argumentPaths.ts";
import type { SessionCalls, SessionContract } from "./argumentTypes.ts";
import type { NumberRule, ValueRule } from "./rules.ts";
import type { Session, SessionAction, SessionCap, SessionRule } from "./session.ts";

type Amount = bigint | AmountText;

/** In the asset's smallest unit, or with a unit for 18 decimals: "0.1 ether". */
export interface CapTerms {
  perCall?: Amount;
  perPeriod?: Amount;
  total?: Amount;
  /** An operation that takes more needs the owner's signature too. */
  cosignAbove?: Amount;
}

export interface SessionTerms<contracts extends Record<string, SessionContract>> {
  contracts: contracts;
  /** What is not listed is refused. */
  may: SessionCalls<contracts>;
  /** Who acts: ERC-7913, an EOA's address or verifier and key. */
  key: Hex | Pick<AccountSigner, "signer">;
  /** Of the chain's own; none moves without it. */
  value?: CapTerms;
  /** By the names in `contracts`; an approval is refused without it. */
  tokens?: { readonly [name in keyof contracts]?: CapTerms };
  /** Seconds, or "1 day": what `perPeriod` is about. */
  period?: number | DurationText;
  /** First second, or a date; no beginning if absent. */
  from?: number | InstantText;
  /** Last second, or a date: until it begins. */
  until: number | InstantText;
  /** Operations in all. */
  uses?: number;
  maxFeePerGas: Amount;
  /** All gas limits of one operation together. */
  gasPerOperation: number;
  gasTotal?: number;
  /** "none" if absent. */
  paymaster?: "none" | "any" | Address;
  /** Below 2^32: another makes another session of the same terms. */
  salt?: number;
}

/**
 * @example
 * session({
 *   contracts: { vault: { address, abi: vaultAbi } },
 *   may: { vault: { withdraw: { to: treasury, amount: atMost(ether(1)) } } },
 *   key: bot.address, until: "2027-06-30", maxFeePerGas: "200 gwei", gasPerOperation: 500_000,
 * });
 *
 * @throws PortcullisError SESSION_CONTRACT_UNKNOWN, SESSION_FUNCTION_UNKNOWN, SESSION_FUNCTION_AMBIGUOUS,
 * SESSION_ARGUMENT_UNKNOWN, SESSION_RULE_NOT_EXPRESSIBLE, SESSION_RULE_INVALID, AMOUNT_INVALID, DURATION_INVALID,
 * INSTANT_INVALID
 */
export function session<const contracts extends Record<string, SessionContract>>(
  terms: SessionTerms<contracts>,
): Session {
  const {
    contracts,
    may,
    key,
    value,
    tokens = {},
    period,
    from = 0,
    until,
    uses,
    gasTotal,
    paymaster = "none",
  } = terms;
  const addressOf = (name: string) => findContract(contracts, name).address;
  return {
    salt: numberToHex(terms.salt ?? 0, { size: 4 }),
    validAfter: toSecond(from),
    validUntil: typeof until === "number" ? until : toSecond(until) - 1,
    maxFeePerGas: toAmount(terms.maxFeePerGas),
    maxGasPerOperation: terms.gasPerOperation,
    ...(uses !== undefined && { maxUses: uses }),
    ...(gasTotal !== undefined && { maxGasTotal: gasTotal }),
    ...(period !== undefined && {
      period: typeof period === "number" ? period : Number(parseDuration(period)),
    }),
    ...(paymaster !== "none" && { paymaster }),
    signer: typeof key === "string" ? key : key.signer,
    caps: [
      ...(value ? [toCap(zeroAddress, value)] : []),
      ...Object.entries<CapTerms | undefined>(tokens).flatMap(([name, cap]) =>
        cap ? [toCap(addressOf(name), cap)] : [],
      ),
    ],
    actions: Object.entries(may).flatMap(([name, calls]) =>
      Object.entries((calls ?? {}) as Record<string, Record<string, unknown>>).map(([call, rules]) =>
        toAction(findContract(contracts, name), name, call, rules),
      ),
    ),
  };
}

function findContract(contracts: Record<string, SessionContract>, name: string): SessionContract {
  const found = contracts[name];
  if (found !== undefined) return found;
  throw refuse(
    "SESSION_CONTRACT_UNKNOWN",
    `${name} is not among the contracts`,
    `write one of ${Object.keys(contracts).join(", ")}`,
  );
}

function toAction(
  { address, abi }: SessionContract,
  contract: string,
  call: string,
  given: Record<string, unknown>,
): SessionAction {
  if (call === "receive") return { target: address };
  const item = findFunction(abi, contract, call);
  const rules: SessionRule[] = [];
  findPaths(item.inputs, given, ({ path, parameter, hashed }, value) => {
    const { operator, values } = toRule(value);
    requireComparable(operator, parameter, hashed);
    const words = values.map((one) => toWord(parameter, hashed, one));
    rules.push({ operator, path, values: words, ...(hashed && { hashed }) });
  });
  return { target: address, selector: toFunctionSelector(item), ...(rules.length > 0 && { rules }) };
}

function findFunction(abi: Abi, contract: string, call: string): AbiFunction {
  const functions = abi.filter((item): item is AbiFunction => item.type === "function");
  const found = functions.filter((item) => item.name === call || toFunctionSignature(item) === call);
  const [only, other] = found;
  if (only === undefined)
    throw refuse(
      "SESSION_FUNCTION_UNKNOWN",
      `${contract} has no function ${call}`,
      "write a name or a signature of its ABI",
    );
  if (other !== undefined)
    throw refuse(
      "SESSION_FUNCTION_AMBIGUOUS",
      `${contract} has ${found.length} functions ${call}`,
      `write one of ${found.map((item) => `"${toFunctionSignature(item)}"`).join(", ")}`,
    );
  return only;
}

const toRule = (value: unknown): NumberRule | ValueRule =>
  value !== null && typeof value === "object" && "operator" in value && "values" in value
    ? (value as NumberRule | ValueRule)
    : { operator: "equal", values: [value] };

/** Sizes are compared unsigned, and of a whole word: nothing but an unsigned number means by it what it says. */
function requireComparable(
  operator: SessionRule["operator"],
  parameter: AbiParameter,
  hashed: boolean,
): void {
  if (["equal", "notEqual", "oneOf"].includes(operator) || (!hashed && parameter.type.startsWith("uint")))
    return;
  throw refuse(
    "SESSION_RULE_INVALID",
    `${parameter.name || "an argument"} of type ${parameter.type} cannot be compared by size`,
    "use equal, not or oneOf",
  );
}

function toWord(parameter: AbiParameter, hashed: boolean, value: unknown): Hex {
  if (hashed) return keccak256(parameter.type === "string" ? stringToHex(value as string) : (value as Hex));
  try {
    return encodeAbiParameters([parameter], [value]);
  } catch (cause) {
    const text = isHex(value) ? value : String(value);
    throw refuse(
      "SESSION_RULE_INVALID",
      `${text} is not a ${parameter.type}`,
      `write a ${parameter.type} for ${parameter.name}`,
      cause,
    );
  }
}

const toCap = (asset: Address, { perCall, perPeriod, total, cosignAbove }: CapTerms): SessionCap => ({
  asset,
  ...(perCall !== undefined && { perCall: toAmount(perCall) }),
  ...(total !== undefined && { total: toAmount(total) }),
  ...(perPeriod !== undefined && { perPeriod: toAmount(perPeriod) }),
  ...(cosignAbove !== undefined && { coSignAbove: toAmount(cosignAbove) }),
});

const toAmount = (amount: Amount): bigint => (typeof amount === "bigint" ? amount : parseAmount(amount));

const toSecond = (time: number | InstantText): number =>
  typeof time === "number" ? time : Number(parseInstant(time));

const refuse = (code: string, message: string, hint: string, cause?: unknown): PortcullisError =>
  new PortcullisError(code, message, { hint, cause });
