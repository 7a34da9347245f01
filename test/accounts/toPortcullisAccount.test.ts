import { expect } from "chai";
import { encodeFunctionData, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ecdsaSigner, toPortcullisAccount } from "../../src/accounts/index.ts";
import { createLocalWorld, type LocalWorld } from "./localWorld.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));

describe("accounts/toPortcullisAccount", () => {
  let world: LocalWorld;
  before(async () => {
    world = await createLocalWorld();
  });

  for (const entryPoint of ["0.9", "0.7"] as const) {
    it(`behavior: the first operation creates the account and makes its call, on EntryPoint v${entryPoint}`, async () => {
      const account = await toPortcullisAccount({
        client: world.client,
        entryPoint,
        owner,
        origin: { factory: world.factoryOf(entryPoint), salt: 7n },
      });
      expect(await world.client.getCode({ address: account.address })).to.equal(undefined);
      await world.fund(account.address);
      const client = world.connect(account);
      const token = await world.deploy("ExampleToken", [account.address, parseEther("10")]);
      const to = world.deployer;
      const transfer = { ...token, functionName: "transfer", args: [to, 5n] } as const;

      const hash = await client.sendUserOperation({
        calls: [{ to: token.address, data: encodeFunctionData(transfer) }],
      });
      const { success, sender, logs } = await client.waitForUserOperationReceipt({ hash });
      expect({ success, sender }).to.deep.equal({ success: true, sender: account.address });
      expect(logs.some(({ address }) => address === token.address.toLowerCase())).to.equal(true);
      expect(await world.client.readContract({ ...token, functionName: "balanceOf", args: [to] })).to.equal(
        5n,
      );

      // Exists now: no factory, two calls at once.
      const recipient = `0x${"be".repeat(20)}` as const;
      const second = await client.sendTransaction({
        calls: [
          { to: recipient, value: 3n },
          { to: token.address, data: encodeFunctionData(transfer) },
        ],
      });
      expect((await world.client.getTransactionReceipt({ hash: second })).status).to.equal("success");
      expect(await world.client.readContract({ ...token, functionName: "balanceOf", args: [to] })).to.equal(
        10n,
      );
    });
  }
});
