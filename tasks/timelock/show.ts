import { decodeCall } from "../../src/operations/decode/decodeCall.ts";
import {
  describeHead,
  describeSafeTransaction,
  describeState,
  nameOf,
} from "../../src/operations/describe.ts";
import { describePostConditions } from "../../src/operations/describePostConditions.ts";
import { formatCalls } from "../../src/operations/format.ts";
import { isUnfinished } from "../../src/operations/lifecycle.ts";
import { whoMayCancel } from "../../src/plugin/operate/cancel.ts";
import { inspectOperation, verifyOperation } from "../../src/plugin/operate/inspect.ts";
import { withCodeNames } from "../../src/plugin/operate/nameCode.ts";
import { openOperations } from "../../src/plugin/operate/open.ts";
import { openProject } from "../../src/plugin/project.ts";
import type { TaskAction } from "../define.ts";

const show: TaskAction<{ id: string; policy: string }> = async ({ id, policy }, { hre }) => {
  const project = await openProject(hre, { policy });
  const opened = await openOperations(project);
  const found = await inspectOperation(opened, id);
  const operations = await withCodeNames(opened, found.calls);
  const { book } = operations;
  const { file, calls, state, proposer } = found;
  const checks = verifyOperation(found);
  const cancellers = await whoMayCancel(operations, found);
  const now = await project.now();
  const conditions =
    found.timelock && isUnfinished(state) ? describePostConditions(found.timelock.state, book, now) : [];
  const verified = checks.length > 0 && checks.every(({ holds }) => holds);
  const text = [
    file && file.origin === undefined
      ? describeHead(file, book)
      : `Operation ${found.id}\n  proposed elsewhere: its title and reason are not known here`,
    `  state     ${describeState(state, now)}`,
    ...conditions.map((condition) => `  after it  ${condition}, or it is undone`),
    ...(proposer ? [`  proposer  ${nameOf(proposer, book)}`] : []),
    `  cancel    ${cancellers.map((address) => nameOf(address, book)).join(", ") || "nobody"}`,
    "",
    formatCalls(calls, book),
    "",
    ...checks.map(({ what, holds }) => `${holds ? "ok" : "!! NOT SO"}: ${what}`),
    ...(checks.length === 0 ? ["Nothing on the chain to check it against yet"] : []),
    ...(file?.effectsText ? ["", "Effects as they were agreed to:", file.effectsText] : []),
    ...(file?.safeTransactions ?? []).map((t) => `\n${describeSafeTransaction(t, book)}`),
  ].join("\n");
  return {
    data: {
      id: found.id,
      state: state.status,
      pending: state.pending ?? null,
      proposer: proposer ?? null,
      cancellers,
      postConditions: found.timelock?.state.postConditions ?? [],
      verified,
      checks,
      decoded: calls.map((call) => decodeCall(call, book)),
      file: file ?? null,
    },
    text,
    ...(checks.some(({ holds }) => !holds) ? { exitCode: 2 as const } : {}),
  };
};

export default show;
