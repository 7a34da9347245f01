/** The chain of these tests holds no keys at all: whatever is signed was signed by the hook. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Safe from "@safe-global/protocol-kit";
import { expect } from "chai";
import { BrowserProvider, verifyMessage, verifyTypedData } from "ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { NetworkConnection } from "hardhat/types/network";
import {
  createPublicClient,
  createWalletClient,
  custom,
  numberToHex,
  parseEther,
  verifyTypedData as verify,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { deploySafes } from "../../src/deploy/deploySafes.ts";
import portcullis from "../../src/plugin/index.ts";
import { planSafeDeployment } from "../../src/safe/deploy.ts";

/** Its types say CommonJS, its build is a module. */
const Kit =
  (Safe as unknown as { default?: typeof Safe.default }).default ?? (Safe as unknown as typeof Safe.default);
const KEY = `0x${"51".repeat(32)}` as const;
const key = privateKeyToAccount(KEY).address;
const second = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const typed = {
  domain: { name: "Portcullis", version: "1", chainId: 31337 },
  types: { Mail: [{ name: "text", type: "string" }] },
  message: { text: "hello" },
};

/** The innermost message: what each library wraps differently. */
const refusal = async (sending: Promise<unknown>): Promise<string> => {
  const texts: string[] = [];
  let error: unknown = await sending.then(
    () => new Error("sent"),
    (thrown: unknown) => thrown,
  );
  for (; error instanceof Error; error = error.cause) texts.push(error.message);
  return texts.join("\n");
};

