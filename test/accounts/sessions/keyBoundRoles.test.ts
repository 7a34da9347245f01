/** Accounts that hold roles of the real RoleManager, with key bindings, and sessions that use those roles. */
import { expect } from "chai";
import { type Address, encodeFunctionData, keccak256, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { roleManagerAbi } from "../../../src/abi/roleManager.ts";
import { vaultAbi } from "../../../src/abi/vault.ts";
import {
  ecdsaSigner,
  explainRefusal,
  type SessionGrant,
  session,
  signGrant,
  toPortcullisAccount,
  toSessionAccount,
} from "../../../src/accounts/index.ts";
import { signKeyProof, TIERS } from "../../../src/deploy/keyProof.ts";
import { deriveRoleId } from "../../../src/policy/roleId.ts";
import { refusesWith } from "../../refusedWith.ts";
import { createLocalWorld, type LocalWorld } from "../localWorld.ts";

const owner = ecdsaSigner(privateKeyToAccount(`0x${"a1".repeat(32)}`));
const key = ecdsaSigner(privateKeyToAccount(`0x${"b2".repeat(32)}`));
const ROLE = 7n;
const DAY = 86_400;
const CUSTODY = keccak256(stringToHex("where the owner's key is"));

describe("accounts/sessions under key-bound roles", () => {
  let world: LocalWorld;
  let manager: Address;
  let vault: Address;
  let account: Awaited<ReturnType<typeof open>>;

  const open = (salt: bigint) =>
    toPortcullisAccount({ client: world.client, owner, origin: { factory: world.factoryOf("0.9"), salt } });

  beforeEach(async () => {
    world = await createLocalWorld();
    account = await open(1n);
    await world.fund(account.address, "2");
    await run(account, { to: world.deployer, value: 1n });
    const admin = world.deployer;
    const registrar = deriveRoleId("registrar");
    const config = { admin: 0n, guardian: 0n };
    manager = (
      await world.deploy("RoleManager", [
        [admin],
        [{ id: ROLE, ...config, grantDelay: DAY, keyBound: true, label: "limiter" }],
        [
          { roleId: ROLE, account: account.address, executionDelay: 0, until: 0 },
          { roleId: registrar, account: admin, executionDelay: 0, until: 0 },
        ],
      ])
    ).address;
    const implementation = (await world.deploy("Vault")).address;
    const token = (await world.deploy("ExampleToken", [admin, 1n])).address;
    const init = encodeFunctionData({
      abi: vaultAbi,
      functionName: "initialize",
      args: [manager, token, 1n],
    });
    vault = (await world.deploy("ERC1967Proxy", [implementation, init])).address;
    const selectors = [setLimit(0n).slice(0, 10)];
    await administer("setTargetFunctionRole", [vault, selectors, ROLE]);
  });

  const setLimit = (limit: bigint) =>
    encodeFunctionData({ abi: vaultAbi, functionName: "setLimit", args: [limit] });
  const limit = async () =>
    (await world.client.readContract({ address: vault, abi: vaultAbi, functionName: "allowance" })).limit;

  async function administer(functionName: string, args: readonly unknown[]): Promise<void> {
    const call = { account: world.deployer, address: manager, abi: roleManagerAbi, functionName, args };
    const hash = await world.wallet.writeContract(call as never);
    await world.client.waitForTransactionReceipt({ hash });
  }

  async function run(
    as: Awaited<ReturnType<typeof toSessionAccount | typeof toPortcullisAccount>>,
    call: { to: Address; value?: bigint; data?: `0x${string}` },
  ): Promise<boolean> {
    const client = world.connect(as as typeof account);
    const hash = await client.sendUserOperation({ calls: [call] });
    return (await client.waitForUserOperationReceipt({ hash })).success;
  }

  /** The account proves its key by ERC-1271, and the registrar confirms it. */
  async function bind(): Promise<void> {
    const now = world.now();
    const rotateBy = now + 90 * DAY;
    const proof = {
      account: account.address,
      provider: "keystore",
      custody: CUSTODY,
      tier: TIERS.production,
      rotateBy,
      nonce: 0,
      deadline: now + DAY,
    };
    const signature = await signKeyProof(account as never, proof, { chainId: 31337, manager });
    await administer("bind", [proof, signature]);
    await administer("confirmBinding", [account.address, CUSTODY, TIERS.production, rotateBy]);
  }

  const grant = (): Promise<SessionGrant> =>
    signGrant({
      client: world.client,
      chainId: 31337,
      validator: world.sessions.address,
      account: account.address,
      owner,
      session: session({
        contracts: { vault: { address: vault, abi: vaultAbi } },
        may: { vault: { setLimit: {} } } as object,
        key,
        until: "2100-01-01",
        maxFeePerGas: "100 gwei",
        gasPerOperation: 2_000_000,
      }),
    });
  const act = async (granted: SessionGrant, data: `0x${string}`) =>
    run(await toSessionAccount({ client: world.client, grant: granted, key, now: world.now }), {
      to: vault,
      data,
    });
  const refusal = (acting: Promise<unknown>) =>
    acting.then(
      () => "done",
      (error) => explainRefusal(error).code,
    );

  it("behavior: a session uses a key-bound role once the account's key is bound, until that ends", async () => {
    await bind();
    const granted = await grant();
    expect(await act(granted, setLimit(5n))).to.equal(true);
    expect(await limit()).to.equal(5n);
    await administer("revokeBinding", [account.address]);
    expect(await refusal(act(granted, setLimit(6n)))).not.to.equal("done");
    expect(await limit()).to.equal(5n);
  });

  it("error: without a binding the role gives a session nothing", async () => {
    expect(await refusal(grant().then((granted) => act(granted, setLimit(5n))))).not.to.equal("done");
    expect(await limit()).to.equal(1n);
  });

  it("behavior: the session's own key needs neither role nor binding of its own", async () => {
    const held = await world.client.readContract({
      address: manager,
      abi: roleManagerAbi,
      functionName: "hasRole",
      args: [ROLE, key.signer as Address],
    });
    expect(held[0]).to.equal(false);
    await bind();
    expect(await act(await grant(), setLimit(5n))).to.equal(true);
  });

  it("error: what the manager would delay is refused when it is granted, by the client, and when it is made", async () => {
    await bind();
    const granted = await grant();
    const early = await toSessionAccount({ client: world.client, grant: granted, key, now: world.now });
    const before = await early.encodeCalls([{ to: vault, data: setLimit(5n) }]);
    await administer("grantRole", [ROLE, account.address, DAY]);
    await world.passTime(2 * DAY);
    await refusesWith(grant(), "SESSION_DELAYED_CALL");
    expect(await refusal(act(granted, setLimit(5n)))).to.equal("SESSION_DELAYED_CALL");
    // A client that does not look: the same call, as it was encoded before the delay, is refused where it is made.
    const limited = await toSessionAccount({ client: world.client, grant: granted, key, now: world.now });
    const client = world.connect(limited as never);
    const careless = client.sendUserOperation({ callData: before } as never);
    expect(await refusal(careless)).not.to.equal("done");
    expect(await limit()).to.equal(1n);
  });
});
