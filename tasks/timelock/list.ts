import { describeState, nameOf } from "../../src/operations/describe.ts";
import { isUnfinished } from "../../src/operations/lifecycle.ts";
import { inspectOperations } from "../../src/plugin/operate/inspect.ts";
import { nameCode } from "../../src/plugin/operate/nameCode.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

const list: TaskAction<{ all: boolean; policy: string }> = async ({ all, policy }, { hre }) => {
  const project = await openProject(hre, { policy });
  const operations = await openOperations(project);
  const now = await project.now();
  const found = (await inspectOperations(operations)).filter(({ state }) => all || isUnfinished(state));
  const installs = await Promise.all(found.map(({ calls }) => nameCode(operations, calls)));
  const rows = found.map(({ id, file, state, proposer, timelock }, index) => ({
    id,
    installs: (installs[index] ?? []).map(({ name, address }) => ({ name, address })),
    title: file?.title ?? null,
    state: state.status,
    readyAt: state.pending?.readyAt ?? null,
    expiresAt: state.pending?.expiresAt ?? null,
    proposer: proposer ?? null,
    timelock: timelock?.name ?? null,
    policyChanged: file !== undefined && file.policyHash !== project.desired.policyHash,
    described: describeState(state, now),
  }));
  const lines = rows.map(
    (row) =>
      `${row.id.slice(0, 10)}  ${row.title ?? "(proposed elsewhere)"}\n            ${row.described}${row.proposer ? `, by ${nameOf(row.proposer, operations.book)}` : ""}${row.installs.map(({ name }) => `; installs ${name}`).join("")}${row.policyChanged ? "; the policy has changed since" : ""}`,
  );
  const none = all ? "No operations." : "Nothing pending. Add --all for what is over.";
  return {
    data: { operations: rows.map(({ described: _, ...row }) => row) },
    text: lines.join("\n") || none,
  };
};

export default list;
