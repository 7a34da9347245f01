/** One signature of each guardian recovers the same account on two chains, with the tasks. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import config from "../../hardhat.config.ts";
import { parseApprovalFile, writeApprovalFile } from "../../src/accounts/recovery/approvalFile.ts";
import { deployPolicy } from "../../src/deploy/deployPolicy.ts";
import { createDeployContext } from "../../src/plugin/deployContext.ts";
import { openProject } from "../../src/plugin/project.ts";
import { developmentAccount } from "../safe/localSafe.ts";
import { runTask } from "../tasks/inProcess.ts";

const DAY = 86_400;
const CHAINS = { left: 31337, right: 1337 } as const;
type Network = keyof typeof CHAINS;
const NETWORKS = Object.keys(CHAINS) as [Network, Network];
/** Of the example policy. */
const [erin, watcher] = [5, 10].map((index) => developmentAccount(index).address.toLowerCase());

describe("a lost owner on two chains", function () {
  this.timeout(300_000);
  let folder: string;
  let policy: string;
  let file: string;
  /** One machine each, that know both chains. */
  const machines = {} as Record<Network, HardhatRuntimeEnvironment>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "recovery-chains-"));
    file = join(folder, "recovery.json");
    const path = join(folder, "policy.mts");
    const example = pathToFileURL(join(process.cwd(), "deploy/policies/example.ts")).href;
    const declared = NETWORKS.map((name) => `${name}: { chain: ${CHAINS[name]}, tier: "development" }`);
    await writeFile(
      path,
      `import example from ${JSON.stringify(example)};\nexport default { ...example, networks: { ${declared} } };\n`,
    );
    policy = relative(process.cwd(), path);
    const chainOf = (name: Network) => ({ type: "edr-simulated" as const, chainId: CHAINS[name] });
    const networks = { ...config.networks, left: chainOf("left"), right: chainOf("right") };
    for (const network of NETWORKS)
      machines[network] = await createHardhatRuntimeEnvironment(
        { ...config, networks },
        { network },
        process.cwd(),
      );
    const { left, right } = machines;
    const shared = left.network.getOrCreate.bind(left.network);
    right.network.getOrCreate = ((name = "right") => shared(name)) as typeof shared;
    for (const network of NETWORKS) {
      const project = await openProject(machines[network], { state: "any", policy });
      expect(project.chainId).to.equal(CHAINS[network]);
      await deployPolicy(
        createDeployContext(project, () => {}),
        async () => {},
      );
    }
  });
  after(() => rm(folder, { recursive: true }));

  const json = async (on: Network, task: string, args: Readonly<Record<string, unknown>> = {}) => {
    const given: Readonly<Record<string, unknown>> = { yes: true, json: true, policy, ...args };
    const { options } = machines[on].tasks.getTask(task.split(" "));
    const known = [...options].filter(([name]) => name in given);
    const ran = await runTask(
      machines[on],
      task,
      Object.fromEntries(known.map(([name]) => [name, given[name]])),
    );
    expect(ran.stdout, `${ran.stderr}${ran.error?.message}`).not.to.equal("");
    return JSON.parse(ran.stdout);
  };
  const ownerOn = async (network: Network) =>
    (await json(network, "recovery status", { account: "keeper" })).accounts[0].owner;
  const request = async (on: Network, method: string, ...params: unknown[]) =>
    (await machines[on].network.getOrCreate()).provider.request({ method, params });

  it("behavior: propose puts both chains into one file", async () => {
    const asked = { account: "keeper", owner: "erin", networks: NETWORKS.join(","), file };
    const proposed = await json("left", "recovery propose", asked);
    expect(proposed.file.places.map(({ chainId }: { chainId: number }) => chainId)).to.deep.equal([
      31337, 1337,
    ]);
    expect(await ownerOn("left")).to.equal(watcher);
    for (const as of ["frank", "grace"]) {
      const { signed } = await json("left", "recovery approve", { file, as });
      expect(signed).to.equal(true);
    }
    const { signatures } = JSON.parse(await readFile(file, "utf8"));
    expect(signatures).to.have.length(2);
  });

  it("error: altered for one of the chains it is refused on both", async () => {
    const text = await readFile(file, "utf8");
    const altered = join(folder, "altered.json");
    const content = JSON.parse(text);
    const [left, right] = content.places;
    const bumped = { ...right, nonce: String(Number(right.nonce) + 1) };
    await writeFile(altered, JSON.stringify({ ...content, places: [left, bumped] }));
    for (const network of NETWORKS) {
      const { error } = await json(network, "recovery execute", { file: altered });
      expect(error.code).to.equal("APPROVAL_FILE_CHANGED");
    }
    // Even with words and hashes of its own, the guardians did not sign it.
    const parsed = parseApprovalFile(text);
    if (parsed.action !== "recover") return expect.fail("no recovery");
    const places = parsed.places.map((place) =>
      place.chainId === CHAINS.right ? { ...place, nonce: place.nonce + 1n } : place,
    );
    await writeFile(altered, writeApprovalFile({ ...parsed, places }));
    const codes = [];
    for (const network of NETWORKS)
      codes.push((await json(network, "recovery execute", { file: altered })).error.code);
    expect(codes).to.deep.equal(["APPROVALS_MISSING", "APPROVALS_VOID"]);
  });

  it("behavior: execute takes the same signatures on each chain, and each by itself", async () => {
    for (const network of NETWORKS) {
      expect((await json(network, "recovery execute", { file })).next.kind).to.equal("wait");
      await request(network, "evm_increaseTime", 2 * DAY + 1);
      await request(network, "evm_mine");
      expect((await json(network, "recovery execute", { file })).next.kind).to.equal("done");
      expect(await ownerOn(network)).to.equal(erin);
      if (network === "left") expect(await ownerOn("right")).to.equal(watcher);
    }
  });
});
