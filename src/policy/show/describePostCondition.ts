import { type Address, type Hex, sliceHex } from "viem";
import type { PostCondition } from "../../snapshot/types.ts";
import type { DesiredContract } from "../desired.ts";

/** `vault.limit() at most 5`: the function by its name where the policy has its ABI; arguments as their bytes. */
export function describePostCondition(
  { target, data, comparison, expected }: PostCondition,
  {
    nameOf,
    contracts,
  }: {
    nameOf(address: Address): string;
    contracts: readonly Pick<DesiredContract, "address" | "functionNames">[];
  },
): string {
  const names = contracts.find((c) => c.address === target)?.functionNames;
  const selector = data.slice(0, 10).toLowerCase() as Hex;
  const written = names?.[selector] ?? selector;
  const args = data.length > 10 ? sliceHex(data, 4) : "";
  const call = `${nameOf(target)}.${written.replace(/\(.*$/, "")}(${args})`;
  switch (comparison) {
    case "equals":
      return `${call} answers what hashes to ${expected}`;
    case "atLeast":
      return `${call} at least ${BigInt(expected)}`;
    case "atMost":
      return `${call} at most ${BigInt(expected)}`;
  }
}
