/** The keys every development chain funds. The whole world knows them: they open on development networks only. */
import { mnemonicToAccount } from "viem/accounts";
import { PortcullisError } from "../errors.ts";
import type { SignerSource } from "../policy/desired.ts";
import { developmentMnemonic } from "../policy/developmentKey.ts";
import type { SignerProvider } from "./types.ts";

export const developmentProvider: SignerProvider<Extract<SignerSource, { provider: "development" }>> = {
  provider: "development",
  isAtHand: async () => true,
  open: async ({ account }, { development }) => {
    if (!development) {
      throw new PortcullisError(
        "DEVELOPMENT_KEY_REFUSED",
        `Development key ${account} is public knowledge and this is not a development network`,
        {
          hint: 'give the signer a "keystore" or "hardhat-keystore" provider in the policy',
          details: { account },
        },
      );
    }
    return mnemonicToAccount(developmentMnemonic, { addressIndex: account });
  },
};
