/** An account's owner in words: "alice", "2 of alice, bob, carol", or what checks its signatures. */
import { type Address, getAddress, type Hex, size } from "viem";
import { readOwner } from "./readOwner.ts";

/** @param owner ERC-7913 */
export function describeOwner(owner: Hex, nameOf: (address: Address) => string): string {
  const form = readOwner(owner);
  if (form.kind === "key") return nameOf(form.address);
  if (form.kind === "verified") return `a key that ${nameOf(form.verifier)} checks: ${form.key}`;
  const nameOfMember = (signer: Hex) =>
    size(signer) === 20 ? nameOf(getAddress(signer)) : describeOwner(signer, nameOf);
  const alike = form.members.every(({ weight }) => weight === 1n);
  const members = form.members
    .map(({ signer, weight }) => (alike ? nameOfMember(signer) : `${nameOfMember(signer)} (${weight})`))
    .sort();
  return `${alike ? "" : "weight "}${form.threshold} of ${members.join(", ")}`;
}
