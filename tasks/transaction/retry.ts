import { describeRelease, describeTransaction } from "../../src/plugin/transactions/describe.ts";
import { openTransactions } from "../../src/plugin/transactions/open.ts";
import { findTransaction } from "../../src/transactions/findTransaction.ts";
import { stopped, type TaskAction } from "../define.ts";

interface Arguments {
  id: string;
  policy: string;
  dryRun: boolean;
}

const retry: TaskAction<Arguments> = async ({ id, policy, dryRun }, { hre, confirm, progress }) => {
  const { project, records } = await openTransactions(hre, { policy, report: progress });
  const { sender, network } = project;
  const record = findTransaction(id, records);
  const taker = await sender.proveLost(record.id);
  const head = `${describeTransaction(record, project)}\n\n${describeRelease(record, taker)}`;
  const data = { id: record.id, nonce: record.nonce, label: record.label, taker };
  if (dryRun) return { data, text: `${head}\n\nDry run: nothing was changed` };
  if (!(await confirm(`${head}\n\nAllow it another nonce?`)))
    return stopped(`npx hardhat transaction list --network ${network}`);
  await sender.release(record.id);
  return { data, text: `${head}\n\nAllowed. Run the interrupted command again: it signs this anew.` };
};

export default retry;
