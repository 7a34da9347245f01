/** Keys, and the addresses the policy speaks of. */
import { z } from "zod";
import { bytes32, instant, reference, text } from "./text.ts";

export const tier = z.enum(["development", "staging", "production"]);

const custody = {
  /** Who holds it (a person, a team, a vendor): what separation of duties is judged by. */
  holder: text('who holds the key: "Alice"').optional(),
  /** Default: development for a development key, else the network's tier. */
  tier: tier.optional(),
  /** When the key has to be replaced. */
  rotateBy: instant.optional(),
  /** Digest of the custody record, as the key binding holds it. Default: the hash of provider and location. */
  custody: bytes32.optional(),
};

export const signer = z.discriminatedUnion("provider", [
  z.strictObject({
    provider: z.literal("development"),
    /** Index in the well-known development mnemonic. */
    account: z.int({ error: "write the index of the account: 0" }).min(0).max(1_000_000),
    ...custody,
  }),
  z.strictObject({
    provider: z.literal("keystore"),
    file: text("the path of the encrypted JSON keystore"),
    /** Name of the configuration variable that holds the password. */
    password: text("the name of the configuration variable that holds the password"),
    address: text("the address of the key"),
    ...custody,
  }),
  z.strictObject({
    provider: z.literal("hardhat-keystore"),
    /** Name of the configuration variable that holds the key. */
    key: text("the name of the configuration variable that holds the key"),
    address: text("the address of the key"),
    ...custody,
  }),
]);

export const principal = z.strictObject({
  /** A key's raw address, or an EIP-3770 address. */
  address: reference,
  kind: z.enum(["key", "safe", "account", "timelock", "manager", "contract"]).default("key"),
  holder: text('who controls it: "Alice"').optional(),
  tier: tier.optional(),
  rotateBy: instant.optional(),
});
