/** A lost owner is replaced by two of three guardians, with the tasks; each step as whoever takes it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { createSmartAccountClient } from "permissionless";
import {
  type Address,
  createTestClient,
  custom,
  encodeFunctionData,
  type Hex,
  parseEther,
  publicActions,
  toHex,
} from "viem";
import type { SmartAccount } from "viem/account-abstraction";
import { hardhat } from "viem/chains";
import config from "../../hardhat.config.ts";
import {
  decodeSession,
  ecdsaSigner,
  entryPoints,
  explainRefusal,
  localBundler,
  toPortcullisAccount,
  toSessionAccount,
} from "../../src/accounts/index.ts";
import { parseApprovalFile } from "../../src/accounts/recovery/approvalFile.ts";
import { planChange, planSubmission } from "../../src/accounts/recovery/planCalls.ts";
import { decodeTerms, encodeTerms } from "../../src/accounts/recovery/terms.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import { formatTime } from "../../src/plan/wording.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import { developmentAccount } from "../safe/localSafe.ts";
import { type Ran, runTask } from "../tasks/inProcess.ts";

const DAY = 86_400;
/** Of the example policy: development accounts by name. */
const [erin, watcher, bot] = [5, 10, 11].map(developmentAccount) as [Key, Key, Key];
type Key = ReturnType<typeof developmentAccount>;

