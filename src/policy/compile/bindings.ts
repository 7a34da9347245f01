/** Key bindings that the grants of key-bound roles need. */
import { zeroHash } from "viem";
import type { BindingState, RoleState } from "../../snapshot/types.ts";
import type { DesiredSigner } from "../desired.ts";

/** A key-bound role needs a valid binding of each key, and an exemption of each contract, which cannot sign. */
export function compileBindings(
  roles: readonly RoleState[],
  signers: readonly DesiredSigner[],
): BindingState[] {
  const accounts = new Set(
    roles.filter((role) => role.keyBound).flatMap((role) => role.members.map((m) => m.account)),
  );
  return [...accounts]
    .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
    .map((account) => {
      const signer = signers.find((s) => s.address === account);
      return signer === undefined
        ? { account, provider: "", custody: zeroHash, tier: "development", rotateBy: 0n, status: "exempt" }
        : {
            account,
            provider: signer.source.provider,
            custody: signer.custody,
            tier: signer.tier,
            rotateBy: signer.rotateBy ?? 0n,
            status: "valid",
          };
    });
}
