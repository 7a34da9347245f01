/** Several operations of sessions in one bundle: what one does, the next one meets. */
import { expect } from "chai";
import { type Address, encodeFunctionData, parseEther, parseEventLogs } from "viem";
import { toPackedUserOperation, type UserOperation } from "viem/account-abstraction";
import { privateKeyToAccount } from "viem/accounts";
import { sessionValidatorAbi } from "../../../src/abi/sessionValidator.ts";
import {
  ecdsaSigner,
  entryPoints,
  type SessionGrant,
  session,
  sessionId,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
} from "../../../src/accounts/index.ts";
import { createLocalWorld, type Deployed, type LocalWorld } from "../localWorld.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const first = ecdsaSigner(privateKeyToAccount(`0x${"b2".repeat(32)}`));
const second = ecdsaSigner(privateKeyToAccount(`0x${"c3".repeat(32)}`));
const shop: Address = `0x${"5b".repeat(20)}`;

describe("accounts/sessions in one bundle", () => {
  let world: LocalWorld;
  let token: Deployed;
  let account: Address;
  let boss: ReturnType<LocalWorld["connect"]>;

  beforeEach(async () => {
    world = await createLocalWorld();
    token = await world.deploy("ExampleToken", [world.deployer, 1_000n]);
    const opened = await toPortcullisAccount({
      client: world.client,
      owner,
      origin: { factory: world.factoryOf("0.9") },
    });
    account = opened.address;
    boss = world.connect(opened) as typeof boss;
    await world.fund(account, "5");
    await world.wallet.writeContract({
      ...token,
      account: world.deployer,
      functionName: "transfer",
      args: [account, 1_000n],
    } as never);
    // Exists, so that operations need not come in an order.
    await finish(await boss.sendUserOperation({ calls: [{ to: shop, value: 1n }] }));
  });

  const finish = async (hash: `0x${string}`) => boss.waitForUserOperationReceipt({ hash });
  const transfer = (amount: bigint) => ({
    to: token.address,
    data: encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [shop, amount] }),
  });
  const balance = () =>
    world.client.readContract({ ...token, functionName: "balanceOf", args: [shop] }) as Promise<bigint>;

  const grantTo = (key: typeof first, total: bigint, uses = 10) =>
    signGrant({
      client: world.client,
      chainId: world.client.chain.id,
      validator: world.sessions.address,
      account,
      owner,
      session: session({
        contracts: { token: { address: token.address, abi: token.abi } },
        may: { token: { transfer: { to: shop } } } as object,
        tokens: { token: { total } },
        key,
        uses,
        until: "2100-01-01",
        maxFeePerGas: "100 gwei",
        gasPerOperation: 2_000_000,
      }),
    });

  /** Signed, not sent. Operations of different nonce keys need not wait for each other. */
  async function sign(grant: SessionGrant, key: typeof first, amount: bigint, nonceKey = 0) {
    const limited = await toSessionAccount({ client: world.client, grant, key, now: world.now, nonceKey });
    const prepared = await world.connect(limited).prepareUserOperation({ calls: [transfer(amount)] });
    return {
      ...prepared,
      signature: await limited.signUserOperation(prepared as never),
    } as UserOperation<"0.9">;
  }

  /** Sent by itself: the grant is on the chain from then on. */
  async function use(grant: SessionGrant): Promise<void> {
    const limited = await toSessionAccount({ client: world.client, grant, key: first, now: world.now });
    await finish(await world.connect(limited).sendUserOperation({ calls: [transfer(1n)] }));
  }

  async function bundle(...operations: UserOperation<"0.9">[]): Promise<boolean[]> {
    const { address, abi } = entryPoints["0.9"];
    const hash = await world.wallet.writeContract({
      account: world.bundlerSigner,
      address,
      abi,
      functionName: "handleOps",
      args: [operations.map((one) => toPackedUserOperation(one)), world.bundlerSigner],
      gas: 6_000_000n,
    });
    const { logs, status } = await world.client.waitForTransactionReceipt({ hash });
    expect(status).to.equal("success");
    return parseEventLogs({ abi, logs, eventName: "UserOperationEvent" }).map(({ args }) => args.success);
  }

  const stateOf = (grant: SessionGrant) =>
    world.client.readContract({
      address: world.sessions.address,
      abi: sessionValidatorAbi,
      functionName: "stateOf",
      args: [sessionId(grant, grant.session), account],
    });

  it("behavior: two sessions act in one bundle, each within its own cap", async () => {
    const [one, two] = [await grantTo(first, 10n), await grantTo(second, 20n)];
    const operations = [await sign(one, first, 10n), await sign(two, second, 20n, 1)] as const;
    expect(await bundle(...operations)).to.deep.equal([true, true]);
    expect(await balance()).to.equal(30n);
  });

  it("behavior: two operations of one session share its cap: what is over it moves nothing", async () => {
    const grant = await grantTo(first, 15n);
    await use(grant);
    // Each alone is within the cap, both together are not.
    const operations = [await sign(grant, first, 10n, 1), await sign(grant, first, 10n, 2)] as const;
    expect(await bundle(...operations)).to.deep.equal([true, false]);
    expect(await balance()).to.equal(11n);
    // What failed gave its part of the cap back, and used up a use.
    expect((await stateOf(grant)).used).to.equal(3);
    expect(await bundle(await sign(grant, first, 4n, 3))).to.deep.equal([true]);
    expect(await balance()).to.equal(15n);
  });

  it("behavior: the first fails and gives its cap back, the second goes on", async () => {
    const grant = await grantTo(first, 2_000n);
    await use(grant);
    const operations = [await sign(grant, first, 900n, 1), await sign(grant, first, 5n, 2)] as const;
    await finish(await boss.sendUserOperation({ calls: [transfer(500n)] }));
    expect(await bundle(...operations)).to.deep.equal([false, true]);
    expect(await balance()).to.equal(506n);
  });

  it("error: a bundle with one use too many is refused whole: uses are counted in validation", async () => {
    const grant = await grantTo(first, 100n, 2);
    await use(grant);
    const operations = [await sign(grant, first, 10n, 1), await sign(grant, first, 10n, 2)] as const;
    const refused = await bundle(...operations).then(
      () => "taken",
      (error: Error) => error.message,
    );
    expect(refused).to.match(/AA23|FailedOp/);
    expect(await balance()).to.equal(1n);
    expect(await world.client.getBalance({ address: account })).to.satisfy(
      (left: bigint) => left > parseEther("4"),
    );
  });
});
