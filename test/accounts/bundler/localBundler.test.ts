import { expect } from "chai";
import { encodeFunctionData, type Hex, numberToHex, parseEther } from "viem";
import { formatUserOperationRequest, type UserOperation } from "viem/account-abstraction";
import { privateKeyToAccount } from "viem/accounts";
import {
  bundlerCodes,
  ecdsaSigner,
  entryPoints,
  explainRefusal,
  toPortcullisAccount,
} from "../../../src/accounts/index.ts";
import { createLocalWorld, type LocalWorld } from "../localWorld.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const shop = `0x${"5b".repeat(20)}` as const;

describe("accounts/bundler/localBundler", () => {
  let world: LocalWorld;
  let salt = 0n;
  before(async () => {
    world = await createLocalWorld();
  });

  const open = async (entryPoint: "0.7" | "0.9" = "0.9", ether = "1") => {
    const origin = { factory: world.factoryOf(entryPoint), salt: salt++ };
    const account = await toPortcullisAccount({ client: world.client, entryPoint, owner, origin });
    if (ether !== "0") await world.fund(account.address, ether);
    return world.connect(account);
  };
  const ask = (method: string, ...params: unknown[]) => world.bundler.request({ method, params });
  const refusal = (method: string, ...params: unknown[]): Promise<{ code?: number; message: string }> =>
    ask(method, ...params).then(
      () => expect.fail(`${method} was answered`),
      (error) => error,
    );
  const sent = () => world.client.getTransactionCount({ address: world.bundlerSigner });
  const rpc = (operation: object) => formatUserOperationRequest(operation as UserOperation);

  /** Signed and complete, as it would be sent; `change` is made before it is signed. */
  async function prepare(client: Awaited<ReturnType<typeof open>>, change: object = {}, value = 1n) {
    const prepared = await client.prepareUserOperation({ calls: [{ to: shop, value }] });
    const operation = { ...prepared, ...change };
    const signature = await client.account.signUserOperation(operation);
    return rpc({ ...operation, signature });
  }

  it("behavior: says its chain and entry points", async () => {
    expect(await ask("eth_chainId")).to.equal("0x7a69");
    expect(await ask("eth_supportedEntryPoints")).to.deep.equal([
      entryPoints["0.9"].address,
      entryPoints["0.7"].address,
    ]);
  });

  for (const entryPoint of ["0.9", "0.7"] as const) {
    it(`behavior: an operation is found by its hash, with its own logs, on v${entryPoint}; the signer is repaid`, async () => {
      const client = await open(entryPoint);
      const before = await world.client.getBalance({ address: world.bundlerSigner });
      const hash = await client.sendUserOperation({ calls: [{ to: shop, value: 3n }] });
      const receipt = await client.waitForUserOperationReceipt({ hash });
      expect(receipt).to.deep.include({ success: true, userOpHash: hash, nonce: 0n });
      expect(receipt.logs.at(-1)?.topics[1]).to.equal(hash);
      const { userOperation, transactionHash } = await client.getUserOperation({ hash });
      expect(userOperation.sender).to.equal(client.account.address);
      expect(transactionHash).to.equal(receipt.receipt.transactionHash);
      expect((await world.client.getBalance({ address: world.bundlerSigner })) >= before).to.equal(true);
    });

    it(`behavior: the estimate is what the operation takes, and little more, on v${entryPoint}`, async () => {
      const client = await open(entryPoint);
      await client.waitForUserOperationReceipt({
        hash: await client.sendUserOperation({ calls: [{ to: shop, value: 1n }] }),
      });
      const operation = await client.prepareUserOperation({ calls: [{ to: shop, value: 1n }] });
      const { callGasLimit, verificationGasLimit, preVerificationGas } = operation;
      const limits = callGasLimit + verificationGasLimit + preVerificationGas;
      const hash = await client.sendUserOperation({ calls: [{ to: shop, value: 1n }] });
      const { actualGasUsed } = await client.waitForUserOperationReceipt({ hash });
      expect(actualGasUsed <= limits).to.equal(true);
      expect(limits < actualGasUsed * 2n).to.equal(true);

      // A quarter less of either is refused: neither is a number out of the air.
      const account = client.account;
      const short = async (change: object) => {
        const next = {
          ...(await client.prepareUserOperation({ calls: [{ to: shop, value: 1n }] })),
          ...change,
        };
        return refusal(
          "eth_sendUserOperation",
          rpc({ ...next, signature: await account.signUserOperation(next) }),
          entryPoints[entryPoint].address,
        );
      };
      expect((await short({ callGasLimit: callGasLimit / 4n })).code).to.equal(bundlerCodes.callReverted);
      expect((await short({ verificationGasLimit: verificationGasLimit / 4n })).code).to.equal(
        bundlerCodes.rejectedByAccount,
      );
    });
  }

  it("error: what would fail is refused with ERC-4337's code, in words, and never sent", async () => {
    const client = await open();
    const before = await sent();
    const send = (operation: unknown, entryPoint: Hex = entryPoints["0.9"].address) =>
      refusal("eth_sendUserOperation", operation, entryPoint);
    const good = await prepare(client);

    const cases: [refused: Promise<{ code?: number; message: string }>, code: number, explained: string][] = [
      [
        send({ ...good, signature: `0x${"11".repeat(64)}1b` }),
        bundlerCodes.wrongSignature,
        "OPERATION_WRONG_SIGNATURE",
      ],
      [send(await prepare(client, { nonce: 5n })), bundlerCodes.rejectedByAccount, "OPERATION_WRONG_NONCE"],
      [
        send(await prepare(await open("0.9", "0"), {}, 0n)),
        bundlerCodes.rejectedByAccount,
        "ACCOUNT_CANNOT_PAY",
      ],
      [
        send({ ...good, factory: undefined, factoryData: undefined }),
        bundlerCodes.rejectedByAccount,
        "ACCOUNT_NOT_CREATED",
      ],
      [
        send(
          await prepare(client, {
            callData: await client.account.encodeCalls([{ to: shop, value: parseEther("9") }]),
          }),
        ),
        bundlerCodes.callReverted,
        "OPERATION_CALL_REVERTED",
      ],
    ];
    for (const [refused, code, explained] of cases) {
      const error = await refused;
      expect(error.code, error.message).to.equal(code);
      expect(explainRefusal(error).code).to.equal(explained);
    }
    expect(await sent()).to.equal(before);
    expect(await ask("eth_sendUserOperation", good, entryPoints["0.9"].address)).to.match(/^0x[0-9a-f]{64}$/);
    expect(await sent()).to.equal(before + 1);
  });

  it("error: a target's own error is read with its ABI", async () => {
    const client = await open();
    const token = await world.deploy("ExampleToken", [world.deployer, 1n]);
    const data = encodeFunctionData({ abi: token.abi, functionName: "transfer", args: [shop, 5n] });
    const book = { chainId: 31337, entries: [{ name: "token", ...token }] };
    const error = await client
      .sendUserOperation({ calls: [{ to: token.address, data }] })
      .catch((e) => explainRefusal(e, book));
    expect(error).to.include({ code: "OPERATION_CALL_REVERTED" });
    expect((error as Error).message).to.match(
      /^The operation's call reverted: ERC20InsufficientBalance\(0x\w{40}, 0, 5\)$/,
    );
  });

  it("error: requests that no bundler answers, and entry points of others", async () => {
    const good = await prepare(await open());
    const at = entryPoints["0.9"].address;
    expect((await refusal("eth_sendTransaction")).code).to.equal(bundlerCodes.methodNotFound);
    expect((await refusal("eth_sendUserOperation", good, shop)).message).to.include("(v0.9)");
    const malformed = await refusal("eth_sendUserOperation", { ...good, nonce: "ten", extra: 1 }, at);
    expect(malformed.code).to.equal(bundlerCodes.invalidParams);
    expect(malformed.message).to.match(/nonce: a quantity in hex.*extra/);
    expect((await refusal("eth_getUserOperationReceipt", "0x12")).code).to.equal(bundlerCodes.invalidParams);
    expect(await ask("eth_getUserOperationReceipt", numberToHex(1, { size: 32 }))).to.equal(null);
    expect(await ask("eth_getUserOperationByHash", numberToHex(1, { size: 32 }))).to.equal(null);
  });
});
