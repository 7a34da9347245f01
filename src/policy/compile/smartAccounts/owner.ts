/** Who owns an account, as ERC-7913 says it. */
import type { Hex } from "viem";
import type { Path } from "../../problems.ts";
import type { Policy } from "../../schema/policy.ts";
import type { CompileContext } from "../context.ts";

type Owner = NonNullable<Policy["accounts"][string]["owner"]>;

/** @returns undefined where `problems` got a reason */
export function compileOwner(context: CompileContext, owner: Owner, path: Path): Hex | undefined {
  const { problems } = context;
  if (typeof owner === "string") return compileKey(context, owner, path);
  problems.add(path, "only a key owns an account here so far", "write the name of a key");
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
