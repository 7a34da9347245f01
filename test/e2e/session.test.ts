/**
 * A bot acts through its session on the example vault, and is refused whatever else it tries; then its owner revokes it.
 * Beside it: an account of several people, who sign in turn, and one of a passkey, whose own device signs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createSmartAccountClient } from "permissionless";
import {
  type Address,
  createPublicClient,
  createTestClient,
  custom,
  encodeFunctionData,
  type Hex,
  http,
  parseAbi,
  parseEther,
  slice,
} from "viem";
import { hardhat } from "viem/chains";
import { vaultAbi } from "../../src/abi/vault.ts";
import {
  decodeSession,
  ecdsaSigner,
  explainRefusal,
  localBundler,
  type SessionGrant,
  toPortcullisAccount,
  toSessionAccount,
  webAuthnSigner,
} from "../../src/accounts/index.ts";
import { createPasskey } from "../accounts/devices.ts";
import { serveBundler } from "../accounts/serveBundler.ts";
import { developmentAccount } from "../safe/localSafe.ts";
import { createSandbox, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";

const token = parseAbi(["function transfer(address to, uint256 value) returns (bool)"]);

const passkey = createPasskey();

/** Accounts beside the example's, by what their sessions are. */
function declareAccounts({ joint, phone }: { joint: string; phone: string }): string {
  const [x, y] = [slice(passkey.publicKey, 0, 32), slice(passkey.publicKey, 32)];
  return `accounts: {
    joint: { owner: { threshold: 2, signers: { alice: 1, bob: 1, carol: 1 } }, sessions: {${joint}} },
    phone: { owner: { passkey: { x: "${x}", y: "${y}" } }, sessions: {${phone}} },`;
}

const pays = (perCall: string) =>
  `{ key: "bot", may: { vault: { receive: {} } }, value: { perCall: "${perCall}" }, until: "2027-12-31" }`;

interface Shown {
  address: Address;
  epoch: string;
  sessionValidator: Address;
  sessions: { name: string; status: string; terms: Hex; text: string }[];
}

