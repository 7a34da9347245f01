/** The names and keys of a policy: what signing without a chain needs. Nothing of it depends on contracts' code. */
import type { Address } from "viem";
import type { AddressBook } from "../chain/addressBook.ts";
import { compileSafe } from "./compile/accounts.ts";
import type { CompileContext } from "./compile/context.ts";
import { collectNames } from "./compile/names.ts";
import { compilePrincipals, compileSigners } from "./compile/signers.ts";
import type { DesiredSigner } from "./desired.ts";
import { collectPolicy } from "./parse.ts";
import { Problems } from "./problems.ts";
import type { PolicyInput } from "./schema/policy.ts";

export interface PolicyKeys {
  /** All that has an address, without ABIs. */
  book: AddressBook;
  signers: readonly DesiredSigner[];
  safes: readonly PolicySafe[];
}

/** As the policy has it: the chain's may have changed since. */
export interface PolicySafe {
  name: string;
  address: Address;
  owners: readonly Address[];
  threshold: number;
}

/**
 * @param at `addresses`: of what was deployed, by name
 * @throws PortcullisError POLICY_INVALID, POLICY_SCHEMA, NETWORK_UNKNOWN
 */
export function compileKeys(
  input: PolicyInput,
  at: { network: string; addresses: Readonly<Record<string, Address>> },
): PolicyKeys {
  const problems = new Problems();
  const policy = collectPolicy(input, at.network, problems);
  const names = collectNames(policy, at.addresses, problems);
  const context: CompileContext = { policy, names, problems, abiOf: () => undefined };
  const signers = compileSigners(context);
  const principals = compilePrincipals(context, signers);
  const known = ({ name }: { name: string }) => !names.unresolved.includes(name);
  const safes = Object.entries(policy.safes).flatMap(([name, written]): PolicySafe[] => {
    const { address, safe } = compileSafe(context, name, written);
    return safe === undefined ? [] : [{ name, address, owners: safe.owners, threshold: safe.threshold }];
  });
  problems.refuse(policy.name);
  const entries = principals.filter(known).map(({ name, address }) => ({ name, address }));
  return { book: { chainId: policy.chain, entries }, signers, safes: safes.filter(known) };
}
