/** Who may pay for a session's operations, before a real EntryPoint v0.9 and OpenZeppelin's paymaster. */
import { expect } from "chai";
import { type Address, encodeFunctionData } from "viem";
import { toPackedUserOperation, type UserOperation } from "viem/account-abstraction";
import { privateKeyToAccount } from "viem/accounts";
import {
  ecdsaSigner,
  entryPoints,
  explainRefusal,
  session,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
} from "../../../src/accounts/index.ts";
import { refusesWith } from "../../refusedWith.ts";
import { createLocalWorld, type Deployed, type LocalWorld } from "../localWorld.ts";
import { deployPaymaster, type Paymaster } from "../paymaster.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const key = ecdsaSigner(privateKeyToAccount(`0x${"b2".repeat(32)}`));
const shop: Address = `0x${"5b".repeat(20)}`;

/** Enough for everything: what is refused is not refused for them. */
const ownLimits = {
  verificationGasLimit: 700_000n,
  callGasLimit: 200_000n,
  preVerificationGas: 60_000n,
  maxFeePerGas: 10n ** 10n,
  maxPriorityFeePerGas: 1n,
};
const paymasterLimits = { paymasterVerificationGasLimit: 100_000n, paymasterPostOpGasLimit: 20_000n };
const ALL_GAS = 1_080_000;

