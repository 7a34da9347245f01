import { describeTransactionState } from "../../src/plugin/transactions/describe.ts";
import { openTransactions, readStates } from "../../src/plugin/transactions/open.ts";
import type { TaskAction } from "../define.ts";

const DONE: readonly string[] = ["included", "reverted", "cancelled"];

const list: TaskAction<{ all: boolean; policy: string }> = async ({ all, policy }, { hre, progress }) => {
  const { project, records } = await openTransactions(hre, { policy, report: progress });
  const listed = await readStates(project, records);
  const open = listed.filter(({ state }) => !DONE.includes(state.status));
  const shown = all ? listed : open;
  const lines = shown.map(
    ({ record, state }) =>
      `${record.id.slice(0, 10)}  nonce ${record.nonce}  ${record.label}\n            ${describeTransactionState(state)}`,
  );
  const next = open.map(({ record, state }) => {
    const id = record.id.slice(0, 10);
    if (state.status === "displaced")
      return `npx hardhat transaction retry ${id} --network ${project.network}`;
    if (state.status === "released") return undefined;
    return `\`npx hardhat transaction bump ${id} --network ${project.network}\`, or cancel`;
  });
  const hints = [...new Set(next.filter((hint) => hint !== undefined))];
  return {
    data: { transactions: shown.map(({ record, state }) => ({ ...record, state })) },
    text: [
      ...lines,
      ...(shown.length === 0
        ? [all ? "No transactions." : "Nothing waits. Add --all for what is included."]
        : []),
      ...(hints.length === 0 ? [] : ["", "If it does not go on by itself:", ...hints.map((h) => `  ${h}`)]),
    ].join("\n"),
    exitCode: open.length > 0 ? 2 : 0,
  };
};

export default list;
