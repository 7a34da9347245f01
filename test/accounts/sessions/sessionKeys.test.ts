import { expect } from "chai";
import { P256, PublicKey } from "ox";
import { encodeFunctionData, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  type AccountSigner,
  ecdsaSigner,
  explainRefusal,
  p256Signer,
  session,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
  webAuthnSigner,
} from "../../../src/accounts/index.ts";
import { createPasskey } from "../devices.ts";
import { createLocalWorld, type Deployed, type LocalWorld } from "../localWorld.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const shop = `0x${"5b".repeat(20)}` as const;

describe("accounts/sessions/sessionKeys", () => {
  let world: LocalWorld;
  let token: Deployed;
  let createKey: Record<string, () => AccountSigner>;
  before(async () => {
    world = await createLocalWorld();
    token = await world.deploy("ExampleToken", [world.deployer, parseEther("100")]);
    const p256 = await world.deploy("ERC7913P256Verifier");
    const webAuthn = await world.deploy("ERC7913WebAuthnVerifier");
    createKey = {
      "a P-256 key": () => {
        const privateKey = P256.randomPrivateKey();
        const publicKey = PublicKey.toHex(P256.getPublicKey({ privateKey }));
        const sign = async (payload: `0x${string}`) => P256.sign({ payload, privateKey });
        return p256Signer({ verifier: p256.address, publicKey, sign });
      },
      "a passkey": () => webAuthnSigner({ verifier: webAuthn.address, account: createPasskey() }),
    };
  });

  for (const entryPoint of ["0.9", "0.7"] as const) {
    for (const name of ["a P-256 key", "a passkey"]) {
      it(`behavior: ${name} acts under a session, and another one does not, on v${entryPoint}`, async () => {
        const create = createKey[name] as () => AccountSigner;
        const key = create();
        const origin = { factory: world.factoryOf(entryPoint), salt: BigInt(name.length) };
        const account = await toPortcullisAccount({ client: world.client, entryPoint, owner, origin });
        await world.fund(account.address);
        await world.wallet.writeContract({
          ...token,
          account: world.deployer,
          functionName: "transfer",
          args: [account.address, 100n],
        } as never);
        const grant = await signGrant({
          client: world.client,
          chainId: world.client.chain.id,
          validator: world.sessions.address,
          account: account.address,
          owner,
          session: session({
            key,
            until: "2100-01-01",
            maxFeePerGas: "100 gwei",
            gasPerOperation: 5_000_000,
            contracts: { token: { address: token.address, abi: token.abi } },
            may: { token: { transfer: {} } } as object,
            tokens: { token: { total: 10n } },
          } as Parameters<typeof session>[0]),
        });
        const connect = async (signer: AccountSigner) =>
          world.connect(
            await toSessionAccount({
              client: world.client,
              entryPoint,
              grant,
              key: signer,
              now: world.now,
              origin: { ...origin, owner: owner.signer },
            }),
          );
        const data = encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [shop, 4n] });
        const bot = await connect(key);
        for (let times = 0; times < 2; times += 1) {
          const hash = await bot.sendUserOperation({ calls: [{ to: token.address, data }] });
          expect((await bot.waitForUserOperationReceipt({ hash })).success).to.equal(true);
        }
        const above = await bot
          .sendUserOperation({ calls: [{ to: token.address, data }] })
          .catch(explainRefusal);
        expect(above).to.include({ code: "SESSION_CAP_EXCEEDED" });

        const thief = await connect({ ...create(), signer: key.signer });
        const small = encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [shop, 1n] });
        const refused = await thief
          .sendUserOperation({ calls: [{ to: token.address, data: small }] })
          .then(() => "was sent", String);
        expect(refused).to.include("AA24");
      });
    }
  }
});
