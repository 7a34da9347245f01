/** A private key that Hardhat holds: `npx hardhat keystore set <name>`, or an environment variable of that name. */
import { isHex, size } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { PortcullisError } from "../errors.ts";
import type { SignerSource } from "../policy/desired.ts";
import type { SignerProvider } from "./types.ts";

export const hardhatKeystoreProvider: SignerProvider<
  Extract<SignerSource, { provider: "hardhat-keystore" }>
> = {
  provider: "hardhat-keystore",
  isAtHand: ({ key }, { holds }) => holds(key),
  open: async ({ key: name }, { secret }) => {
    const value = (await secret(name)).trim();
    const key = value.startsWith("0x") ? value : `0x${value}`;
    // The value must never reach a message: viem's own error would print it.
    if (!isHex(key, { strict: true }) || size(key) !== 32) {
      throw new PortcullisError(
        "SIGNER_SECRET_INVALID",
        `Configuration variable ${name} is not a 32-byte private key in hex`,
        {
          hint: `npx hardhat keystore set ${name} --force`,
          details: { variable: name },
        },
      );
    }
    try {
      return privateKeyToAccount(key);
    } catch {
      throw new PortcullisError(
        "SIGNER_SECRET_INVALID",
        `Configuration variable ${name} is not a valid secp256k1 key`,
        {
          hint: `npx hardhat keystore set ${name} --force`,
          details: { variable: name },
        },
      );
    }
  },
};
