/**
 * One chain with the example deployed on it, for the suites that only need some deployment: the council's five keys are
 * not everywhere, each machine has those it is given. Deployed once, by whoever asks first.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Address } from "viem";
import { bytesToHex, getAddress } from "viem";
import { developmentAccount } from "../safe/localSafe.ts";
import { createSandbox, type LocalNode, type Run, type Sandbox, startNode } from "../sandbox.ts";

export const OWNERS = ["alice", "bob", "carol", "dave", "erin"] as const;
export type Owner = (typeof OWNERS)[number];

export interface Machine extends Sandbox {
  /** Runs `npx hardhat … --network localhost --json`, and reads its stdout. */
  json(args: readonly string[], code?: number): Promise<Record<string, never>>;
  /** Runs `npx hardhat … --network localhost`. */
  run(args: readonly string[], code?: number): Promise<Run>;
  /** Brings the operation files of another machine here, as a commit would. */
  takeOperations(from: Machine): void;
}

export interface Council {
  node: LocalNode;
  /** Of the deployment, by name. */
  address: Readonly<Record<string, Address>>;
  /** The machine that deployed; it has no key of the council. */
  office: Machine;
  /** A copy of the project with these owners' keys. */
  machine(owners: readonly Owner[], variables?: Readonly<Record<string, string>>): Machine;
  stop(): void;
}

/** @param settings further sections of the policy, as written there */
export async function deployCouncil(settings: Readonly<Record<string, string>> = {}): Promise<Council> {
  const node = await startNode("hardhat");
  const machines: Machine[] = [];
  const office = machineOf(createSandbox(node.url));
  machines.push(office);
  try {
    editPolicy(office, settings);
    await office.run(["deploy"]);
  } catch (error) {
    node.stop();
    office.remove();
    throw error;
  }
  const { contracts } = JSON.parse(
    readFileSync(join(office.root, "deployments/localhost/manifest.json"), "utf8"),
  );
  return {
    node,
    office,
    address: Object.fromEntries(
      contracts.map((c: { name: string; address: string }) => [c.name, getAddress(c.address)]),
    ),
    machine: (owners, variables = {}) => {
      const keys = owners.map((owner) => [`${owner.toUpperCase()}_KEY`, keyOf(owner)]);
      const machine = machineOf(createSandbox(node.url, { ...Object.fromEntries(keys), ...variables }));
      for (const path of ["deploy", "deployments"])
        cpSync(join(office.root, path), join(machine.root, path), { recursive: true });
      machines.push(machine);
      return machine;
    },
    stop: () => {
      node.stop();
      for (const machine of machines) machine.remove();
    },
  };
}

function machineOf(sandbox: Sandbox): Machine {
  const run = async (args: readonly string[], code = 0) => {
    const done = await sandbox.hardhat(...args, "--network", "localhost");
    if (done.code !== code)
      throw new Error(`hardhat ${args.join(" ")} exited with ${done.code}\n${done.stdout}\n${done.stderr}`);
    return done;
  };
  return {
    ...sandbox,
    run,
    json: async (args, code) => JSON.parse((await run([...args, "--json"], code)).stdout),
    takeOperations: (from) => {
      const folder = "deployments/localhost/operations";
      rmSync(join(sandbox.root, folder), { recursive: true, force: true });
      cpSync(join(from.root, folder), join(sandbox.root, folder), { recursive: true });
    },
  };
}

/** The owners' keys come from configuration variables: who has none has no key. */
function editPolicy({ root }: Sandbox, settings: Readonly<Record<string, string>>): void {
  const path = join(root, "deploy/policies/example.ts");
  const text = OWNERS.reduce(
    (policy, owner, i) =>
      policy.replace(
        `${owner}: { provider: "development", account: ${i + 1},`,
        `${owner}: { provider: "hardhat-keystore", key: "${owner.toUpperCase()}_KEY", address: "${developmentAccount(i + 1).address}",`,
      ),
    readFileSync(path, "utf8"),
  );
  const added = Object.entries(settings).map(([section, value]) => `  ${section}: ${value},\n`);
  writeFileSync(path, text.replace(/\}\);\s*$/, `${added.join("")}});\n`));
}

function keyOf(owner: Owner): string {
  return bytesToHex(developmentAccount(OWNERS.indexOf(owner) + 1).getHdKey().privateKey as Uint8Array);
}
