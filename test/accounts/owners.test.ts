import { expect } from "chai";
import { concatHex, type Hex, hexToBigInt, hexToBytes, parseAbi, sha256, slice, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  type AccountSigner,
  ecdsaSigner,
  multisigSigner,
  p256Signer,
  toPortcullisAccount,
  webAuthnSigner,
} from "../../src/accounts/index.ts";
import { refusedWith, refusesWith } from "../refusedWith.ts";
import { createDevice, createPasskey } from "./devices.ts";
import { createLocalWorld, type LocalWorld } from "./localWorld.ts";

const keyOf = (byte: string) => ecdsaSigner(privateKeyToAccount(`0x${byte.repeat(32)}`));

const typedData = {
  domain: { name: "Market", version: "1", chainId: 31337, verifyingContract: `0x${"77".repeat(20)}` },
  types: { Order: [{ name: "price", type: "uint256" }] },
  primaryType: "Order",
  message: { price: 5n },
} as const;

describe("accounts/owners", () => {
  let world: LocalWorld;
  let owners: Record<string, AccountSigner>;
  before(async () => {
    world = await createLocalWorld();
    const webAuthn = await world.deploy("ERC7913WebAuthnVerifier");
    const multisig = await world.deploy("WeightedMultisigVerifier");
    const passkey = webAuthnSigner({ verifier: webAuthn.address, account: createPasskey() });
    owners = {
      "an ECDSA key": keyOf("a1"),
      "a passkey": passkey,
      "two of three with a passkey": multisigSigner({
        verifier: multisig.address,
        threshold: 3,
        members: [
          { member: keyOf("a2") },
          { member: passkey, weight: 2 },
          { member: { signer: keyOf("a3").signer } },
        ],
      }),
    };
  });

  for (const entryPoint of ["0.9", "0.7"] as const) {
    for (const name of ["an ECDSA key", "a passkey", "two of three with a passkey"]) {
      it(`behavior: ${name} owns an account, sends operations and signs for it, on v${entryPoint}`, async () => {
        const owner = owners[name] as AccountSigner;
        const account = await toPortcullisAccount({
          client: world.client,
          entryPoint,
          owner,
          origin: { factory: world.factoryOf(entryPoint) },
        });
        await world.fund(account.address);
        const client = world.connect(account);
        const hash = await client.sendUserOperation({ calls: [{ to: world.deployer, value: 1n }] });
        expect((await client.waitForUserOperationReceipt({ hash })).success).to.equal(true);

        const { address } = account;
        const message = { address, message: "hello" };
        expect(
          await world.client.verifyMessage({ ...message, signature: await account.signMessage(message) }),
        ).to.equal(true);
        const signature = await account.signTypedData(typedData);
        expect(await world.client.verifyTypedData({ ...typedData, address, signature })).to.equal(true);
        expect(
          await world.client.verifyTypedData({ ...typedData, message: { price: 6n }, address, signature }),
        ).to.equal(false);

        // Another account of the same owner is not bound by it.
        const other = await toPortcullisAccount({
          client: world.client,
          entryPoint,
          owner,
          origin: { factory: world.factoryOf(entryPoint), salt: 9n },
        });
        await world.fund(other.address);
        const second = await world.connect(other).sendUserOperation({ calls: [{ to: world.deployer }] });
        await client.waitForUserOperationReceipt({ hash: second });
        expect(
          await world.client.verifyTypedData({ ...typedData, address: other.address, signature }),
        ).to.equal(false);
      });
    }
  }

  it("behavior: a P-256 key's signature is made of low s, as the verifier wants it", async () => {
    const verifier = await world.deploy("ERC7913P256Verifier");
    const device = createDevice();
    // Node hashes what it signs: the verifier is asked about the SHA-256.
    const message = stringToHex("hello");
    const signer = p256Signer({
      verifier: verifier.address,
      publicKey: concatHex(["0x04", device.publicKey]),
      sign: async () => {
        const signature = device.sign(hexToBytes(message));
        return { r: hexToBigInt(slice(signature, 0, 32)), s: hexToBigInt(slice(signature, 32)) };
      },
    });
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const signature = (await signer.signHash?.(sha256(message))) as Hex;
      const answer = await world.client.readContract({
        address: verifier.address,
        abi: parseAbi(["function verify(bytes key, bytes32 hash, bytes signature) view returns (bytes4)"]),
        functionName: "verify",
        args: [slice(signer.signer, 20), sha256(message), signature],
      });
      expect(answer).to.equal("0x024ad318");
    }
  });

  it("error: a threshold out of reach, a signer twice, keys that are not at hand, a key of another form", async () => {
    const verifier = `0x${"11".repeat(20)}` as const;
    const of = (threshold: number, members: AccountSigner[]) => () =>
      multisigSigner({ verifier, threshold, members: members.map((member) => ({ member })) });
    refusedWith(of(3, [keyOf("a1"), keyOf("a2")]), "MULTISIG_UNREACHABLE");
    refusedWith(of(1, [keyOf("a1"), keyOf("a1")]), "MULTISIG_UNREACHABLE");
    const away = multisigSigner({
      verifier,
      threshold: 1,
      members: [{ member: { signer: keyOf("a1").signer } }],
    });
    await refusesWith(away.signTypedData(typedData), "MULTISIG_SIGNERS_MISSING");
    refusedWith(
      () => p256Signer({ verifier, publicKey: "0x02", sign: async () => ({ r: 1n, s: 1n }) }),
      "OWNER_KEY_INVALID",
    );
  });
});
