import { describeSessions } from "../../src/plan/describeSessions.ts";
import { accountIn, findAccount } from "../../src/plan/sessionOrder.ts";
import { readProject } from "../../src/plugin/planProject.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

const list: TaskAction<{ account: string; policy: string }> = async (args, context) => {
  const project = await openProject(context.hre, { policy: args.policy });
  const { desired, book } = project;
  const accounts =
    args.account === ""
      ? desired.contracts.filter(({ account }) => account !== undefined)
      : [findAccount(desired, args.account)];
  const snapshot = await readProject(project);
  const now = snapshot.block.timestamp;
  const sessions = accounts.flatMap((account) =>
    describeSessions(account, accountIn(snapshot, account), { now, book }),
  );
  return {
    data: { block: snapshot.block, sessions },
    text: sessions.map(({ text }) => text).join("\n\n") || "No key has a session.",
  };
};

export default list;
