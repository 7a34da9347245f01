/** An ordinary key: a viem account, a signer of the signing service, a hardware wallet. */
import type { LocalAccount } from "viem";
import type { AccountSigner } from "./types.ts";

/** Recovers to somebody, so that checking it takes what a real one takes. */
const STUB =
  "0xfffffffffffffffffffffffffffffff0000000000000000000000000000000007aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1c";

/**
 * @example
 * const owner = ecdsaSigner(privateKeyToAccount("0x…"));
 */
export function ecdsaSigner(
  account: Pick<LocalAccount, "address" | "signTypedData"> & Pick<Partial<LocalAccount>, "sign">,
): AccountSigner {
  const { sign } = account;
  return {
    signer: account.address,
    stubSignature: STUB,
    signTypedData: (data) => account.signTypedData(data),
    ...(sign !== undefined && { signHash: (hash) => sign({ hash }) }),
  };
}