describe("a bot with a session", function () {
  this.timeout(400_000);
  let node: LocalNode;
  let sandbox: Sandbox;
  let at: Record<string, Address>;
  let keeper: Shown;
  let example: string;

  const run = (...args: string[]) => sandbox.hardhat(...args, "--network", "localhost");
  const json = async (...args: string[]) => {
    const { stdout, stderr, code } = await run(...args, "--json");
    expect(code, stderr + stdout).to.equal(0);
    return JSON.parse(stdout);
  };
  const show = async (account = "keeper"): Promise<Shown> =>
    (await json("account", "show", account)).accounts[0];
  const declare = (sessions: Parameters<typeof declareAccounts>[0]) =>
    writeFileSync(
      join(sandbox.root, "deploy/policies/example.ts"),
      example.replace("accounts: {", declareAccounts(sessions)),
    );

  before(async () => {
    node = await startNode("hardhat");
    sandbox = createSandbox(node.url);
    example = readFileSync(join(sandbox.root, "deploy/policies/example.ts"), "utf8");
    declare({ joint: `first: ${pays("1 ether")}`, phone: "" });
    const { manifest } = await json("deploy", "--yes");
    at = Object.fromEntries(
      manifest.contracts.map((c: { name: string; address: Address }) => [c.name, c.address]),
    );
    keeper = await show();
    const chain = createTestClient({ chain: hardhat, mode: "hardhat", transport: http(node.url) });
    await chain.setBalance({ address: keeper.address, value: parseEther("10") });
  });

  after(() => {
    node?.stop();
    sandbox?.remove();
  });

  const chain = () => createPublicClient({ chain: hardhat, transport: http(node.url), cacheTime: 0 });

  /** What the bot's own program does, with its key and the terms of its session. */
  async function act(call: { to: Address; value?: bigint; data?: Hex }, signer = 11): Promise<boolean> {
    const client = chain();
    const seconds = Number((await client.getBlock()).timestamp);
    const grant: SessionGrant = {
      chainId: 31337,
      validator: keeper.sessionValidator,
      account: keeper.address,
      epoch: BigInt(keeper.epoch),
      session: decodeSession(keeper.sessions[0]?.terms as Hex),
    };
    const account = await toSessionAccount({
      client,
      grant,
      key: ecdsaSigner(developmentAccount(signer)),
      now: () => seconds,
    });
    const bundler = localBundler({ client, signer: developmentAccount(19), now: () => seconds });
    const bot = createSmartAccountClient({
      account,
      chain: hardhat,
      client,
      bundlerTransport: custom(bundler, { retryCount: 0 }),
      pollingInterval: 50,
    });
    const hash = await bot.sendUserOperation({ calls: [call] });
    return (await bot.waitForUserOperationReceipt({ hash })).success;
  }

  /** In words, with the project's names. */
  const refusal = (run: Promise<unknown>): Promise<string> =>
    run.then(
      () => "nothing was refused",
      (error) => explainRefusal(error, { chainId: 31337, entries: names() }).message,
    );

  const names = () => [
    { name: "vault", address: at.vault as Address, abi: vaultAbi },
    { name: "token", address: at.token as Address, abi: token },
  ];

  const call = (functionName: "pause" | "unpause") => encodeFunctionData({ abi: vaultAbi, functionName });

  it("behavior: the deployment created the account and its owner granted the session", () => {
    expect(keeper.address).to.equal(at.keeper);
    expect(keeper.sessions.map(({ name, status }) => [name, status])).to.deep.equal([
      ["keeper.daily", "granted"],
    ]);
    expect(keeper.sessions[0]?.text)
      .to.match(/call vault\.pause/)
      .and.match(/token\.transfer where to/);
  });

  it("behavior: the owner named its guardians in the same deployment, and they are shown in words", async () => {
    const { stdout } = await run("account", "show", "keeper");
    expect(stdout)
      .to.match(/recovery +by 2 of frank, grace, heidi, after 2 days/)
      .and.match(/weight 2 needed, waits 2 days, then open for 7 days, 3 vetoes, freeze of 2 days/)
      .and.match(/guardian +frank \(0x.*\) weighs 1\n/)
      .and.match(/last proof +.*frank: never/)
      .and.match(/pending +nothing/)
      .and.match(/vetoes +3 left/);
  });

  it("behavior: roles who walks through the account to its owner and to the bot", async () => {
    const { stdout } = await run("roles", "who", "vault.pause");
    expect(stdout).to.match(/watcher owns the account keeper/);
    expect(stdout).to.match(/bot acts as keeper by a session/);
    const { stdout: other } = await run("roles", "who", "vault.withdraw");
    expect(other).not.to.match(/bot/);
  });

  it("behavior: the bot sends ether to the vault, and stops it", async () => {
    expect(await act({ to: at.vault as Address, value: parseEther("1") })).to.equal(true);
    expect(await chain().getBalance({ address: at.vault as Address })).to.equal(parseEther("1"));
    expect(await act({ to: at.vault as Address, data: call("pause") })).to.equal(true);
    const paused = { address: at.vault as Address, abi: vaultAbi, functionName: "paused" } as const;
    expect(await chain().readContract(paused)).to.equal(true);
  });

  it("error: whatever the session does not name is refused, and says why", async () => {
    const vault = at.vault as Address;
    expect(await refusal(act({ to: vault, data: call("unpause") }))).to.equal(
      "vault.unpause is not among the session's calls",
    );
    expect(await refusal(act({ to: vault, value: parseEther("2") }))).to.match(
      /2 ether is more than the 1 ether/,
    );
    const stolen = encodeFunctionData({
      abi: token,
      functionName: "transfer",
      args: [developmentAccount(11).address, 1n],
    });
    expect(await refusal(act({ to: at.token as Address, data: stolen }))).to.equal(
      "token.transfer is among the session's calls, but not with these arguments",
    );
    expect(await refusal(act({ to: vault, value: 1n }, 12))).to.match(/another key's/);
  });

  it("behavior: the owner revokes it at once, the bot is out, and a plan would grant it again", async () => {
    const { plan } = await json("session", "revoke", "keeper.daily", "--yes", "--simulator", "embedded");
    expect(plan.steps.map((s: { effect: string }) => s.effect)).to.deep.equal(["tightening"]);
    expect(await refusal(act({ to: at.vault as Address, value: 1n }))).to.match(/revoked/i);
    expect((await show()).sessions.map(({ status }) => status)).to.deep.equal(["revoked"]);
    const drift = await run("roles", "plan");
    expect(drift.stdout).to.match(/Grant the session daily of keeper/);
  });

  it("behavior: granted again it is another session, with the same terms", async () => {
    await json("session", "grant", "keeper.daily", "--yes", "--simulator", "embedded");
    keeper = await show();
    expect(keeper.sessions.map(({ status }) => status)).to.include("granted");
    keeper.sessions = keeper.sessions.filter(({ status }) => status === "granted");
    expect(await act({ to: at.vault as Address, value: 1n })).to.equal(true);
  });

  it("behavior: all of an account's sessions end with one word of its owner, through a bundler by its URL", async () => {
    const client = chain();
    const now = () => Math.floor(Date.now() / 1000);
    const service = await serveBundler(localBundler({ client, signer: developmentAccount(18), now }));
    const balance = () => client.getBalance({ address: keeper.address });
    const before = await balance();
    try {
      await json("session", "revoke", "keeper", "--yes", "--simulator", "embedded", "--bundler", service.url);
    } finally {
      service.stop();
    }
    expect((await show()).epoch).not.to.equal(keeper.epoch);
    // The account paid, and no key of the policy.
    expect((await balance()) < before).to.equal(true);
    expect(await refusal(act({ to: at.vault as Address, value: 1n }))).to.match(/revoked|not granted|epoch/i);
  });

  it("error: a bundler that is none is met with what to write instead, and nothing is signed", async () => {
    const { code, stderr } = await run(
      ...["session", "grant", "keeper.daily", "--yes", "--simulator", "embedded", "--bundler", node.url],
    );
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/cannot be used: it refuses eth_supportedEntryPoints/)
      .and.match(/--bundler none/);
  });

  it("behavior: account show says which people and which passkey own an account", async () => {
    const { stdout } = await run("account", "show");
    expect(stdout)
      .to.match(/joint at 0x\w+\n.*\n +owner +2 of alice, bob, carol\n/)
      .and.include(`a key that webAuthnVerifier checks: ${passkey.publicKey}`);
  });

  it("behavior: two of three owners sign one after the other, in the deployment and for a grant", async () => {
    const status = async () => (await show("joint")).sessions.map(({ name, status }) => [name, status]);
    expect(await status()).to.deep.equal([["joint.first", "granted"]]);
    const joint = `first: ${pays("1 ether")}, second: ${pays("2 ether")}`;
    declare({ joint, phone: "" });
    await json("session", "grant", "joint.second", "--yes", "--simulator", "embedded");
    expect(await status()).to.deep.equal([
      ["joint.first", "granted"],
      ["joint.second", "granted"],
    ]);
  });

  it("error: what a passkey owns says what its device is to sign; a program beside it sends that", async () => {
    declare({ joint: "", phone: `only: ${pays("1 ether")}` });
    const { stdout, code } = await run(
      ...["session", "grant", "phone.only", "--yes", "--simulator", "embedded", "--json"],
    );

    expect(code, stdout).to.equal(1);
    const { error } = JSON.parse(stdout);
    expect(error.code).to.equal("OWNER_SIGNS_ELSEWHERE");
    expect(error.hint).to.match(/send the operation of details\.callData from a program next to the device/);
    expect((await show("phone")).sessions.map(({ status }) => status)).to.deep.equal(["not granted"]);

    const client = chain();
    const now = () => Math.floor(Date.now() / 1000);
    const verifier = at.webAuthnVerifier as Address;
    const account = await toPortcullisAccount({
      client,
      owner: webAuthnSigner({ verifier, account: passkey }),
      address: at.phone as Address,
    });
    await createTestClient({ chain: hardhat, mode: "hardhat", transport: http(node.url) }).setBalance({
      address: account.address,
      value: parseEther("1"),
    });
    const device = createSmartAccountClient({
      account,
      chain: hardhat,
      client,
      bundlerTransport: custom(localBundler({ client, signer: developmentAccount(19), now }), {
        retryCount: 0,
      }),
      pollingInterval: 50,
    });
    const hash = await device.sendUserOperation({ callData: error.details.callData });
    expect((await device.waitForUserOperationReceipt({ hash })).success).to.equal(true);
    expect((await show("phone")).sessions.map(({ status }) => status)).to.deep.equal(["granted"]);
  });

  it("error: a name nobody has is met with the nearest", async () => {
    const { code, stderr } = await run("session", "grant", "keeper.dayly");
    expect(code).to.equal(1);
    expect(stderr).to.match(/did you mean keeper\.daily/);
  });
});