describe("accounts/sessions with paymasters", () => {
  let world: LocalWorld;
  let token: Deployed;
  let sponsor: Paymaster;
  let other: Paymaster;
  let salt = 0n;

  before(async () => {
    world = await createLocalWorld();
    token = await world.deploy("ExampleToken", [world.deployer, 1_000_000n]);
    sponsor = await deployPaymaster(world, privateKeyToAccount(`0x${"c3".repeat(32)}`));
    other = await deployPaymaster(world, privateKeyToAccount(`0x${"d4".repeat(32)}`));
  });

  const transfer = () => ({
    to: token.address,
    data: encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [shop, 1n] }),
  });
  const balance = () =>
    world.client.readContract({ ...token, functionName: "balanceOf", args: [shop] }) as Promise<bigint>;
  const book = () => ({
    chainId: 31337,
    entries: [
      { name: "sponsor", address: sponsor.address },
      { name: "other", address: other.address },
    ],
  });

  /** A bot of a new account, which its first operation creates. */
  async function openBot(more: { paymaster?: "any" | Address; gasPerOperation?: number; gasTotal?: number }) {
    salt += 1n;
    const { client } = world;
    const origin = { factory: world.factoryOf("0.9"), salt };
    const account = await toPortcullisAccount({ client, owner, origin });
    await world.wallet.writeContract({
      ...token,
      account: world.deployer,
      functionName: "transfer",
      args: [account.address, 100n],
    } as never);
    const grant = await signGrant({
      client,
      chainId: client.chain.id,
      validator: world.sessions.address,
      account: account.address,
      owner,
      session: session({
        contracts: { token: { address: token.address, abi: token.abi } },
        may: { token: { transfer: { to: shop } } } as object,
        tokens: { token: { perCall: 10n } },
        key,
        until: "2100-01-01",
        maxFeePerGas: "100 gwei",
        gasPerOperation: 3_000_000,
        ...more,
      }),
    });
    const limited = await toSessionAccount({
      client,
      grant,
      key,
      now: world.now,
      origin: { ...origin, owner: owner.signer },
    });
    return world.connect(limited);
  }
  type Bot = Awaited<ReturnType<typeof openBot>>;

  /** Signed by the key, and by the paymaster where one pays; simulated by nobody. */
  async function sign(bot: Bot, payer?: Paymaster, limits: Partial<typeof paymasterLimits> = {}) {
    const paymaster = payer && {
      ...payer,
      getPaymasterStubData: async () => ({
        ...(await payer.getPaymasterStubData()),
        ...paymasterLimits,
        ...limits,
      }),
    };
    const prepared = await bot.prepareUserOperation({
      calls: [transfer()],
      ...ownLimits,
      // Without "gas": an account's own estimate would take the place of these limits, and refuse first.
      parameters: ["factory", "nonce", "paymaster", "signature"],
      ...(paymaster && { paymaster }),
    });
    return {
      ...prepared,
      signature: await bot.account.signUserOperation(prepared as never),
    } as unknown as UserOperation<"0.9">;
  }

  /** What the entry point itself says to the operation, in words. */
  async function handle(operation: UserOperation<"0.9">): Promise<void> {
    const { address, abi } = entryPoints["0.9"];
    const call = {
      account: world.bundlerSigner,
      address,
      abi,
      functionName: "handleOps",
      args: [[toPackedUserOperation(operation)], world.bundlerSigner],
      gas: 5_000_000n,
    } as const;
    await world.client.simulateContract(call).catch((error) => {
      throw explainRefusal(error, book());
    });
    const { status } = await world.client.waitForTransactionReceipt({
      hash: await world.wallet.writeContract(call),
    });
    expect(status).to.equal("success");
  }

  const takes = async (bot: Bot, payer?: Paymaster, limits?: Partial<typeof paymasterLimits>) => {
    const [before, deposit] = [await balance(), await payer?.deposit()];
    await handle(await sign(bot, payer, limits));
    expect((await balance()) - before).to.equal(1n);
    if (payer) expect(await payer.deposit()).to.satisfy((left: bigint) => left < (deposit ?? 0n));
  };
  const refuses = async (code: string, ...of: Parameters<typeof sign>) => {
    const before = await balance();
    const refusal = await refusesWith(handle(await sign(...of)), code);
    expect(await balance()).to.equal(before);
    return refusal.message;
  };

  it("behavior: an account without any ether is created and acts, as a client prepares it, where the session names its paymaster", async () => {
    const bot = await openBot({ paymaster: sponsor.address });
    const before = await balance();
    const hash = await bot.sendUserOperation({ calls: [transfer()], paymaster: sponsor });
    const receipt = await bot.waitForUserOperationReceipt({ hash });
    expect(receipt.success).to.equal(true);
    expect(receipt.paymaster).to.match(new RegExp(sponsor.address, "i"));
    expect((await balance()) - before).to.equal(1n);
    expect(await world.client.getBalance({ address: bot.account.address })).to.equal(0n);
  });

  it("error: a session that names its paymaster is refused with another, and with none", async () => {
    const bot = await openBot({ paymaster: sponsor.address });
    await takes(bot, sponsor);
    // It could pay by itself.
    await world.fund(bot.account.address);
    expect(await refuses("SESSION_FORBIDDEN_PAYMASTER", bot, other)).to.equal(
      "The session does not let other pay",
    );
    expect(await refuses("SESSION_FORBIDDEN_PAYMASTER", bot)).to.equal(
      "The session wants its paymaster to pay",
    );
  });

  it("error: a session that names none refuses any, before anything is sent", async () => {
    const bot = await openBot({});
    await world.fund(bot.account.address);
    await takes(bot);
    expect(await refuses("SESSION_FORBIDDEN_PAYMASTER", bot, sponsor)).to.equal(
      "The session does not let sponsor pay",
    );
    const sent = await world.client.getTransactionCount({ address: world.bundlerSigner });
    const sending = bot.sendUserOperation({ calls: [transfer()], paymaster: sponsor }).catch((error) => {
      throw explainRefusal(error, book());
    });
    expect((await refusesWith(sending, "SESSION_FORBIDDEN_PAYMASTER")).hint).to.match(/session list/);
    expect(await world.client.getTransactionCount({ address: world.bundlerSigner })).to.equal(sent);
  });

  it("behavior: a session that says any takes either, and the account itself", async () => {
    const bot = await openBot({ paymaster: "any" });
    await takes(bot, sponsor);
    await takes(bot, other);
    await world.fund(bot.account.address);
    await takes(bot);
  });

  it("error: both of a paymaster's limits count in an operation's gas", async () => {
    const bot = await openBot({ paymaster: sponsor.address, gasPerOperation: ALL_GAS });
    await takes(bot, sponsor);
    for (const more of [{ paymasterVerificationGasLimit: 100_001n }, { paymasterPostOpGasLimit: 20_001n }])
      expect(await refuses("SESSION_GAS_TOO_HIGH", bot, sponsor, more)).to.equal(
        `The operation asks for ${ALL_GAS + 1} gas, the session allows ${ALL_GAS} in one`,
      );
  });

  it("error: they count in the gas of all operations, too", async () => {
    const bot = await openBot({ paymaster: sponsor.address, gasTotal: 2 * ALL_GAS - 1 });
    await takes(bot, sponsor);
    expect(await refuses("SESSION_GAS_USED_UP", bot, sponsor)).to.equal(
      `The session's operations would ask for ${2 * ALL_GAS} gas together, it allows ${2 * ALL_GAS - 1}`,
    );
    await takes(bot, sponsor, { paymasterPostOpGasLimit: 19_999n });
  });

  it("error: what its paymaster did not sign is the paymaster's refusal, not the session's", async () => {
    const bot = await openBot({ paymaster: sponsor.address });
    const getPaymasterData: Paymaster["getPaymasterData"] = async (request) => ({
      ...(await other.getPaymasterData(request)),
      paymaster: sponsor.address,
    });
    expect(await refuses("PAYMASTER_REFUSES", bot, { ...sponsor, getPaymasterData })).to.match(/AA34/);
  });
});
