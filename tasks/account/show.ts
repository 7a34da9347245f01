import { type Address, type Client, formatEther } from "viem";
import { describeRecovery } from "../../src/accounts/recovery/describeRecovery.ts";
import { readRecovery } from "../../src/accounts/recovery/readRecovery.ts";
import { describeAccount } from "../../src/plan/describeAccount.ts";
import { describeSessions } from "../../src/plan/describeSessions.ts";
import { accountIn, findAccount } from "../../src/plan/sessionOrder.ts";
import { readProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { SmartAccountState } from "../../src/snapshot/types.ts";
import type { TaskAction } from "../define.ts";

const show: TaskAction<{ account: string; policy: string }> = async (args, context) => {
  const project = await openProject(context.hre, { policy: args.policy });
  const { desired, book, client } = project;
  const accounts =
    args.account === ""
      ? desired.contracts.filter(({ account }) => account !== undefined)
      : [findAccount(desired, args.account)];
  const snapshot = await readProject(project);
  const now = snapshot.block.timestamp;
  const shown = await Promise.all(
    accounts.map(async (account) => {
      const { name, address } = account;
      const state = accountIn(snapshot, account);
      const balance = await client.getBalance({ address });
      const sessions = describeSessions(account, state, { now, book });
      const lines = describeAccount(account, snapshot, book);
      const recovery = await readGuardians(client, address, state, { now: Number(now), book });
      return {
        data: { name, address, balance, ...state, sessions },
        text: [
          `${name} at ${address}`,
          `  holds       ${formatEther(balance)} ether`,
          ...lines.map((line) => `  ${line}`),
          ...(recovery === undefined ? [] : [`\n${recovery}`]),
          ...sessions.map(({ text }) => `\n${text}`),
        ].join("\n"),
      };
    }),
  );
  return {
    data: { block: snapshot.block, accounts: shown.map(({ data }) => data) },
    text: shown.map(({ text }) => text).join("\n\n") || "The policy has no account.",
  };
};

async function readGuardians(
  client: Client,
  account: Address,
  { recoveryModule: module, recovery }: SmartAccountState,
  words: Parameters<typeof describeRecovery>[1],
): Promise<string | undefined> {
  if (recovery === undefined || recovery.terms === "0x") return undefined;
  return describeRecovery(await readRecovery(client, { account, module, terms: recovery.terms }), words);
}

export default show;
