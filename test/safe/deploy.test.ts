import { expect } from "chai";
import { network } from "hardhat";
import { type Address, createWalletClient, custom, type Hex, keccak256, publicActions } from "viem";
import { hardhat } from "viem/chains";
import type { PortcullisError } from "../../src/errors.ts";
import { safeAbi, safeProxyFactoryAbi } from "../../src/safe/abi.ts";
import { safeProxyCreationCode } from "../../src/safe/creationCode.ts";
import { planSafeDeployment } from "../../src/safe/deploy.ts";
import { type DeploymentStep, safeInfrastructure } from "../../src/safe/infrastructure.ts";

describe("safe/deploy", () => {
  it("behavior: a local Safe lands on its predicted address, on the canonical contracts", async () => {
    const { client, sender } = await connect();
    const owners = (await client.getAddresses()).slice(0, 5);
    const plan = planSafeDeployment({ chainId: 31337, owners, threshold: 3, saltNonce: 7n });
    for (const step of plan.steps) await send(client, sender, step);

    expect(await client.getCode({ address: plan.address })).to.not.equal(undefined);
    const safe = { address: plan.address, abi: safeAbi } as const;
    expect(await client.readContract({ ...safe, functionName: "getThreshold" })).to.equal(3n);
    expect([...(await client.readContract({ ...safe, functionName: "getOwners" }))].sort()).to.deep.equal(
      [...owners].sort(),
    );
    expect(await client.readContract({ ...safe, functionName: "VERSION" })).to.equal("1.4.1");
    expect(
      await client.readContract({
        address: plan.infrastructure.contracts.proxyFactory,
        abi: safeProxyFactoryAbi,
        functionName: "proxyCreationCode",
      }),
    ).to.equal(safeProxyCreationCode);
    expect(plan.infrastructure.contracts).to.deep.equal(safeInfrastructure(1).contracts);
    const code = (await client.getCode({ address: plan.singleton })) as Hex;
    expect(keccak256(code)).to.equal("0xb1f926978a0f44a2c0ec8fe822418ae969bd8c3f18d61e5103100339894f81ff");
  });

  it("behavior: the address does not depend on the order of the owners, but on everything else", () => {
    const [a, b, c] = [11n, 12n, 13n].map((n) => `0x${n.toString(16).padStart(40, "0")}` as Address);
    const of = (owners: Address[], threshold = 2, saltNonce = 0n) =>
      planSafeDeployment({ chainId: 10, owners, threshold, saltNonce }).address;
    expect(of([a!, b!, c!])).to.equal(of([c!, a!, b!]));
    expect(
      new Set([of([a!, b!, c!]), of([a!, b!]), of([a!, b!, c!], 3), of([a!, b!, c!], 2, 1n)]).size,
    ).to.equal(4);
  });

  it("behavior: nothing but the proxy is created on public chains", () => {
    const owner = "0x000000000000000000000000000000000000000b" as Address;
    const plan = planSafeDeployment({ chainId: 1, owners: [owner], threshold: 1, saltNonce: 0n });
    expect(plan.steps.length).to.equal(1);
    expect(plan.singleton).to.equal("0x41675C099F32341bf84BFc5382aF534df5C7461a");
  });

  it("error: chains without Safe, zkSync's rules, impossible owners and thresholds", () => {
    const owner = "0x000000000000000000000000000000000000000b" as Address;
    const plan = (chainId: number, owners: Address[], threshold: number) => () =>
      planSafeDeployment({ chainId, owners, threshold, saltNonce: 0n });
    expectCode(plan(987654321, [owner], 1), "SAFE_NOT_PUBLISHED");
    expectCode(plan(1, [owner, owner], 1), "SAFE_OWNERS_INVALID");
    expectCode(plan(1, ["0x0000000000000000000000000000000000000001"], 1), "SAFE_OWNERS_INVALID");
    expectCode(plan(1, [owner], 2), "SAFE_THRESHOLD_INVALID");
    expectCode(plan(1, [owner], 0), "SAFE_THRESHOLD_INVALID");
  });
});

function expectCode(run: () => unknown, code: string): void {
  try {
    run();
  } catch (error) {
    expect((error as PortcullisError).code).to.equal(code);
    return;
  }
  expect.fail(`expected ${code}`);
}

async function connect() {
  const connection = await network.create();
  const wallet = createWalletClient({ chain: hardhat, transport: custom(connection.provider) }).extend(
    publicActions,
  );
  const [sender] = (await wallet.getAddresses()) as [Address];
  return { client: wallet, sender };
}

async function send(
  client: Awaited<ReturnType<typeof connect>>["client"],
  from: Address,
  step: DeploymentStep,
) {
  if (await client.getCode({ address: step.creates })) return;
  const hash =
    step.kind === "broadcast"
      ? await client.sendRawTransaction({ serializedTransaction: step.serialized })
      : await client.sendTransaction({
          account: from,
          to: step.to,
          value: step.value,
          ...(step.kind === "call" ? { data: step.data } : {}),
        });
  await client.waitForTransactionReceipt({ hash });
}
