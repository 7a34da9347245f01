/** Who owns an account, as ERC-7913 says it. */
import { type Address, concatHex, type Hex } from "viem";
import { encodeMultisig, orderMembers } from "../../../accounts/owners/readOwner.ts";
import type { Path } from "../../problems.ts";
import type { Policy } from "../../schema/policy.ts";
import type { CompileContext } from "../context.ts";
import { verifierOf } from "./infrastructure.ts";

type Owner = NonNullable<Policy["accounts"][string]["owner"]>;

/** @returns undefined where `problems` got a reason */
export function compileOwner(context: CompileContext, owner: Owner, path: Path): Hex | undefined {
  if (typeof owner === "string") return compileKey(context, owner, path);
  const verifier = context.names.addressOf((verifierOf(owner) as { name: string }).name);
  if ("signers" in owner) return compileMultisig(context, verifier, owner, path);
  const { x, y } = "passkey" in owner ? owner.passkey : owner.p256;
  return concatHex([verifier, x as Hex, y as Hex]).toLowerCase() as Hex;
}

function compileMultisig(
  context: CompileContext,
  verifier: Address,
  { threshold, signers }: Extract<Owner, { signers: unknown }>,
  path: Path,
): Hex | undefined {
  const { problems } = context;
  const found = new Map<Hex, string>();
  const members = Object.entries(signers).flatMap(([name, weight]) => {
    const signer = compileKey(context, name, [...path, "signers", name]);
    if (signer === undefined) return [];
    const other = found.get(signer);
    if (other !== undefined)
      problems.add([...path, "signers", name], `is the same address as "${other}"`, "leave it away");
    found.set(signer, name);
    return [{ signer, weight: BigInt(weight) }];
  });
  if (members.length !== Object.keys(signers).length) return undefined;
  const total = members.reduce((sum, { weight }) => sum + weight, 0n);
  if (total >= BigInt(threshold))
    return encodeMultisig(verifier, BigInt(threshold), orderMembers(members)).toLowerCase() as Hex;
  problems.add(
    [...path, "threshold"],
    `the signers' weights are ${total} together, and never reach ${threshold}`,
    total === 0n ? "name a key in signers" : `write at most ${total}`,
  );
  return undefined;
}

/** A key's address. A contract cannot own an account: validation may not ask it. */
export function compileKey(
  { names, problems }: CompileContext,
  reference: string,
  path: Path,
): Hex | undefined {
  const address = names.resolve(reference, path);
  const kind = names.kindOf(reference);
  if (kind === undefined || kind === "key") return address?.toLowerCase() as Hex | undefined;
  problems.add(
    path,
    `"${reference}" is a ${kind}, and only a key signs for an account`,
    "write the name of a key",
  );
  return undefined;
}