describe("a lost owner", function () {
  this.timeout(300_000);
  let hre: HardhatRuntimeEnvironment;
  /** A guardian's own machine: no node, and nothing compiled. */
  let elsewhere: HardhatRuntimeEnvironment;
  let folder: string;
  let file: string;
  let keeper: Address;
  let session: { validator: Address; epoch: bigint; terms: Hex };
  let request: (method: string, ...params: unknown[]) => Promise<unknown>;
  let chain: () => ReturnType<typeof connectChain>;

  const connectChain = (transport: ReturnType<typeof custom>) =>
    createTestClient({
      chain: hardhat,
      mode: "hardhat",
      transport,
      cacheTime: 0,
      pollingInterval: 20,
    }).extend(publicActions);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "recovery-"));
    file = join(folder, "recovery.json");
    hre = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    elsewhere = await createHardhatRuntimeEnvironment(config, {}, process.cwd());
    const refuse = (what: string) => () => Promise.reject(new Error(`a guardian needs no ${what}`));
    Object.assign(elsewhere.network, { getOrCreate: refuse("node"), create: refuse("node") });
    Object.assign(elsewhere.artifacts, {
      artifactExists: refuse("build"),
      readArtifact: refuse("build"),
    });
    const project = await openProject(hre, { state: "any" });
    await deployPolicy(
      createDeployContext(project, () => {}),
      async () => {},
    );
    request = (method, ...params) => project.connection.provider.request({ method, params });
    chain = () => connectChain(custom(project.connection.provider));
    const { accounts } = await json("account show");
    keeper = accounts[0].address;
    const { epoch, sessionValidator, sessions } = accounts[0];
    session = { validator: sessionValidator, epoch: BigInt(epoch), terms: sessions[0].terms };
    await chain().setBalance({ address: keeper, value: parseEther("10") });
    // Frozen or in quarantine, an account pays from its deposit alone.
    const depositTo = { abi: entryPoints["0.9"].abi, functionName: "depositTo", args: [keeper] } as const;
    const data = encodeFunctionData(depositTo);
    const [from, to] = [developmentAccount(19).address, entryPoints["0.9"].address];
    await request("eth_sendTransaction", { from, to, data, value: toHex(parseEther("1")) });
  });

  after(() => rm(folder, { recursive: true }));

  /** What is not said is answered yes, and otherwise as if nothing was typed. */
  const run = (task: string, args: Readonly<Record<string, unknown>> = {}, machine = hre) => {
    const given: Readonly<Record<string, unknown>> = { yes: true, account: "keeper", ...args };
    const { options } = machine.tasks.getTask(task.split(" "));
    const known = [...options].filter(([name]) => name in given);
    return runTask(machine, task, Object.fromEntries(known.map(([name]) => [name, given[name]])));
  };
  const offline = (args: Readonly<Record<string, unknown>>) => run("recovery approve", args, elsewhere);
  const words = ({ stdout, stderr, error }: Ran) => `${stdout}${stderr}${error?.message ?? ""}`;
  const json = async (task: string, args: Readonly<Record<string, unknown>> = {}) => {
    const ran = await run(task, { json: true, ...args });
    try {
      return JSON.parse(ran.stdout);
    } catch {
      return expect.fail(`no JSON: ${words(ran)}`);
    }
  };
  const code = async (task: string, args: Readonly<Record<string, unknown>> = {}) =>
    (await json(task, args)).error?.code;

  async function connect(open: (now: () => number) => Promise<SmartAccount>) {
    const client = chain();
    const seconds = Number((await client.getBlock()).timestamp);
    const now = () => seconds;
    return createSmartAccountClient({
      account: await open(now),
      chain: hardhat,
      client,
      bundlerTransport: custom(localBundler({ client, signer: developmentAccount(19), now }), {
        retryCount: 0,
      }),
      pollingInterval: 20,
    });
  }
  const asOwner = (owner: Key) =>
    connect(() => toPortcullisAccount({ client: chain(), owner: ecdsaSigner(owner), address: keeper }));
  const asBot = () =>
    connect((now) => {
      const { terms, ...place } = session;
      const grant = { chainId: 31337, account: keeper, ...place, session: decodeSession(terms) };
      return toSessionAccount({ client: chain(), grant, key: ecdsaSigner(bot), now });
    });
  /** The node has the transaction and the task learns nothing any more, nor does anything. */
  async function killAfterSend(task: string, args: Readonly<Record<string, unknown>>) {
    const { provider } = await hre.network.getOrCreate();
    const own = provider.request;
    let isDead = false;
    provider.request = async (asked) => {
      const answer = isDead ? undefined : await own.call(provider, asked);
      isDead ||= asked.method === "eth_sendRawTransaction";
      if (isDead) throw new Error("killed");
      return answer;
    };
    const ran = await run(task, args);
    provider.request = own;
    expect(isDead, words(ran)).to.equal(true);
    expect(ran.exitCode, words(ran)).to.equal(1);
  }
  /** Sends a wei as the account. */
  const act = async (acting: ReturnType<typeof connect>) => {
    const client = await acting;
    const hash = await client.sendUserOperation({ calls: [{ to: erin.address, value: 1n }] });
    return (await client.waitForUserOperationReceipt({ hash })).success;
  };
  const refusal = (acting: ReturnType<typeof connect>) =>
    act(acting).then(
      () => "nothing was refused",
      (error) => explainRefusal(error).code,
    );

  it("behavior: status says who guards it and what each can do", async () => {
    const shown = await run("recovery status");
    expect(shown.exitCode, words(shown)).to.equal(0);
    expect(shown.stdout)
      .to.match(/guardian +frank .* weighs 1/)
      .and.match(/weight 2 needed, waits 2 days/)
      .and.match(/pending +nothing/)
      .and.match(/recovery propose --account keeper/)
      .and.match(/recovery freeze --account keeper/);
  });

  it("behavior: guardians show that they can sign, one after the other, and nothing moves", async () => {
    const drill = join(folder, "drill.json");
    const before = await json("recovery status");
    const proposed = await run("recovery propose", { drill: true, file: drill });
    expect(proposed.exitCode, words(proposed)).to.equal(0);
    const signed = await offline({ file: drill, as: "grace" });
    expect(signed.stdout, words(signed))
      .to.match(/Show that this key still signs for/)
      .and.match(/A proof of life and nothing else: it moves nothing/);
    const recorded = await run("recovery execute", { file: drill });
    expect(recorded.exitCode, words(recorded)).to.equal(0);
    expect((await run("recovery status")).stdout).to.match(
      /last proof .*frank: never; .*grace: just now|last proof .*grace: just now; .*frank: never/,
    );
    expect((await run("recovery execute", { file: drill })).stdout).to.match(/on record: nothing is left/);
    await offline({ file: drill, as: "frank" });
    expect(words(await run("recovery execute", { file: drill }))).to.match(/Sent as 0x/);
    const after = await json("recovery status");
    const [{ state }] = after.accounts;
    const seen = state.guardians.filter(({ lastSeen }: { lastSeen: number }) => lastSeen > 0);
    expect(seen).to.have.length(2);
    expect({ ...state, guardians: 0 }).to.deep.equal({ ...before.accounts[0].state, guardians: 0 });
  });

  it("error: what was signed in a drill approves no recovery", async () => {
    const text = async (path: string) => parseApprovalFile(await readFile(path, "utf8"));
    const asked = join(folder, "from-drill.json");
    await run("recovery propose", { file: asked, owner: "erin" });
    const { signatures } = await text(join(folder, "drill.json"));
    expect(signatures).to.have.length(2);
    const content = JSON.parse(await readFile(asked, "utf8"));
    await writeFile(asked, JSON.stringify({ ...content, signatures }));
    expect(await code("recovery execute", { file: asked })).to.equal("APPROVALS_MISSING");
    const submit = async () => chain().call(planSubmission(await text(asked), 31337));
    const refused = await submit().then(
      () => "taken",
      () => "refused",
    );
    expect(refused).to.equal("refused");
    await writeFile(asked, JSON.stringify(content));
    for (const as of ["frank", "grace"]) await offline({ file: asked, as });
    await submit();
  });

  it("error: a drill asks for no owner", async () => {
    const drill = join(folder, "drill-owner.json");
    for (const other of [{ owner: "erin" }, { validFor: "1 day" }])
      expect(await code("recovery propose", { drill: true, file: drill, ...other })).to.equal(
        "OPTION_CONFLICT",
      );
  });

  it("error: a contract, the present owner, the account and nobody are refused as new owners", async () => {
    const propose = async (owner: string) => words(await run("recovery propose", { file, owner }));
    expect(await propose("council")).to.match(/it is a contract on chain 31337/);
    expect(await propose("watcher")).to.match(/it is the owner already/);
    expect(await propose("keeper")).to.match(/an account does not own itself/);
    expect(await propose("erni")).to.match(/did you mean erin\?/);
    expect(await code("recovery propose", { file, owner: "erin", account: "kepper" })).to.equal(
      "ACCOUNT_UNKNOWN",
    );
  });

  it("behavior: propose writes a file that says in words what is asked for, and not over another", async () => {
    const dry = await run("recovery propose", { file, owner: "erin", dryRun: true });
    expect(dry.stdout).to.match(/no file was written/);
    const proposed = await run("recovery propose", { file, owner: "erin", reason: "phone lost" });
    expect(proposed.exitCode, words(proposed)).to.equal(0);
    const { shown } = JSON.parse(await readFile(file, "utf8"));
    expect(shown.says[0]).to.equal(`Give a new owner to ${keeper} on chain 31337`);
    expect(shown.says.join("\n")).to.match(new RegExp(`new owner +${erin.address}`, "i"));
    expect(proposed.stdout)
      .to.match(/Give a new owner to keeper \(0x/)
      .and.match(/new owner +erin/)
      .and.include(shown.hashes.message);
    expect(await code("recovery propose", { file, owner: "erin" })).to.equal("APPROVAL_FILE_EXISTS");
  });

  it("behavior: guardians approve offline: no node is asked, and nothing compiled is needed", async () => {
    const seen = await offline({ file, as: "frank", dryRun: true });
    expect(seen.exitCode, words(seen)).to.equal(0);
    expect(seen.stdout)
      .to.match(/new owner +erin/)
      .and.match(/domain +0x[0-9a-f]{64}/);
    expect((await offline({ file, as: "frank" })).exitCode).to.equal(0);
  });

  it("error: what guardians must not sign is refused", async () => {
    const said = async (args: Readonly<Record<string, unknown>>) => words(await offline({ file, ...args }));
    expect(await said({ as: "frank" })).to.match(/frank has signed this file already/);
    expect(await said({ as: "watcher" })).to.match(/guards none of the accounts/);
    expect(await said({ as: "" })).to.match(/2 guardians have their keys here/);
    expect(await said({ as: "grace", yes: false })).to.match(/Nobody can answer here/);
    expect(await said({ as: "grace", file: "nowhere.json" })).to.match(/There is no file nowhere\.json/);
    const text = await readFile(file, "utf8");
    const other = join(folder, "changed.json");
    const changed = async (from: string | RegExp, to: string) => {
      await writeFile(other, text.replace(from, to));
      return said({ as: "grace", file: other });
    };
    expect(await changed(/"newOwner": "0x[^"]+"/, `"newOwner": "${bot.address.toLowerCase()}"`)).to.match(
      /words are not those of what guardians would sign/,
    );
    expect(await changed(/"message": "0x../, '"message": "0x00')).to.match(/hashes are not those/);
    expect(await changed("phone lost", "phone found")).to.match(/words are not those/);
    expect(await changed("{", "")).to.match(/it is no JSON/);
  });

  it("error: one of two is not enough, and who is missing is said", async () => {
    const early = await run("recovery execute", { file });
    expect(early.exitCode).to.equal(1);
    expect(words(early))
      .to.match(/1 of 2 weight; (grace and heidi|heidi and grace) are missing/)
      .and.match(/recovery approve --file/);
  });

  it("behavior: with two of three it is asked for, and waits; a bad third signature is left away", async () => {
    const signed = await offline({ file, as: "grace" });
    expect(signed.exitCode, words(signed)).to.equal(0);
    const { signatures, ...content } = JSON.parse(await readFile(file, "utf8"));
    const forged = {
      signer: developmentAccount(8).address.toLowerCase(),
      signature: signatures[0].signature,
    };
    await writeFile(file, JSON.stringify({ ...content, signatures: [...signatures, forged] }));
    const dry = await run("recovery execute", { file, dryRun: true });
    expect(dry.stdout, words(dry))
      .to.match(/guardianRecovery\.schedule/)
      .and.match(/Left away: what heidi signed/);
    const scheduled = await run("recovery execute", { file });
    expect(scheduled.exitCode, words(scheduled)).to.equal(0);
    expect(scheduled.stdout).to.match(/can be executed from \d{4}-/);
    const again = await run("recovery execute", { file });
    expect(again.exitCode, words(again)).to.equal(2);
    expect(again.stdout).to.match(/can be executed from/);
    const status = await run("recovery status");
    expect(status.exitCode, words(status)).to.equal(2);
    expect(status.stdout)
      .to.match(/pending +erin/)
      .and.match(/the owner: veto it, with one of 3 vetoes/);
    expect(await act(asOwner(watcher))).to.equal(true);
  });

  it("behavior: after the delay anyone puts the new owner in, once", async () => {
    await request("evm_increaseTime", 2 * DAY + 1);
    await request("evm_mine");
    const done = await run("recovery execute", { file });
    expect(done.exitCode, words(done)).to.equal(0);
    expect(done.stdout).to.match(/erin .* owns keeper/);
    expect(await json("recovery execute", { file })).to.deep.include({ next: { kind: "done" }, sent: null });
    const { accounts } = await json("recovery status");
    expect(accounts[0].owner).to.equal(erin.address.toLowerCase());
    expect(accounts[0].quarantine.left).to.equal(String(parseEther("1")));
  });

  it("behavior: the new owner acts; the old one and the session do not", async () => {
    // In the second of its recovery an account does nothing, and pays for nothing in the next.
    await request("evm_increaseTime", 2);
    await request("evm_mine");
    expect(await act(asOwner(erin))).to.equal(true);
    expect(await refusal(asOwner(watcher))).to.equal("OPERATION_WRONG_SIGNATURE");
    expect(await refusal(asBot())).to.match(/^SESSION_/);
  });

  it("error: in quarantine it pays from its deposit alone, and is told until when", async () => {
    const { accounts } = await json("recovery status");
    const owner = await asOwner(erin);
    const refused = await owner
      .sendUserOperation({
        calls: [{ to: erin.address, value: 1n }],
        // More in all than the deposit, and less than the account holds.
        maxFeePerGas: parseEther("0.00001"),
        maxPriorityFeePerGas: 1n,
      })
      .then(
        () => expect.fail("it paid while it was in quarantine"),
        (error) => explainRefusal(error),
      );
    expect(refused.code).to.equal("OPERATION_OUT_OF_TIME");
    expect(refused.message).to.include(formatTime(BigInt(accounts[0].quarantine.until)));
    expect(refused.hint).to.match(/frozen or in quarantine.*deposit.*paymaster/);
  });

  it("behavior: the owner vetoes what it does not want, and the signatures are void", async () => {
    const other = join(folder, "other.json");
    expect((await run("recovery propose", { file: other, owner: "heidi" })).exitCode).to.equal(0);
    for (const as of ["frank", "heidi"]) await offline({ file: other, as });
    expect((await run("recovery execute", { file: other })).exitCode).to.equal(0);
    const vetoed = await run("recovery cancel");
    expect(vetoed.exitCode, words(vetoed)).to.equal(0);
    const { accounts } = await json("recovery status");
    expect(accounts[0].state.vetoes.left).to.equal("2");
    expect(accounts[0].state).not.to.have.property("request");
    expect(await code("recovery execute", { file: other })).to.equal("APPROVALS_VOID");
  });

  it("behavior: one guardian freezes, two lift it", async () => {
    const frozen = await run("recovery freeze", { as: "frank" });
    expect(frozen.exitCode, words(frozen)).to.equal(0);
    expect(await refusal(asOwner(erin))).to.equal("ACCOUNT_FROZEN");
    expect(await code("recovery freeze", { as: "grace" })).to.equal("FREEZE_UNAVAILABLE");
    const lift = join(folder, "lift.json");
    const begun = await run("recovery freeze", { lift: true, as: "grace", file: lift });
    expect(begun.exitCode, words(begun)).to.equal(2);
    await offline({ file: lift, as: "heidi" });
    const lifted = await run("recovery execute", { file: lift });
    expect(lifted.exitCode, words(lifted)).to.equal(0);
    expect(await act(asOwner(erin))).to.equal(true);
    expect(await code("recovery freeze", { lift: true, as: "grace", file: lift })).to.equal(
      "RECOVERY_NOT_FROZEN",
    );
  });

  it("behavior: guardians veto a change of the guardians, together", async () => {
    const { accounts } = await json("recovery status");
    const { module, terms } = accounts[0].state;
    const next = encodeTerms({ ...decodeTerms(terms), threshold: 1 });
    const owner = await asOwner(erin);
    const hash = await owner.sendUserOperation({
      calls: [{ ...planChange(module, terms, next), value: 0n }],
    });
    expect((await owner.waitForUserOperationReceipt({ hash })).success).to.equal(true);
    const pending = await run("recovery status");
    expect(pending.stdout, words(pending))
      .to.match(/change 1 +other terms from/)
      .and.match(/veto the change of the guardians/);
    const veto = join(folder, "veto.json");
    const begun = await run("recovery cancel", { change: true, as: "frank", file: veto });
    expect(begun.exitCode, words(begun)).to.equal(2);
    expect(await code("recovery execute", { file: veto })).to.equal("APPROVALS_MISSING");
    await offline({ file: veto, as: "heidi" });
    const vetoed = await run("recovery execute", { file: veto });
    expect(vetoed.exitCode, words(vetoed)).to.equal(0);
    const after = await json("recovery status");
    expect(after.accounts[0].state).not.to.have.property("change");
    expect(after.accounts[0].state.terms).to.equal(terms);
    expect(await code("recovery execute", { file: veto })).to.equal("APPROVALS_VOID");
  });

  it("behavior: killed after the send and started again, nothing is sent twice", async () => {
    const killed = join(folder, "killed.json");
    await run("recovery propose", { file: killed, owner: "heidi" });
    for (const as of ["frank", "grace"]) await offline({ file: killed, as });
    const sent = () => chain().getTransactionCount({ address: developmentAccount(0).address });
    const first = await sent();

    // Asked for, and still without a block when it is started again.
    await request("evm_setAutomine", false);
    await killAfterSend("recovery execute", { file: killed });
    const again = run("recovery execute", { file: killed });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await request("evm_setAutomine", true);
    await request("evm_mine");
    const resumed = await again;
    expect(resumed.exitCode, words(resumed)).to.equal(0);
    expect(await sent()).to.equal(first + 1);

    // Put in, and in a block before it is started again.
    await request("evm_increaseTime", 2 * DAY + 1);
    await request("evm_mine");
    await killAfterSend("recovery execute", { file: killed });
    expect(await sent()).to.equal(first + 2);
    expect(await json("recovery execute", { file: killed })).to.deep.include({ next: { kind: "done" } });
    expect(await sent()).to.equal(first + 2);
  });

  it("error: there is no change of guardians to veto", async () => {
    expect(await code("recovery cancel", { change: true, as: "frank" })).to.equal("RECOVERY_NO_CHANGE");
  });
});
