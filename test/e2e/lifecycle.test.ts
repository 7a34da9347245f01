/** One deployment's life from the command line, on both chains one would try it on. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Address, createPublicClient, encodeFunctionData, getAddress, http, parseAbi } from "viem";
import { ask, createSandbox, hasAnvil, type LocalNode, type Sandbox, startNode } from "../sandbox.ts";

const DAY = 86_400;
const ALICE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const on = ["--network", "localhost"];

const safeAbi = parseAbi([
  "function addOwnerWithThreshold(address owner, uint256 threshold)",
  "function getOwners() view returns (address[])",
]);
const vaultAbi = parseAbi([
  "function version() view returns (uint256)",
  "function isRecipient(address recipient) view returns (bool)",
  "function token() view returns (address)",
]);

for (const kind of ["hardhat", "anvil"] as const) {
  describe(`a deployment's life on ${kind}`, function () {
    this.timeout(900_000);
    let node: LocalNode;
    let sandbox: Sandbox;
    const address: Record<string, Address> = {};

    before(async function () {
      if (kind === "anvil" && !hasAnvil) {
        console.warn("      anvil is absent: it comes with Linux on x64 only");
        this.skip();
      }
      node = await startNode(kind);
      sandbox = createSandbox(node.url);
    });

    after(() => {
      node?.stop();
      sandbox?.remove();
    });

    const hardhat = async (args: string[], code = 0) => {
      const run = await sandbox.hardhat(...args);
      expect(run.code, `hardhat ${args.join(" ")}\n${run.stdout}\n${run.stderr}`).to.equal(code);
      return run;
    };

    const json = async (args: string[], exitCode = 0) =>
      JSON.parse((await hardhat([...args, ...on, "--json"], exitCode)).stdout);
    const client = () => createPublicClient({ transport: http(node.url) });
    const editPolicy = (from: string | RegExp, to: string) => {
      const path = join(sandbox.root, "deploy/policies/example.ts");
      const text = readFileSync(path, "utf8");
      const edited = text.replace(from, to);
      expect(edited).not.to.equal(text);
      writeFileSync(path, edited);
    };
    /** Runs `roles apply` until the chain is as declared, letting the time go by that it asks for. */
    const applyAll = async () => {
      for (let round = 0; round < 6; round += 1) {
        const applied = await sandbox.hardhat("roles", "apply", "--yes", ...on);
        expect(applied.code, `${applied.stdout}\n${applied.stderr}`).to.be.oneOf([0, 2]);
        if ((await sandbox.hardhat("roles", "plan", ...on)).code === 0) return;
        await node.passTime(2 * DAY + 1);
      }
      throw new Error("six rounds of roles apply did not reach the policy");
    };

    it("behavior: deploys, and has nothing to do a second time", async () => {
      await hardhat(["deploy", ...on]);
      const manifest = JSON.parse(
        readFileSync(join(sandbox.root, "deployments/localhost/manifest.json"), "utf8"),
      );
      for (const contract of manifest.contracts) address[contract.name] = getAddress(contract.address);
      expect(address).to.include.keys("council", "guardians", "timelock", "manager", "vault");

      const block = await client().getBlockNumber();
      const again = await hardhat(["deploy", ...on]);
      expect(again.stdout).to.match(/Nothing to do/);
      expect(await client().getBlockNumber()).to.equal(block);
    });

    it("behavior: an upgrade that the council proposed is vetoed by the guardians", async () => {
      const upgrade = [
        "upgrade",
        "propose",
        "vault",
        "--to",
        "VaultV2",
        "--call",
        "initializeV2(alice)",
        "--as",
        "council",
        "--yes",
      ];
      const { id } = await json([...upgrade, "--title", "Vault V2", "--reason", "first try"]);
      await json(["timelock", "cancel", id, "--as", "guardians", "--yes"]);

      await node.passTime(2 * DAY + 1);
      const refused = await json(["timelock", "execute", id, "--as", "council", "--yes"], 1);
      expect(refused.error.code).to.match(/CANCEL/);
    });

    it("behavior: proposed again, it waits its two days and then runs", async () => {
      const upgrade = [
        "upgrade",
        "propose",
        "vault",
        "--to",
        "VaultV2",
        "--call",
        "initializeV2(alice)",
        "--as",
        "council",
        "--yes",
      ];
      const { id } = await json([...upgrade, "--title", "Vault V2", "--reason", "second try"]);
      const early = await json(["timelock", "execute", id, "--as", "council", "--yes"], 1);
      expect(early.error.code).to.match(/NOT_READY/);

      const vault = { address: address.vault as Address, abi: vaultAbi };
      expect(await client().readContract({ ...vault, functionName: "version" })).to.equal(1n);
      await node.passTime(2 * DAY + 1);
      await json(["timelock", "execute", id, "--as", "council", "--yes"]);

      expect(await client().readContract({ ...vault, functionName: "version" })).to.equal(2n);
      expect(await client().readContract({ ...vault, functionName: "token" })).to.equal(address.token);
      expect(await client().readContract({ ...vault, functionName: "isRecipient", args: [ALICE] })).to.equal(
        true,
      );
      const twice = await json(["timelock", "execute", id, "--as", "council", "--yes"], 1);
      expect(twice.error.code).to.match(/EXECUTED|DONE/);
    });

    it("behavior: a key that changes in the policy is rotated on the chain", async () => {
      editPolicy(
        /treasury: \{ provider: "development", account: 9/,
        'treasury: { provider: "development", account: 11',
      );
      await hardhat(["roles", "plan", ...on], 2);
      await applyAll();
    });

    it("behavior: a stale grant is revoked", async () => {
      editPolicy(/, watcher: \{ until: "[^"]+" \}/, "");
      await hardhat(["roles", "plan", ...on], 2);
      await applyAll();
    });

    it("behavior: drift made by hand is shown and repaired", async () => {
      const council = address.council as Address;
      const stranger = getAddress("0x00000000000000000000000000000000000b0b01");
      const data = encodeFunctionData({
        abi: safeAbi,
        functionName: "addOwnerWithThreshold",
        args: [stranger, 1n],
      });
      await ask(node.url, "hardhat_setBalance", council, "0xde0b6b3a7640000");
      await ask(node.url, "hardhat_impersonateAccount", council);
      await ask(node.url, "eth_sendTransaction", { from: council, to: council, data });
      await ask(node.url, "hardhat_stopImpersonatingAccount", council);

      const plan = await hardhat(["roles", "plan", ...on], 2);
      expect(plan.stdout).to.contain("council");
      await applyAll();
      const owners = await client().readContract({
        address: council,
        abi: safeAbi,
        functionName: "getOwners",
      });
      expect(owners).not.to.include(stranger);
    });
  });
}
