/** A chain in this process with everything acting needs: the real sender and journal, development keys, real Safes. */
import type { ActEnvironment } from "../../src/operations/acts/types.ts";
import { type OperationStore, openOperationStore } from "../../src/operations/store/operationStore.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";
import type { Project } from "../../src/plugin/project.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { safeInfrastructure } from "../../src/safe/infrastructure.ts";
import type { Signers } from "../../src/signers/types.ts";
import { openJournal } from "../../src/transactions/journal.ts";
import { createSender } from "../../src/transactions/sender.ts";
import type { Clock } from "../../src/transactions/types.ts";
import type { Chain, developmentAccount } from "../safe/localSafe.ts";

export type Accounts = readonly ReturnType<typeof developmentAccount>[];

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** `at hand` are the accounts whose keys this environment holds. */
export function environmentOf(
  chain: Chain,
  accounts: Accounts,
  files = openMemoryFiles(),
): ActEnvironment & { store: OperationStore } {
  const provider = chain.connection.provider as never;
  const signers = signersOf(accounts);
  return {
    chainId: 31337,
    client: chain.reader,
    provider,
    signers,
    relayers: accounts.map((a) => a.address),
    infrastructure: () => safeInfrastructure(31337),
    fromBlock: 0n,
    now: async () => (await chain.reader.getBlock()).timestamp,
    store: openOperationStore(files),
    sender: createSender({
      rpc: provider,
      chainId: 31337,
      journal: openJournal(files),
      signer: (address) => signers.get(address),
      clock,
      fees: { speed: "normal" },
      confirmations: 1,
      finality: "confirmed",
      poll: 5,
      timeout: 10_000,
    }),
  };
}

/** What operations need of a project, on this chain: its own keys, files and policy. */
export function projectOf(
  chain: Chain,
  accounts: Accounts,
  desired: Desired,
  files = openMemoryFiles(),
): Project {
  const { sender, signers, now } = environmentOf(chain, accounts, files);
  const project: Partial<Project> = {
    connection: chain.connection,
    network: "hardhat",
    chainId: 31337,
    client: chain.reader,
    desired,
    book: desired.book,
    sender,
    signers,
    now,
    files,
  };
  return project as Project;
}

function signersOf(accounts: Accounts): Signers {
  const find = (name: string) => accounts.find((a) => a.address.toLowerCase() === name.toLowerCase());
  return {
    names: () => accounts.map((a) => a.address),
    has: (name: string) => find(name) !== undefined,
    get: async (name: string) => find(name) ?? Promise.reject(new Error(`no key for ${name}`)),
  };
}

export async function passTime(chain: Chain, seconds: number): Promise<void> {
  await chain.client.increaseTime({ seconds });
  await chain.client.mine({ blocks: 1 });
}
