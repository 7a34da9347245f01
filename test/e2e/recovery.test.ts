/** A lost owner is replaced by two of three guardians, from the command line; each step as whoever takes it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { createSmartAccountClient } from "permissionless";
import {
  type Abi,
  type Address,
  createTestClient,
  custom,
  type Hex,
  http,
  parseEther,
  publicActions,
  walletActions,
} from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { hardhat } from "viem/chains";
import {
  decodeSession,
  ecdsaSigner,
  encodeTerms,
  explainRefusal,
  localBundler,
  planInstall,
  toPortcullisAccount,
  toSessionAccount,
} from "../../src/accounts/index.ts";
import { developmentAccount } from "../safe/localSafe.ts";
import { createSandbox, type LocalNode, type Run, type Sandbox, startNode } from "../sandbox.ts";

const DAY = 86_400;
/** Development accounts, by their names in the example policy. */
const names = { erin: 5, frank: 6, grace: 7, heidi: 8, watcher: 10, bot: 11 };
const key = (name: keyof typeof names) => developmentAccount(names[name]);
const [erin, frank, grace] = [key("erin"), key("frank"), key("grace")];
const [heidi, watcher, bot] = [key("heidi"), key("watcher"), key("bot")];

describe("a lost owner", function () {
  this.timeout(600_000);
  let node: LocalNode;
  let sandbox: Sandbox;
  /** A guardian's own machine: the project without its build, and no node. */
  let elsewhere: Sandbox;
  let keeper: Address;
  let session: { validator: Address; epoch: bigint; terms: Hex };
  let file: string;

  const run = (...args: string[]) => sandbox.hardhat(...args, "--network", "localhost");
  const json = async (...args: string[]) => {
    const { stdout, stderr } = await run(...args, "--json");
    try {
      return JSON.parse(stdout);
    } catch {
      return expect.fail(`no JSON: ${stdout}${stderr}`);
    }
  };
  const offline = (...args: string[]) => elsewhere.hardhat("recovery", "approve", ...args);
  const words = ({ stdout, stderr }: Run) => stdout + stderr;

  const chain = () =>
    createTestClient({ chain: hardhat, mode: "hardhat", transport: http(node.url), cacheTime: 0 })
      .extend(publicActions)
      .extend(walletActions);

  async function connect(open: (now: () => number) => Promise<SmartAccount>) {
    const seconds = Number((await chain().getBlock()).timestamp);
    const now = () => seconds;
    return createSmartAccountClient({
      account: await open(now),
      chain: hardhat,
      client: chain(),
      bundlerTransport: custom(localBundler({ client: chain(), signer: developmentAccount(19), now }), {
        retryCount: 0,
      }),
      pollingInterval: 50,
    });
  }
  const asOwner = (owner: ReturnType<typeof developmentAccount>) =>
    connect(() => toPortcullisAccount({ client: chain(), owner: ecdsaSigner(owner), address: keeper }));
  const asBot = () =>
    connect((now) => {
      const { terms, ...place } = session;
      const grant = { chainId: 31337, account: keeper, ...place, session: decodeSession(terms) };
      return toSessionAccount({ client: chain(), grant, key: ecdsaSigner(bot), now });
    });
  const call = { to: erin.address, value: 1n };
  const act = async (client: Awaited<ReturnType<typeof connect>>, calls: readonly object[] = [call]) => {
    const hash = await client.sendUserOperation({ calls } as never);
    return (await client.waitForUserOperationReceipt({ hash })).success;
  };
  const refusal = (acting: Promise<unknown>) =>
    acting.then(
      () => "nothing was refused",
      (error) => explainRefusal(error).code,
    );

  before(async () => {
    node = await startNode("hardhat");
    sandbox = createSandbox(node.url);
    elsewhere = createSandbox("http://127.0.0.1:9");
    for (const folder of ["artifacts", "cache", "contracts"])
      rmSync(join(elsewhere.root, folder), { recursive: true });
    file = join(sandbox.root, "recovery-keeper.json");
    const deployed = await run("deploy", "--yes");
    expect(deployed.code, words(deployed)).to.equal(0);
    const { accounts } = await json("account", "show", "keeper");
    keeper = accounts[0].address;
    const { epoch, sessionValidator, sessions } = accounts[0];
    session = { validator: sessionValidator, epoch: BigInt(epoch), terms: sessions[0].terms };
    await chain().setBalance({ address: keeper, value: parseEther("10") });
    await guard();
  });

  /** The owner installs the module with three guardians. */
  async function guard(): Promise<void> {
    const { abi, bytecode } = await hre.artifacts.readArtifact("GuardianRecovery");
    const hash = await chain().deployContract({
      account: developmentAccount(0),
      abi: abi as Abi,
      bytecode: bytecode as Hex,
    });
    const { contractAddress } = await chain().waitForTransactionReceipt({ hash });
    const terms = encodeTerms({
      guardians: [frank, grace, heidi].map((key) => ({
        signer: key.address.toLowerCase() as Hex,
        weight: 1,
      })),
      threshold: 2,
      delay: BigInt(2 * DAY),
      expiry: BigInt(7 * DAY),
      vetoes: 3,
      refill: BigInt(30 * DAY),
      freeze: BigInt(DAY),
      rest: BigInt(7 * DAY),
      quarantine: { duration: BigInt(DAY), limit: parseEther("1") },
    });
    const install = { ...planInstall(keeper, contractAddress as Address, terms), value: 0n };
    expect(await act(await asOwner(watcher), [install])).to.equal(true);
  }

  after(() => {
    node?.stop();
    sandbox?.remove();
    elsewhere?.remove();
  });

  it("behavior: status says who guards it and what each can do", async () => {
    const shown = await run("recovery", "status", "--account", "keeper");
    expect(shown.code, words(shown)).to.equal(0);
    expect(shown.stdout)
      .to.match(/guardian +frank .* weighs 1/)
      .and.match(/weight 2 needed, waits 2 days/)
      .and.match(/pending +nothing/)
      .and.match(/recovery propose --account keeper .*--network localhost/)
      .and.match(/recovery freeze --account keeper/);
  });

  it("error: a contract, the present owner and nobody are refused as new owners", async () => {
    const propose = (owner: string) => run("recovery", "propose", "--account", "keeper", "--owner", owner);
    expect(words(await propose("council"))).to.match(/it is a contract on chain 31337/);
    expect(words(await propose("watcher"))).to.match(/it is the owner already/);
    expect(words(await propose("keeper"))).to.match(/an account does not own itself/);
    expect(words(await propose("erni"))).to.match(/did you mean erin\?/);
  });

  it("behavior: propose writes a file that says in words what is asked for", async () => {
    const proposed = await run(
      ...["recovery", "propose", "--account", "keeper", "--owner", "erin", "--reason", "phone lost", "--yes"],
    );
    expect(proposed.code, words(proposed)).to.equal(0);
    expect(proposed.stdout)
      .to.match(/Give a new owner to keeper \(0x/)
      .and.match(/new owner +erin/);
    expect(
      await json("recovery", "propose", "--account", "keeper", "--owner", "erin", "--yes"),
    ).to.have.nested.property("error.code", "APPROVAL_FILE_EXISTS");
  });

  it("behavior: guardians approve offline, without a node and without a build", async () => {
    const seen = await offline("--file", file, "--as", "frank", "--dry-run");
    expect(seen.code, words(seen)).to.equal(0);
    expect(seen.stdout)
      .to.include(erin.address.toLowerCase())
      .and.to.match(/domain +0x[0-9a-f]{64}/);
    const signed = await offline("--file", file, "--as", "frank", "--yes");
    expect(signed.code, words(signed)).to.equal(0);
    expect(words(await offline("--file", file, "--as", "frank", "--yes"))).to.match(
      /has signed this file already/,
    );
    expect(words(await offline("--file", file, "--as", "watcher", "--yes"))).to.match(
      /guards none of the accounts/,
    );
  });

  it("error: one of two is not enough, and who is missing is said", async () => {
    const early = await run("recovery", "execute", "--file", file, "--yes");
    expect(early.code).to.equal(1);
    expect(words(early)).to.match(/1 of 2 weight; (grace and heidi|heidi and grace) are missing/);
    expect(words(early)).to.match(/recovery approve --file/);
  });

  it("behavior: with two of three it is asked for, and waits", async () => {
    const signed = await offline("--file", file, "--as", "grace", "--yes");
    expect(signed.code, words(signed)).to.equal(0);
    const dry = await run("recovery", "execute", "--file", file, "--dry-run");
    expect(dry.stdout, words(dry)).to.match(/guardianRecovery\.schedule/);
    const scheduled = await run("recovery", "execute", "--file", file, "--yes");
    expect(scheduled.code, words(scheduled)).to.equal(2);
    expect(scheduled.stdout).to.match(/can be executed from \d{4}-/);
    const again = await run("recovery", "execute", "--file", file, "--yes");
    expect(again.code, words(again)).to.equal(2);
    const status = await run("recovery", "status", "--account", "keeper");
    expect(status.code, words(status)).to.equal(2);
    expect(status.stdout)
      .to.match(/pending +erin/)
      .and.match(/the owner: veto it, with one of 3 vetoes/);
    expect(await act(await asOwner(watcher))).to.equal(true);
  });

  it("behavior: after the delay anyone puts the new owner in", async () => {
    await node.passTime(2 * DAY + 1);
    const done = await run("recovery", "execute", "--file", file, "--yes");
    expect(done.code, words(done)).to.equal(0);
    expect(done.stdout).to.match(/erin .* owns keeper/);
    const again = await json("recovery", "execute", "--file", file, "--yes");
    expect(again).to.deep.include({ next: { kind: "done" }, sent: null });
    const { accounts } = await json("recovery", "status", "--account", "keeper");
    expect(accounts[0].owner).to.equal(erin.address.toLowerCase());
    expect(accounts[0].quarantine.left).to.equal(String(parseEther("1")));
  });

  it("behavior: the new owner acts; the old one and the session do not", async () => {
    expect(await act(await asOwner(erin))).to.equal(true);
    expect(await refusal(asOwner(watcher).then((client) => act(client)))).to.equal(
      "OPERATION_WRONG_SIGNATURE",
    );
    expect(await refusal(asBot().then((client) => act(client)))).to.match(/SESSION_|OPERATION_/);
  });

  it("behavior: the owner vetoes what it does not want, and the signatures are void", async () => {
    const other = join(sandbox.root, "other.json");
    const ask = [
      ...["recovery", "propose", "--account", "keeper", "--owner", "heidi"],
      "--file",
      other,
      "--yes",
    ];
    expect((await run(...ask)).code).to.equal(0);
    for (const name of ["frank", "heidi"]) await offline("--file", other, "--as", name, "--yes");
    expect((await run("recovery", "execute", "--file", other, "--yes")).code).to.equal(2);
    const vetoed = await run("recovery", "cancel", "--account", "keeper", "--yes", "--simulator", "embedded");
    expect(vetoed.code, words(vetoed)).to.equal(0);
    const { accounts } = await json("recovery", "status", "--account", "keeper");
    expect(accounts[0].state.vetoes.left).to.equal("2");
    expect(accounts[0].state).not.to.have.property("request");
    const late = await json("recovery", "execute", "--file", other, "--yes");
    expect(late.error.code).to.equal("APPROVALS_VOID");
  });

  it("behavior: one guardian freezes, two lift it", async () => {
    const frozen = await run("recovery", "freeze", "--account", "keeper", "--as", "frank", "--yes");
    expect(frozen.code, words(frozen)).to.equal(0);
    expect(await refusal(asOwner(erin).then((client) => act(client)))).to.equal("ACCOUNT_FROZEN");
    const twice = await run("recovery", "freeze", "--account", "keeper", "--as", "grace", "--yes");
    expect(words(twice)).to.match(/is frozen until/);
    const lift = join(sandbox.root, "lift.json");
    const begun = await run(
      ...["recovery", "freeze", "--account", "keeper", "--lift", "--as", "grace", "--file", lift, "--yes"],
    );
    expect(begun.code, words(begun)).to.equal(2);
    await offline("--file", lift, "--as", "heidi", "--yes");
    const lifted = await run("recovery", "execute", "--file", lift, "--yes");
    expect(lifted.code, words(lifted)).to.equal(0);
    expect(await act(await asOwner(erin))).to.equal(true);
  });
});
