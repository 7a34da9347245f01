/** What every part of the compiler works with. */
import type { Abi, Address } from "viem";
import type { DelayState } from "../../snapshot/types.ts";
import type { ParsedPolicy } from "../parse.ts";
import type { Path, Problems } from "../problems.ts";
import type { Names } from "./names.ts";

export interface CompileContext {
  policy: ParsedPolicy;
  names: Names;
  problems: Problems;
  /** ABI of a contract of the policy, where it is known. */
  abiOf(contract: string): Abi | undefined;
}

/** Addresses of a list of references, sorted and without the ones `problems` got a reason for. */
export function resolveList(
  { names, problems }: CompileContext,
  references: readonly string[],
  path: Path,
): Address[] {
  const found = new Map<Address, string>();
  references.forEach((reference, i) => {
    const address = names.resolve(reference, [...path, i]);
    if (address === undefined) return;
    const other = found.get(address);
    if (other !== undefined) {
      problems.add(
        [...path, i],
        `"${reference}" is ${other === reference ? "there twice" : `the same address as "${other}"`}`,
        "leave it away",
      );
    }
    found.set(address, reference);
  });
  return sortAddresses([...found.keys()]);
}

export function sortAddresses(addresses: readonly Address[]): Address[] {
  return [...addresses].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

/** A delay with nothing pending. Seconds. */
export function settled(delay: bigint): DelayState {
  return { current: delay, pending: delay, effect: 0n };
}
