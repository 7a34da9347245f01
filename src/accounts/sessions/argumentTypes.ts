/** What a session may be told, as the ABIs of its contracts have it: function names, argument names, rules of their types. */
import type { Abi, AbiParameter, AbiParameterToPrimitiveType, Address } from "viem";
import type { NumberRule, ValueRule } from "./rules.ts";

export interface SessionContract {
  address: Address;
  abi: Abi;
}

/** Contract → function → argument → rule. `{}` is any arguments. */
export type SessionCalls<contracts extends Record<string, SessionContract>> = {
  readonly [name in keyof contracts]?: FunctionCalls<contracts[name]["abi"]>;
};

type Writing<abi extends Abi> = Extract<
  abi[number],
  { type: "function"; stateMutability: "nonpayable" | "payable" }
>;

/** By name, or by signature where a name has several: `"safeTransferFrom(address,address,uint256)"`. */
type FunctionCalls<abi extends Abi> = {
  readonly [name in Writing<abi>["name"]]?: ArgumentRules<Extract<Writing<abi>, { name: name }>["inputs"]>;
} & {
  readonly [signature in `${Writing<abi>["name"]}(${string})`]?: Readonly<Record<string, unknown>>;
} & {
  /** A call without data. */
  readonly receive?: Readonly<Record<never, never>>;
};

/** By name; by position, `"0"`, where a parameter has none. */
export type ArgumentRules<inputs extends readonly AbiParameter[]> = {
  readonly [name in NamesOf<inputs>]?: RuleFor<Extract<inputs[number], { name: name }>>;
} & { readonly [position: `${number}`]: unknown };

type NamesOf<inputs extends readonly AbiParameter[]> = Exclude<
  inputs[number] extends infer input
    ? input extends { name: infer name extends string }
      ? name
      : never
    : never,
  ""
>;

type RuleFor<parameter extends AbiParameter> = parameter["type"] extends `${string}]`
  ? { readonly length?: bigint | NumberRule | ValueRule<bigint>; readonly [index: number]: unknown }
  : parameter extends { type: "tuple"; components: infer components extends readonly AbiParameter[] }
    ? ArgumentRules<components>
    : parameter["type"] extends `uint${string}`
      ? bigint | NumberRule | ValueRule<bigint>
      : parameter["type"] extends `int${string}`
        ? bigint | ValueRule<bigint>
        : ValueOf<parameter> | ValueRule<ValueOf<parameter>>;

type ValueOf<parameter extends AbiParameter> = AbiParameterToPrimitiveType<parameter>;
