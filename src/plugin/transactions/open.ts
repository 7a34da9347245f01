/** The stored transactions of one network: also of a deployment that did not finish, which is when they are needed. */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { checkGenesis } from "../../deploy/checkManifest.ts";
import { readProgress } from "../../deploy/progress.ts";
import type { StoredTransaction, TransactionState } from "../../transactions/types.ts";
import { openProject, type Project } from "../project.ts";

export interface Listed {
  record: StoredTransaction;
  state: TransactionState;
}

/** Throws `NOT_DEPLOYED` on the embedded chain, `CHAIN_RESTARTED`, `WRONG_CHAIN`, and what opening a project throws. */
export async function openTransactions(
  hre: HardhatRuntimeEnvironment,
  options: { policy: string; report(line: string): void },
): Promise<{ project: Project; records: readonly StoredTransaction[] }> {
  const { networkConfig } = await hre.network.getOrCreate();
  const state = networkConfig.type === "edr-simulated" ? "deployed" : "any";
  const project = await openProject(hre, { ...options, state });
  const begun = project.manifest ?? (await readProgress(project.files));
  if (begun !== undefined) await checkGenesis(project.client, begun);
  const records = (await project.sender.list()).filter((r) => r.chainId === project.chainId);
  return { project, records };
}

/** As the chain has each now. */
export async function readStates(
  { sender }: Project,
  records: readonly StoredTransaction[],
): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (const record of records) listed.push({ record, state: await sender.state(record) });
  return listed;
}
