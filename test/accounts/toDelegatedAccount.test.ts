import { expect } from "chai";
import {
  type Address,
  createPublicClient,
  custom,
  hexToBigInt,
  isAddressEqual,
  keccak256,
  parseEther,
  recoverMessageAddress,
  stringToHex,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { smartAccountAbi } from "../../src/abi/smartAccount.ts";
import { readDelegate, toDelegatedAccount } from "../../src/accounts/index.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import { hasAnvil, type LocalNode, startNode } from "../sandbox.ts";
import { createLocalWorld, type LocalWorld } from "./localWorld.ts";

const key = privateKeyToAccount(`0x${"d7".repeat(32)}`);

for (const kind of ["in-process", "anvil"] as const)
  describe(`accounts/toDelegatedAccount, ${kind}`, () => {
    let node: LocalNode | undefined;
    let world: LocalWorld;
    let delegate: Address;
    let recovery: Address;
    before(async function () {
      if (kind === "anvil") {
        if (!hasAnvil) {
          console.warn("      anvil is absent: it comes with Linux on x64 only");
          this.skip();
        }
        node = await startNode("anvil");
      }
      world = await createLocalWorld(node?.url);
      const none = [zeroHash, zeroHash, zeroHash];
      const full = await world.deploy("FullAccount7702", [none, world.sessions.address]);
      delegate = (await world.deploy("SmartAccount7702", [full.address])).address;
      recovery = (await world.deploy("GuardianRecovery")).address;
      await world.fund(key.address);
    });

    after(() => node?.stop());

    const open = () => toDelegatedAccount({ client: world.client, owner: key, delegate });
    const till: Address = `0x${"be".repeat(20)}`;
    const balance = () => world.client.getBalance({ address: till });
    const pay = async () => {
      const account = await open();
      const client = world.connect(account);
      const calls = [{ to: till, value: 3n }];
      const hash = await client.sendUserOperation({ calls, ...(await account.authorize()) });
      return client.waitForUserOperationReceipt({ hash });
    };

    it("behavior: before it delegates it signs messages as the key it is", async () => {
      const signature = await (await open()).signMessage({ message: "hello" });
      expect(await recoverMessageAddress({ message: "hello", signature })).to.equal(key.address);
    });

    it("behavior: its first operation carries the authorization, and makes its call", async () => {
      expect(await readDelegate(world.client, key.address)).to.equal(undefined);
      const { success, sender } = await pay();
      expect({ success, sender }).to.deep.equal({ success: true, sender: key.address });
      const found = await readDelegate(world.client, key.address);
      expect(found && isAddressEqual(found, delegate)).to.equal(true);
      expect(await balance()).to.equal(3n);
    });

    it("behavior: later ones carry none, and several calls run together", async () => {
      const before = await world.client.getTransactionCount({ address: key.address });
      const account = await open();
      expect(await account.authorize()).to.deep.equal({});
      const client = world.connect(account);
      const hash = await client.sendUserOperation({
        calls: [
          { to: till, value: 1n },
          { to: till, value: 1n },
        ],
      });
      expect((await client.waitForUserOperationReceipt({ hash })).success).to.equal(true);
      expect(await balance()).to.equal(5n);
      // An authorization would have used up a nonce of the key.
      expect(await world.client.getTransactionCount({ address: key.address })).to.equal(before);
    });

    it("behavior: a message signed for it is checked by its code (ERC-1271)", async () => {
      const account = await open();
      const signature = await account.signMessage({ message: "hello" });
      const verify = { address: account.address, message: "hello", signature };
      expect(await world.client.verifyMessage(verify)).to.equal(true);
      expect(await world.client.verifyMessage({ ...verify, message: "other" })).to.equal(false);
    });

    it("behavior: a snapshot reads it as an account whose owner is its own key", async () => {
      const reader = createPublicClient({ transport: custom({ request: world.client.request }) });
      const { contracts } = await readSnapshot(reader, { addresses: [key.address], chainId: 31337 });
      const found = contracts.find(({ address }) => address === key.address);
      expect(found?.account?.owner).to.equal(key.address.toLowerCase());
      expect(found?.delegate && isAddressEqual(found.delegate, delegate)).to.equal(true);
    });

    it("error: it takes no guardians, who could not bind the key, although it takes validators", async () => {
      const supports = (module: bigint) =>
        world.client.readContract({
          address: key.address,
          abi: smartAccountAbi,
          functionName: "supportsModule",
          args: [module],
        });
      expect(await supports(hexToBigInt(keccak256(stringToHex("portcullis.module.recovery"))))).to.equal(
        false,
      );
      expect(await supports(1n)).to.equal(true);
      const call = { address: key.address, abi: smartAccountAbi, account: recovery } as const;
      const freeze = world.client.simulateContract({ ...call, functionName: "freeze", args: [1] });
      expect(await freeze.then(String, String)).to.match(/SmartAccountUnsupported/);
    });

    it("behavior: an EOA that delegates elsewhere meanwhile authorizes anew, and does not run on that", async () => {
      const elsewhere = `0xef0100${"77".repeat(20)}` as const;
      await world.wallet.setCode({ address: key.address, bytecode: elsewhere });
      expect((await pay()).success).to.equal(true);
      const found = await readDelegate(world.client, key.address);
      expect(found && isAddressEqual(found, delegate)).to.equal(true);
      expect(await balance()).to.equal(8n);
    });

    it("behavior: enough ether is left: the account paid for itself", async () => {
      const left = await world.client.getBalance({ address: key.address });
      expect(left < parseEther("1") && left > parseEther("0.9")).to.equal(true);
    });
  });
