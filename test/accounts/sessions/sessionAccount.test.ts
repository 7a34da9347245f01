import { expect } from "chai";
import { type Address, encodeFunctionData, parseEther, parseEventLogs, toFunctionSelector } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { sessionValidatorAbi } from "../../../src/abi/sessionValidator.ts";
import { vaultAbi } from "../../../src/abi/vault.ts";
import {
  atMost,
  bundlerCodes,
  decodeSession,
  describeSession,
  ecdsaSigner,
  explainRefusal,
  session,
  sessionId,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
} from "../../../src/accounts/index.ts";
import { PortcullisError } from "../../../src/errors.ts";
import { refusesWith } from "../../refusedWith.ts";
import { createLocalWorld, type Deployed, type LocalWorld } from "../localWorld.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const key = ecdsaSigner(privateKeyToAccount(`0x${"b2".repeat(32)}`));
const shop = `0x${"5b".repeat(20)}` as const;
const DAY = 86_400;

describe("accounts/sessions/sessionAccount", () => {
  let world: LocalWorld;
  let token: Deployed;
  before(async () => {
    world = await createLocalWorld();
    token = await world.deploy("ExampleToken", [world.deployer, parseEther("100")]);
  });

  const limits = { key, until: "2100-01-01", maxFeePerGas: "100 gwei", gasPerOperation: 2_000_000 } as const;
  const transferTerms = () => ({
    ...limits,
    contracts: { token: { address: token.address, abi: token.abi } },
    may: { token: { transfer: { to: shop } } } as object,
  });
  const transfer = (amount: bigint, to: Address = shop) => ({
    to: token.address,
    data: encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [to, amount] }),
  });
  const balance = (address: Address) =>
    world.client.readContract({ ...token, functionName: "balanceOf", args: [address] }) as Promise<bigint>;

  /** An account with tokens and ether, created or not. */
  async function prepareAccount(salt: bigint, entryPoint: "0.7" | "0.9" = "0.9") {
    const origin = { factory: world.factoryOf(entryPoint), salt };
    const account = await toPortcullisAccount({ client: world.client, entryPoint, owner, origin });
    await world.fund(account.address);
    await world.wallet.writeContract({
      ...token,
      account: world.deployer,
      functionName: "transfer",
      args: [account.address, 1_000n],
    } as never);
    return { account, origin: { ...origin, owner: owner.signer } };
  }

  const grantOf = (account: Address, terms: object) =>
    signGrant({
      client: world.client,
      chainId: world.client.chain.id,
      validator: world.sessions.address,
      account,
      owner,
      session: session(terms as Parameters<typeof session>[0]),
    });

  const connect = async (grant: Awaited<ReturnType<typeof grantOf>>, more: object = {}) =>
    world.connect(await toSessionAccount({ client: world.client, grant, key, now: world.now, ...more }));

  for (const entryPoint of ["0.9", "0.7"] as const) {
    it(`behavior: the first operation carries the owner's grant and creates the account, later ones do not, on v${entryPoint}`, async () => {
      const { account, origin } = await prepareAccount(1n, entryPoint);
      const grant = await grantOf(account.address, {
        ...transferTerms(),
        tokens: { token: { perCall: 10n, total: 15n } },
      });
      const bot = await connect(grant, { entryPoint, origin });
      const before = await balance(shop);

      const first = await bot.sendUserOperation({ calls: [transfer(10n)] });
      const { success, receipt } = await bot.waitForUserOperationReceipt({ hash: first });
      expect(success).to.equal(true);
      const [granted] = parseEventLogs({
        abi: sessionValidatorAbi,
        eventName: "SessionGranted",
        logs: receipt.logs,
      });
      expect(granted?.args.id).to.equal(sessionId(grant, grant.session));

      const book = { chainId: 31337, entries: [{ name: "token", ...token }] };
      const words = describeSession(decodeSession(granted?.args.session ?? "0x"), book);
      expect(words).to.deep.equal(describeSession(grant.session, book));
      expect(words[1]).to.include("call token.transfer where");

      const second = await bot.prepareUserOperation({ calls: [transfer(5n)] });
      expect((await bot.account.signUserOperation(second)).length).to.be.lessThan(
        (await bot.getUserOperation({ hash: first })).userOperation.signature.length,
      );
      await bot.waitForUserOperationReceipt({ hash: await bot.sendUserOperation({ calls: [transfer(5n)] }) });
      expect((await balance(shop)) - before).to.equal(15n);

      // The total is used up: refused before anything is sent.
      const refused = await bot
        .sendUserOperation({ calls: [transfer(1n)] })
        .catch((error) => explainRefusal(error, book));
      expect(refused).to.be.instanceOf(PortcullisError);
      expect(refused).to.deep.include({
        code: "SESSION_CAP_EXCEEDED",
        message: "1 units of token is more than the 0 units of token that the session may take now",
      });
    });
  }

  it("error: calls, arguments and targets out of scope are refused by name, and nothing is sent", async () => {
    const { account, origin } = await prepareAccount(2n);
    const grant = await grantOf(account.address, { ...transferTerms(), tokens: { token: { perCall: 10n } } });
    const bot = await connect(grant, { origin });
    const book = {
      chainId: 31337,
      entries: [
        { name: "token", ...token },
        { name: "shop", address: shop },
      ],
    };
    const refusal = (calls: { to: Address; value?: bigint; data?: `0x${string}` }[]) =>
      bot.sendUserOperation({ calls }).then(
        () => expect.fail("was sent"),
        (error) => explainRefusal(error, book),
      );
    const sent = await world.client.getTransactionCount({ address: world.bundlerSigner });
    const approve = encodeFunctionData({ abi: token.abi, functionName: "approve", args: [shop, 1n] });

    const forbidden = await refusal([{ to: token.address, data: approve }]);
    expect(forbidden).to.deep.include({
      code: "SESSION_FORBIDDEN_CALL",
      message: "token.approve is not among the session's calls",
    });
    expect(forbidden.details.rpcCode).to.equal(bundlerCodes.rejectedByAccount);
    expect(forbidden.hint).to.match(/^`npx hardhat session grant`/);
    expect((await refusal([transfer(1n, world.deployer)])).code).to.equal("SESSION_FORBIDDEN_ARGUMENT");
    expect((await refusal([transfer(11n)])).code).to.equal("SESSION_CAP_EXCEEDED");
    expect((await refusal([transfer(1n), { to: shop, value: 1n }])).code).to.equal("SESSION_FORBIDDEN_CALL");
    expect((await refusal([{ to: account.address }])).code).to.equal("SESSION_FORBIDDEN_CALL");
    expect(await world.client.getTransactionCount({ address: world.bundlerSigner })).to.equal(sent);
  });

  it("error: a revoked session, another key's, a message", async () => {
    const { account, origin } = await prepareAccount(3n);
    const grant = await grantOf(account.address, { ...transferTerms(), tokens: { token: { total: 10n } } });
    const bot = await connect(grant, { origin });
    await bot.waitForUserOperationReceipt({ hash: await bot.sendUserOperation({ calls: [transfer(1n)] }) });
    const revoke = encodeFunctionData({
      abi: sessionValidatorAbi,
      functionName: "revoke",
      args: [sessionId(grant, grant.session)],
    });
    const owned = world.connect(account);
    await owned.waitForUserOperationReceipt({
      hash: await owned.sendUserOperation({ calls: [{ to: world.sessions.address, data: revoke }] }),
    });
    const refused = await bot.sendUserOperation({ calls: [transfer(1n)] }).catch(explainRefusal);
    expect(refused).to.include({ code: "SESSION_REVOKED" });

    await refusesWith(bot.account.signMessage({ message: "hello" }), "SESSION_SIGNS_NO_MESSAGE");
    await refusesWith(connect(grant, { key: owner }), "SESSION_KEY_MISMATCH");
  });

  it("behavior: an operation names the period it is in, and the cap is full again in the next", async () => {
    const { account, origin } = await prepareAccount(4n);
    const grant = await grantOf(account.address, {
      ...transferTerms(),
      tokens: { token: { perPeriod: 10n } },
      period: "1 day",
    });
    const bot = await connect(grant, { origin });
    const spend = async (amount: bigint) =>
      bot.waitForUserOperationReceipt({ hash: await bot.sendUserOperation({ calls: [transfer(amount)] }) });
    expect(((await spend(10n)).nonce >> 64n) & 0xffffffffn).to.equal(BigInt(Math.floor(world.now() / DAY)));
    await refusesWith(
      spend(1n).catch((error) => Promise.reject(explainRefusal(error))),
      "SESSION_CAP_EXCEEDED",
    );
    await world.passTime(DAY);
    expect((await spend(10n)).success).to.equal(true);
  });

  it("behavior: above cosignAbove the owner signs the operation too", async () => {
    const { account, origin } = await prepareAccount(5n);
    const terms = { ...transferTerms(), tokens: { token: { perCall: 100n, cosignAbove: 10n } } };
    const grant = await grantOf(account.address, terms);
    const alone = await connect(grant, { origin });
    const together = await connect(grant, { origin, owner });
    const refused = await alone.sendUserOperation({ calls: [transfer(11n)] }).catch(explainRefusal);
    expect(refused).to.include({ code: "SESSION_NEEDS_OWNER" });
    const hash = await together.sendUserOperation({ calls: [transfer(11n)] });
    expect((await together.waitForUserOperationReceipt({ hash })).success).to.equal(true);
  });

  it("error: a call that a manager delays is refused when the session is granted, and by its client", async () => {
    const { account, origin } = await prepareAccount(6n);
    const role = 7n;
    const manager = await world.deploy("RoleManager", [
      [world.deployer],
      [{ id: role, admin: 0n, guardian: 0n, grantDelay: 3600, keyBound: false, label: "keeper" }],
      [{ roleId: role, account: account.address, executionDelay: 0, until: 0 }],
    ]);
    const write = (functionName: string, args: readonly unknown[]) =>
      world.wallet.writeContract({ ...manager, account: world.deployer, functionName, args } as never);
    const implementation = await world.deploy("Vault");
    const initialize = encodeFunctionData({
      abi: implementation.abi,
      functionName: "initialize",
      args: [manager.address, token.address, 1n],
    });
    const { address } = await world.deploy("ERC1967Proxy", [implementation.address, initialize]);
    await write("setTargetFunctionRole", [address, [toFunctionSelector("setLimit(uint256)")], role]);
    const terms = {
      ...limits,
      contracts: { vault: { address, abi: vaultAbi } },
      may: { vault: { setLimit: { limit: atMost(5n) } } },
    } as const;
    const book = { chainId: 31337, entries: [{ name: "vault", address, abi: vaultAbi }] };

    const grant = await grantOf(account.address, terms);
    const bot = await connect(grant, { origin, book });
    const call = {
      to: address,
      data: encodeFunctionData({ abi: vaultAbi, functionName: "setLimit", args: [5n] }),
    };
    const hash = await bot.sendUserOperation({ calls: [call] });
    expect((await bot.waitForUserOperationReceipt({ hash })).success).to.equal(true);

    await write("grantRole", [role, account.address, 3600]);
    const refused = await refusesWith(bot.sendUserOperation({ calls: [call] }), "SESSION_DELAYED_CALL");
    expect(refused.message).to.equal(
      "vault.setLimit waits 1 hour for this account, and a session cannot wait",
    );
    await refusesWith(grantOf(account.address, terms), "SESSION_DELAYED_CALL");
  });
});
