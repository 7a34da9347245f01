/** A Safe's owners sign on machines of their own: the operation's file goes from one to the next. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Address, encodeFunctionData, parseAbi, parseEther } from "viem";
import { readTransactionBuilder, writeTransactionBuilder } from "../../src/safe/transactionBuilder.ts";
import { type Double, startDouble } from "../safe/serviceDouble.ts";
import { type Council, deployCouncil, type Machine } from "./council.ts";

/** Quicker than a fork, which the tour and the lifecycle use. */
const embedded = ["--simulator", "embedded"];
const API_KEY = "sk-7f3d9a1c55";

describe("owners who sign on machines of their own", function () {
  this.timeout(300_000);
  let council: Council;
  let double: Double;
  let alice: Machine;
  let bob: Machine;
  let carol: Machine;

  before(async () => {
    double = await startDouble();
    council = await deployCouncil({ safeService: `{ url: "${double.url}/api", apiKey: "SAFE_KEY" }` });
    alice = council.machine(["alice"]);
    bob = council.machine(["bob"], { SAFE_KEY: API_KEY });
    carol = council.machine(["carol"], { SAFE_KEY: API_KEY });
  });

  after(async () => {
    council?.stop();
    await double?.stop();
  });

  const proposal = (title: string, limit: number) => [
    ...["timelock", "propose", "--call", `vault.setLimit(${limit} ether)`, "--as", "council", "--yes"],
    ...["--title", title, "--reason", "season", ...embedded],
  ];
  const operationFiles = ({ root }: Machine) => {
    const folder = join(root, "deployments/localhost/operations");
    return readdirSync(folder).map((name) => join(folder, name));
  };

  it("behavior: each signs what the one before handed on, and the third sends", async () => {
    const first = await alice.run([...proposal("Raise the limit", 250), "--service", "none"]);
    const next = /must sign: (npx hardhat .*)$/m.exec(first.stdout)?.[1] ?? "";
    expect(next).to.match(/^npx hardhat timelock propose --resume 0x\w{8} --network localhost$/);

    bob.takeOperations(alice);
    const resume = next.split(" ").slice(2, -2);
    const second = await bob.json([...resume, ...embedded, "--yes", "--service", "none"]);
    expect(second).to.deep.include({ resumed: true, status: "draft" });
    const { outcome } = second as unknown as { outcome: { signed: string[]; missing: string[] } };
    expect([outcome.signed.length, outcome.missing.length]).to.deep.equal([2, 3]);

    carol.takeOperations(bob);
    const third = await carol.json([...resume, ...embedded, "--yes", "--service", "none"]);
    expect(third).to.include({ status: "waiting" });
  });

  it("behavior: policy show knows where the policy was deployed, without asking the chain", async () => {
    const { stdout } = await council.office.run(["policy", "show"]);
    for (const name of ["vault", "timelock", "council"]) expect(stdout).to.contain(council.address[name]);
  });

  it("behavior: the first machine sees that it was sent, and sends nothing again", async () => {
    const block = await council.node.blockNumber();
    const again = await alice.run([
      "timelock",
      "propose",
      "--resume",
      "Raise the limit",
      "--yes",
      ...embedded,
    ]);
    expect(again.stdout).to.match(/Already proposed: waiting, ready in 2 days/);
    expect(await council.node.blockNumber()).to.equal(block);
  });

  it("error: a file that was changed on its way is not signed", async () => {
    await alice.run([...proposal("Lower the limit", 5), "--service", "none"]);
    bob.takeOperations(alice);
    const path = operationFiles(bob).find((file) => readFileSync(file, "utf8").includes("Lower")) as string;
    const kept = readFileSync(path, "utf8");
    writeFileSync(path, kept.replace('"reason": "season"', '"reason": "agreed with everyone"'));
    const refused = await bob.json(
      ["timelock", "propose", "--resume", "Lower the limit", "--yes", ...embedded],
      1,
    );
    expect(refused).to.have.nested.property("error.code", "OPERATION_FILE_CHANGED");
    writeFileSync(path, kept);
  });

  it("behavior: --safe-nonce replaces what holds the nonce, and the replaced is signed anew behind it", async () => {
    const office = council.machine(["alice", "bob", "carol"]);
    office.takeOperations(bob);
    // nonce 1 is held by "Lower the limit", which lacks signatures
    const urgent = await office.json([...proposal("At once", 6), "--safe-nonce", "1", "--service", "none"]);
    expect(urgent).to.include({ status: "waiting" });
    const replaced = await office.json([...proposal("Lower the limit", 5), "--service", "none"]);
    const { safeTransactions } = replaced as unknown as {
      safeTransactions: { status: string; transaction: { nonce: string } }[];
    };
    expect(safeTransactions.map((t) => [t.status, t.transaction.nonce])).to.deep.equal([
      ["replaced", "1"],
      ["executed", "2"],
    ]);
    const used = await office.json([...proposal("Too late", 4), "--safe-nonce", "1", "--service", "none"], 1);
    expect(used).to.have.nested.property("error.code", "SAFE_NONCE_TAKEN");
    bob.takeOperations(office);
  });

  it("behavior: a batch of the Safe app becomes what the council would schedule, in a batch for the app", async () => {
    const [batch, exported] = [join(bob.root, "batch.json"), join(bob.root, "exported.json")];
    const to = council.address.vault as Address;
    const data = encodeFunctionData({
      abi: parseAbi(["function setLimit(uint256)"]),
      args: [parseEther("9")],
    });
    const written = writeTransactionBuilder({
      ...{ chainId: 31337, safe: council.address.council as Address, createdAt: 1 },
      ...{ name: "n", description: "d", calls: [{ to, value: 0n, data }] },
    });
    writeFileSync(batch, JSON.stringify(written));
    const propose = ["timelock", "propose", "--plan", batch, "--as", "council", ...embedded];
    await bob.json([...propose, "--title", "By the app", "--reason", "r", "--export", exported]);
    const [call] = readTransactionBuilder(JSON.parse(readFileSync(exported, "utf8")), 31337);
    expect(call?.to).to.equal(council.address.timelock);
    expect(call?.data).to.contain(data.slice(2));

    const back = [
      "timelock",
      "propose",
      "--plan",
      exported,
      "--as",
      "council",
      "--title",
      "t",
      "--reason",
      "r",
    ];
    const circular = await bob.json([...back, "--yes", ...embedded], 1);
    expect(circular).to.have.nested.property("error.code", "ALREADY_SCHEDULING");
    const { hint } = (circular as unknown as { error: { hint: string } }).error;
    expect(hint).to.match(/^npx hardhat timelock propose --resume 0x\w{8} --network localhost$/);

    writeFileSync(batch, JSON.stringify(written).replace('"value":"0"', '"value":"1"'));
    const forged = await bob.json([...propose, "--title", "t", "--reason", "r", "--yes"], 1);
    expect(forged).to.have.nested.property("error.code", "TRANSACTION_BUILDER_CHECKSUM");
  });

  describe("through the Safe Transaction Service of the policy", () => {
    it("error: without the API key, nothing is queued and what was signed is kept", async () => {
      const refused = await alice.json(proposal("Queued", 11), 1);
      expect(refused).to.have.nested.property("error.code", "SECRET_MISSING");
      expect(refused).to.have.nested.property("error.hint", "npx hardhat keystore set SAFE_KEY");
    });

    it("error: a service that shows another transaction is not believed", async () => {
      bob.takeOperations(alice);
      double.change = { to: "0x000000000000000000000000000000000000dEaD" };
      const refused = await bob.json(proposal("Queued", 11), 1);
      expect(refused).to.have.nested.property("error.code", "SAFE_SERVICE_MISMATCH");
      double.change = {};
    });

    it("behavior: 429 and 500 are waited out, and who comes later finds the signatures there", async () => {
      double.fail = [429, 500];
      const queued = await bob.json(proposal("Queued", 11));
      expect(queued).to.have.nested.property("outcome.queued", `${double.url}/api`);
      expect(new Set(double.authorizations)).to.deep.equal(new Set([`Bearer ${API_KEY}`]));

      // carol has the file as alice wrote it: bob's signature comes from the service
      carol.takeOperations(alice);
      const done = await carol.json(proposal("Queued", 11));
      expect(done).to.include({ status: "waiting" });
    });

    it("error: 422 is said, and the key is nowhere", async () => {
      double.fail = [422];
      double.echo = true;
      const run = await carol.hardhat(...proposal("Refused", 12), "--network", "localhost");
      double.echo = false;
      expect(run.code).to.equal(1);
      expect(run.stderr).to.match(/did not show the transaction: 422 cannot read Bearer …/);
      expect(run.stdout + run.stderr).not.to.contain(API_KEY);
      for (const machine of [bob, carol])
        for (const file of operationFiles(machine))
          expect(readFileSync(file, "utf8")).not.to.contain(API_KEY);
    });

    it("behavior: the key does not go to a service that was named on the command line", async () => {
      const other = await startDouble();
      await carol.json([...proposal("Refused", 12), "--service", `${other.url}/api`]);
      await other.stop();
      expect(new Set(other.authorizations)).to.deep.equal(new Set([""]));
    });
  });
});
