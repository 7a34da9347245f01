/** A session's terms: every name resolved, every limit a number. */
import { type AbiFunction, type Address, type Hex, toHex, zeroAddress } from "viem";
import { encodeSession } from "../../../accounts/sessions/encodeSession.ts";
import type { Session, SessionAction, SessionCap } from "../../../accounts/sessions/session.ts";
import type { DesiredSession } from "../../desired.ts";
import type { Path } from "../../problems.ts";
import type { Policy } from "../../schema/policy.ts";
import type { CompileContext } from "../context.ts";
import { findFunction, resolveSelector } from "../functions.ts";
import { compileKey } from "./owner.ts";
import { compileRules } from "./rules.ts";

type Written = Policy["accounts"][string]["sessions"][string];

/** Times with the bit above mean block numbers to the entry point. */
export const NEVER = 2n ** 47n - 1n;

/** @returns undefined where `problems` got a reason */
export function compileSession(
  context: CompileContext,
  account: string,
  name: string,
  written: Written,
  path: Path,
): DesiredSession | undefined {
  const { problems, names } = context;
  const signer = compileKey(context, written.key, [...path, "key"]);
  const caps = compileCaps(context, written, path);
  const actions = Object.entries(written.may).flatMap(([contract, functions]) =>
    compileActions(context, contract, functions, [...path, "may", contract]),
  );
  if (actions.length === 0 && Object.keys(written.may).length === 0)
    problems.add([...path, "may"], "allows nothing", "name a contract and its functions");
  const paymaster =
    written.paymaster === undefined ? undefined : names.resolve(written.paymaster, [...path, "paymaster"]);
  const [from, until] = [Number(written.from ?? 0n), Number((written.until ?? NEVER + 1n) - 1n)];
  if (from > until) problems.add([...path, "until"], "ends before it begins", "write a later day");
  const periodic = caps.some((cap) => cap.perPeriod !== undefined);
  if (periodic !== (written.period !== undefined)) {
    problems.add(
      [...path, "period"],
      periodic ? "is missing: a cap is per period" : "is of no use: no cap is per period",
      periodic ? 'write a duration: "1 day"' : "leave it away",
    );
  }
  if (signer === undefined) return undefined;
  const session: Session = {
    salt: toHex(written.salt ?? 0, { size: 4 }),
    validAfter: from,
    validUntil: until,
    maxFeePerGas: written.maxFeePerGas,
    maxGasPerOperation: written.gasPerOperation,
    ...(written.uses === undefined ? {} : { maxUses: written.uses }),
    ...(written.gasTotal === undefined ? {} : { maxGasTotal: written.gasTotal }),
    ...(periodic && written.period !== undefined ? { period: Number(written.period) } : {}),
    ...(paymaster === undefined ? {} : { paymaster }),
    signer,
    caps,
    actions,
  };
  return { account, name, session, terms: encodeSession(session).toLowerCase() as Hex };
}

function compileCaps({ names }: CompileContext, { value, tokens }: Written, path: Path): SessionCap[] {
  const native = value === undefined ? [] : [toCap(zeroAddress, value)];
  const capped = Object.entries(tokens).flatMap(([token, cap]) => {
    const asset = names.resolve(token, [...path, "tokens", token]);
    return asset === undefined ? [] : [toCap(asset, cap)];
  });
  return [...native, ...capped];
}

function toCap(
  asset: Address,
  { perCall, perPeriod, total, cosignAbove }: NonNullable<Written["value"]>,
): SessionCap {
  return {
    asset,
    ...(perCall === undefined ? {} : { perCall }),
    ...(perPeriod === undefined ? {} : { perPeriod }),
    ...(total === undefined ? {} : { total }),
    ...(cosignAbove === undefined ? {} : { coSignAbove: cosignAbove }),
  };
}

function compileActions(
  context: CompileContext,
  contract: string,
  functions: Written["may"][string],
  path: Path,
): SessionAction[] {
  const { names, problems } = context;
  const target = names.resolve(contract, path);
  if (target === undefined) return [];
  const written = Array.isArray(functions)
    ? functions.map((name): [string, Record<string, never>] => [name, {}])
    : Object.entries(functions);
  const abi = context.abiOf(contract);
  return written.flatMap(([name, rules]): SessionAction[] => {
    if (name === "receive") return [{ target }];
    const selector = resolveSelector(name, abi, contract, [...path, name], problems);
    if (selector === undefined) return [];
    const item = abi === undefined ? undefined : (findFunction(name, abi) as AbiFunction);
    return [{ target, selector, rules: compileRules(context, item, rules, [...path, name]) }];
  });
}
