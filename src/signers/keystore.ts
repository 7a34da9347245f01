/**
 * An encrypted JSON key file (Web3 Secret Storage, version 3), as geth, Clef, Foundry and ethers write it.
 * Source: https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage
 */
import { ctr } from "@noble/ciphers/aes.js";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { PortcullisError } from "../errors.ts";
import type { SignerSource } from "../policy/desired.ts";
import type { SignerProvider } from "./types.ts";

const bytes = z
  .string()
  .regex(/^(0x)?([0-9a-fA-F]{2})+$/)
  .transform((text) => hexToBytes(text.startsWith("0x") ? (text as `0x${string}`) : `0x${text}`));

/** Work factors are bounded: a hostile file must not be able to eat all memory. */
const schema = z.object({
  version: z.literal(3),
  crypto: z.intersection(
    z.object({
      cipher: z.literal("aes-128-ctr"),
      ciphertext: bytes,
      cipherparams: z.object({ iv: bytes }),
      mac: bytes,
    }),
    z.discriminatedUnion("kdf", [
      z.object({
        kdf: z.literal("scrypt"),
        kdfparams: z.object({
          n: z
            .number()
            .int()
            .min(2)
            .max(2 ** 20),
          r: z.number().int().min(1).max(32),
          p: z.number().int().min(1).max(16),
          dklen: z.number().int().min(32).max(64),
          salt: bytes,
        }),
      }),
      z.object({
        kdf: z.literal("pbkdf2"),
        kdfparams: z.object({
          c: z.number().int().min(1).max(10_000_000),
          prf: z.literal("hmac-sha256"),
          dklen: z.number().int().min(32).max(64),
          salt: bytes,
        }),
      }),
    ]),
  ),
});

export const keystoreProvider: SignerProvider<Extract<SignerSource, { provider: "keystore" }>> = {
  provider: "keystore",
  isAtHand: async ({ file, password }, { hasFile, holds }) =>
    (await hasFile(file)) && (await holds(password)),
  open: async ({ file, password: variable }, { readFile, secret }) => {
    const { crypto } = parse(file, await readFile(file));
    const password = new TextEncoder().encode((await secret(variable)).normalize("NFKC"));
    const derived = await deriveKey(password, crypto);
    const mac = keccak256(concatBytes([derived.slice(16, 32), crypto.ciphertext]));
    if (mac !== bytesToHex(crypto.mac)) {
      throw new PortcullisError(
        "KEYSTORE_PASSWORD_WRONG",
        `The password in configuration variable ${variable} does not open ${file}`,
        { hint: `npx hardhat keystore set ${variable} --force`, details: { file, variable } },
      );
    }
    const key = ctr(derived.slice(0, 16), crypto.cipherparams.iv).decrypt(crypto.ciphertext);
    return privateKeyToAccount(bytesToHex(key));
  },
};

type Crypto = z.infer<typeof schema>["crypto"];

function deriveKey(password: Uint8Array, crypto: Crypto): Promise<Uint8Array> {
  if (crypto.kdf === "pbkdf2") {
    const { c, dklen, salt } = crypto.kdfparams;
    return pbkdf2Async(sha256, password, salt, { c, dkLen: dklen });
  }
  const { n, r, p, dklen, salt } = crypto.kdfparams;
  return scryptAsync(password, salt, { N: n, r, p, dkLen: dklen, maxmem: 2 ** 31 });
}

function parse(file: string, text: string): z.infer<typeof schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const result = schema.safeParse(lowerKeys(json));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PortcullisError(
    "KEYSTORE_INVALID",
    `${file} is not a version 3 key file: ${issue?.path.join(".") || "file"}: ${issue?.message ?? "not JSON"}`,
    { hint: "write one with `geth account import` or `cast wallet import`", details: { file } },
  );
}

/** Ethers writes "Crypto". */
function lowerKeys(json: unknown): unknown {
  if (json === null || typeof json !== "object") return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key.toLowerCase(), value]));
}
