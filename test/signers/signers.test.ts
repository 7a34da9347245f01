import { expect } from "chai";
import { Wallet } from "ethers";
import { privateKeyToAccount } from "viem/accounts";
import type { SignerSource } from "../../src/policy/desired.ts";
import { openSigner } from "../../src/signers/open.ts";
import type { SignerContext } from "../../src/signers/types.ts";
import { verifySignatures } from "../../src/signers/verify.ts";
import { refusesWith } from "../refusedWith.ts";
import { shouldBehaveLikeSigner } from "./shouldBehaveLikeSigner.ts";

const KEY = `0x${"42".repeat(32)}` as const;
const account = privateKeyToAccount(KEY);
const PASSWORD = "correct horse";

/** The third test vector of the Web3 Secret Storage definition, with pbkdf2. */
const PBKDF2_VECTOR = {
  file: JSON.stringify({
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
      ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
      kdf: "pbkdf2",
      kdfparams: {
        c: 262144,
        dklen: 32,
        prf: "hmac-sha256",
        salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
      },
      mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    version: 3,
  }),
  password: "testpassword",
  address: privateKeyToAccount("0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d").address,
};

function contextOf(secrets: Record<string, string>, files: Record<string, string> = {}): SignerContext {
  return {
    chainId: 31337,
    development: true,
    secret: async (name) => secrets[name] ?? "",
    holds: async (name) => name in secrets,
    hasFile: async (path) => path in files,
    readFile: async (path) => files[path] ?? "",
  };
}

describe("signers", () => {
  let keystore = "";
  before(async () => {
    keystore = await new Wallet(KEY).encrypt(PASSWORD, undefined);
  });

  describe("development", () => {
    shouldBehaveLikeSigner(
      () => openSigner({ provider: "development", account: 0 }, contextOf({})),
      "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    );

    it("error: refused where the network is not a development one", async () => {
      const context = { ...contextOf({}), chainId: 1, development: false };
      await refusesWith(
        openSigner({ provider: "development", account: 0 }, context),
        "DEVELOPMENT_KEY_REFUSED",
      );
    });
  });

  describe("keystore", () => {
    const source: SignerSource = { provider: "keystore", file: "key.json", password: "PASSWORD" };
    shouldBehaveLikeSigner(
      () => openSigner(source, contextOf({ PASSWORD }, { "key.json": keystore })),
      account.address,
    );

    it("behavior: opens the published pbkdf2 vector", async () => {
      const { file, password, address } = PBKDF2_VECTOR;
      const signer = await openSigner(source, contextOf({ PASSWORD: password }, { "key.json": file }));
      expect(signer.address).to.equal(address);
    });

    it("error: a wrong password is refused, and shown nowhere", async () => {
      const context = contextOf({ PASSWORD: "wrong-secret" }, { "key.json": keystore });
      const error = await refusesWith(openSigner(source, context), "KEYSTORE_PASSWORD_WRONG");
      expect(JSON.stringify(error) + error.stack).not.to.include("wrong-secret");
    });

    it("error: work factors that would eat all memory are refused", async () => {
      const hostile = JSON.parse(keystore);
      const crypto = hostile.crypto ?? hostile.Crypto;
      crypto.kdfparams.n = 2 ** 30;
      const file = JSON.stringify({ version: 3, crypto });
      await refusesWith(
        openSigner(source, contextOf({ PASSWORD }, { "key.json": file })),
        "KEYSTORE_INVALID",
      );
    });

    it("error: what is no key file is refused", async () => {
      for (const file of ["", "{}", "not json"])
        await refusesWith(
          openSigner(source, contextOf({ PASSWORD }, { "key.json": file })),
          "KEYSTORE_INVALID",
        );
    });
  });

  describe("hardhat-keystore", () => {
    const source: SignerSource = { provider: "hardhat-keystore", key: "DEPLOYER_KEY" };
    shouldBehaveLikeSigner(() => openSigner(source, contextOf({ DEPLOYER_KEY: KEY })), account.address);

    it("error: what is no key is refused, and shown nowhere", async () => {
      for (const secret of ["0x1234", "hunter2hunter2", `0x${"ff".repeat(32)}`]) {
        const error = await refusesWith(
          openSigner(source, contextOf({ DEPLOYER_KEY: secret })),
          "SIGNER_SECRET_INVALID",
        );
        expect(JSON.stringify(error) + error.stack).not.to.include(secret.slice(2));
      }
    });
  });

  it("error: a key that is not the declared one is refused", async () => {
    const declared = { name: "alice", address: "0x00000000000000000000000000000000000000aa" } as const;
    const source: SignerSource = { provider: "hardhat-keystore", key: "KEY" };
    await refusesWith(openSigner(source, contextOf({ KEY }), declared), "SIGNER_ADDRESS_MISMATCH");
  });

  it("error: a signature of another key, or of other content, is discarded", async () => {
    const other = privateKeyToAccount(`0x${"43".repeat(32)}`);
    const faulty = verifySignatures({
      ...account,
      signMessage: other.signMessage,
      signTypedData: other.signTypedData,
    });
    await refusesWith(faulty.signMessage({ message: "x" }), "SIGNATURE_MISMATCH");
    const swapping = verifySignatures({
      ...account,
      signTransaction: (async (transaction: object) =>
        account.signTransaction({
          ...transaction,
          value: 1_000n,
        } as never)) as typeof account.signTransaction,
    });
    const transaction = {
      type: "eip1559",
      chainId: 1,
      nonce: 0,
      gas: 1n,
      maxFeePerGas: 1n,
      to: account.address,
    } as const;
    await refusesWith(swapping.signTransaction(transaction), "SIGNATURE_MISMATCH");
  });
});
