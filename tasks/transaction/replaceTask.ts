import { describeReplacement, describeTransaction } from "../../src/plugin/transactions/describe.ts";
import { openTransactions } from "../../src/plugin/transactions/open.ts";
import { followTransaction, type Settlement } from "../../src/plugin/transactions/settle.ts";
import { findTransaction } from "../../src/transactions/findTransaction.ts";
import { stopped, type TaskAction } from "../define.ts";

export interface Arguments {
  id: string;
  policy: string;
  dryRun: boolean;
}

/** `bump` and `cancel` differ in what takes the nonce. */
export function replaceTask(kind: "bump" | "cancel"): TaskAction<Arguments> {
  return async ({ id, policy, dryRun }, { hre, confirm, progress }) => {
    const { project, records } = await openTransactions(hre, { policy, report: progress });
    const { sender, network } = project;
    const record = findTransaction(id, records);
    const short = record.id.slice(0, 10);
    const quoted = await sender.quote(record.id, kind);
    const head = `${describeTransaction(record, project)}\n\n${describeReplacement(quoted)}`;
    const data = { id: record.id, nonce: record.nonce, label: record.label };
    if (dryRun) return { data: { ...data, quoted }, text: `${head}\n\nDry run: nothing was sent` };
    if (!(await confirm(`${head}\n\nSign and send this?`)))
      return stopped(`npx hardhat transaction list --network ${network}`);
    const sent = await sender.replace(quoted);
    progress(`sent ${sent}; waiting for a block`);
    const outcome = await followTransaction(project, record.id);
    return {
      data: { ...data, sent, outcome },
      text: [head, "", `Sent ${sent}.`, describe(outcome, kind, network, short)].join("\n"),
      ...(outcome.status === "pending" ? { exitCode: 2 } : {}),
    };
  };
}

function describe(outcome: Settlement, kind: string, network: string, id: string): string {
  if (outcome.status === "pending")
    return `Not in a block yet: \`npx hardhat transaction list --network ${network}\` says when; it is stored and sent again where the node loses it.`;
  if (outcome.status === "cancelled")
    return `Cancelled by ${outcome.hash}: it did not happen. A command that still wants it stops there; \`npx hardhat transaction retry ${id} --network ${network}\` allows it again.`;
  return kind === "cancel"
    ? `Too late: it was included first, as ${outcome.hash}. Run the interrupted command again.`
    : `Included as ${outcome.hash}. Run the interrupted command again to go on.`;
}