describe("network hook", () => {
  let connection: NetworkConnection;
  let create: (network: string) => Promise<NetworkConnection>;

  before(async () => {
    process.env.PORTCULLIS_TEST_KEY = KEY;
    const policy = join(await mkdtemp(join(tmpdir(), "portcullis-")), "policy.ts");
    await writeFile(
      policy,
      `export default { schema: 1, name: "x", networks: { hardhat: { chain: 31337, tier: "development" } },
        signers: { bob: { provider: "development", account: 1 } }, fees: { maxFeePerGas: "7 gwei" } };`,
    );
    const hre = await createHardhatRuntimeEnvironment({
      plugins: [portcullis],
      networks: {
        keyless: {
          type: "edr-simulated",
          accounts: [],
          signers: [
            { provider: "hardhat-keystore", key: "PORTCULLIS_TEST_KEY" },
            { provider: "development", account: 1 },
          ],
        },
        capped: {
          type: "edr-simulated",
          signers: [{ provider: "development", account: 1 }],
          fees: { maxFeePerGas: "50 gwei", maxPriorityFeePerGas: "2 gwei" },
        },
        cheap: {
          type: "edr-simulated",
          signers: [{ provider: "development", account: 1 }],
          fees: { maxFeePerGas: "1 wei" },
        },
        policied: { type: "edr-simulated", signers: policy },
        wrong: {
          type: "edr-simulated",
          signers: [{ provider: "development", account: 1 }],
          fees: { maxFeePerGas: "much" },
        },
      },
    });
    create = (network) => hre.network.create(network);
    connection = await hre.network.create("keyless");
    for (const address of [key, second])
      await connection.provider.request({
        method: "hardhat_setBalance",
        params: [address, numberToHex(parseEther("100"))],
      });
  });

  after(() => {
    delete process.env.PORTCULLIS_TEST_KEY;
  });

  it("behavior: lists its keys where the node has none", async () => {
    for (const method of ["eth_accounts", "eth_requestAccounts"])
      expect(await connection.provider.request({ method })).to.deep.equal([key, second]);
  });

  it("behavior: viem sends and signs, unmodified", async () => {
    const wallet = createWalletClient({ account: key, transport: custom(connection.provider) });
    const client = createPublicClient({ transport: custom(connection.provider) });
    const hash = await wallet.sendTransaction({ to: second, value: 5n, chain: null });
    expect((await client.getTransactionReceipt({ hash })).from).to.equal(key.toLowerCase());
    const signature = await wallet.signTypedData({ ...typed, primaryType: "Mail", account: key });
    expect(await verify({ ...typed, primaryType: "Mail", address: key, signature })).to.equal(true);
  });

  it("behavior: many transactions at once do not share a nonce", async () => {
    const wallet = createWalletClient({ account: second, transport: custom(connection.provider) });
    const hashes = await Promise.all(
      Array.from({ length: 5 }, () => wallet.sendTransaction({ to: key, value: 1n, chain: null })),
    );
    expect(new Set(hashes).size).to.equal(5);
  });

  it("behavior: ethers sends and signs, unmodified", async () => {
    const signer = await new BrowserProvider(connection.provider).getSigner(key);
    const sent = await signer.sendTransaction({ to: second, value: 7n });
    expect((await sent.wait())?.from).to.equal(key);
    expect(verifyMessage("hello", await signer.signMessage("hello"))).to.equal(key);
    const signature = await signer.signTypedData(typed.domain, typed.types, typed.message);
    expect(verifyTypedData(typed.domain, typed.types, typed.message, signature)).to.equal(key);
  });

  it("behavior: Safe's kit signs and executes, unmodified", async () => {
    const client = createPublicClient({ transport: custom(connection.provider), pollingInterval: 10 });
    const wallet = createWalletClient({ account: key, transport: custom(connection.provider) });
    const plan = planSafeDeployment({ chainId: 31337, owners: [key, second], threshold: 2, saltNonce: 1n });
    await deploySafes(
      { client, rpc: connection.provider, report: () => {} },
      new Map([["council", plan]]),
      async ({ to, value, data }) => {
        await client.waitForTransactionReceipt({
          hash: await wallet.sendTransaction({ to, value: value ?? 0n, data, chain: null }),
        });
      },
    );
    const {
      safeL2,
      multiSend,
      multiSendCallOnly,
      fallbackHandler,
      proxyFactory,
      signMessageLib,
      createCall,
      simulateTxAccessor,
    } = plan.infrastructure.contracts;
    const contractNetworks = {
      "31337": {
        safeSingletonAddress: safeL2,
        safeProxyFactoryAddress: proxyFactory,
        multiSendAddress: multiSend,
        multiSendCallOnlyAddress: multiSendCallOnly,
        fallbackHandlerAddress: fallbackHandler,
        signMessageLibAddress: signMessageLib,
        createCallAddress: createCall,
        simulateTxAccessorAddress: simulateTxAccessor,
      },
    };
    const provider = connection.provider as never;
    const open = (signer: string) =>
      Kit.init({ provider, signer, safeAddress: plan.address, contractNetworks });
    const first = await open(key);
    let transaction = await first.createTransaction({ transactions: [{ to: key, value: "0", data: "0x" }] });
    transaction = await first.signTransaction(transaction);
    const other = await open(second);
    transaction = await other.signTransaction(transaction);
    const { hash } = await other.executeTransaction(transaction);
    const receipt = await client.waitForTransactionReceipt({ hash: hash as `0x${string}` });
    expect(receipt.status).to.equal("success");
  });

  it("error: viem and ethers are refused fees above the ceilings, and nothing is signed", async () => {
    const { provider } = await create("capped");
    const wallet = createWalletClient({ account: second, transport: custom(provider) });
    const signer = await new BrowserProvider(provider).getSigner(second);
    const gwei = (amount: number) => BigInt(amount) * 10n ** 9n;
    const base = { to: key, value: 1n, chain: null } as const;
    const asked = [
      [
        { maxFeePerGas: gwei(60), maxPriorityFeePerGas: gwei(1) },
        "a fee of 60 gwei per gas; the ceiling is 50",
      ],
      [
        { maxFeePerGas: gwei(40), maxPriorityFeePerGas: gwei(3) },
        "a tip of 3 gwei per gas; the ceiling is 2",
      ],
      [{ gasPrice: gwei(60) }, "a fee of 60 gwei per gas; the ceiling is 50"],
      [{ gasPrice: gwei(40) }, "the ceiling is 2"],
    ] as const;
    for (const [fees, message] of asked) {
      expect(await refusal(wallet.sendTransaction({ ...base, ...fees } as never))).to.include(message);
      expect(await refusal(signer.sendTransaction({ to: key, value: 1n, ...fees }))).to.include(message);
    }
    const client = createPublicClient({ transport: custom(provider) });
    expect(await client.getTransactionCount({ address: second })).to.equal(0);

    const hash = await wallet.sendTransaction(base);
    const sent = await client.getTransaction({ hash });
    expect(Number(sent.maxFeePerGas)).to.be.at.most(50e9);
    expect(Number(sent.maxPriorityFeePerGas)).to.be.at.most(2e9);
    const below = { maxFeePerGas: gwei(50), maxPriorityFeePerGas: gwei(2) };
    expect((await (await signer.sendTransaction({ to: key, value: 1n, ...below })).wait())?.status).to.equal(
      1,
    );
  });

  it("error: where the next block costs more than the ceiling, viem and ethers are told", async () => {
    const { provider } = await create("cheap");
    const wallet = createWalletClient({ account: second, transport: custom(provider) });
    const signer = await new BrowserProvider(provider).getSigner(second);
    const message = "The next block costs";
    expect(await refusal(wallet.sendTransaction({ to: key, value: 1n, chain: null }))).to.include(message);
    expect(await refusal(signer.sendTransaction({ to: key, value: 1n }))).to.include(message);
  });

  it("behavior: a network that names a policy has its ceilings", async () => {
    const { provider } = await create("policied");
    const wallet = createWalletClient({ account: second, transport: custom(provider) });
    const fees = { maxFeePerGas: 8n * 10n ** 9n, maxPriorityFeePerGas: 1n };
    expect(await refusal(wallet.sendTransaction({ to: key, value: 1n, chain: null, ...fees }))).to.include(
      "the ceiling is 7",
    );
  });

  it("error: ceilings that cannot be read are no ceilings of zero or infinity", async () => {
    const { provider } = await create("wrong");
    const wallet = createWalletClient({ account: second, transport: custom(provider) });
    expect(await refusal(wallet.sendTransaction({ to: key, value: 1n, chain: null }))).to.include(
      "networks.wrong.fees.maxFeePerGas",
    );
  });

  it("error: other chains and bare digests are not signed for", async () => {
    const provider = connection.provider;
    const foreign = { ...typed, domain: { ...typed.domain, chainId: 1 }, primaryType: "Mail" };
    const refused = async (method: string, params: unknown[]) =>
      provider.request({ method, params }).then(
        () => "signed",
        (error: Error) => error.message,
      );
    expect(await refused("eth_signTypedData_v4", [key, JSON.stringify(foreign)])).to.include("chain 1");
    expect(await refused("eth_sendTransaction", [{ from: key, to: second, chainId: "0x1" }])).to.include(
      "chain 1",
    );
    expect(await refused("eth_sign", [key, `0x${"11".repeat(32)}`])).to.include("refused");
  });
});
