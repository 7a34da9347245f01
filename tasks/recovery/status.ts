import { describeRecovery } from "../../src/accounts/recovery/describeRecovery.ts";
import { listOptions } from "../../src/accounts/recovery/listOptions.ts";
import { openProject } from "../../src/plugin/project.ts";
import { readAccountRecovery } from "../../src/plugin/recovery/readAccountRecovery.ts";
import type { TaskAction } from "../define.ts";

const status: TaskAction<{ account: string; policy: string }> = async ({ account, policy }, context) => {
  const project = await openProject(context.hre, { policy });
  const { book, desired } = project;
  const declared = desired.contracts.filter((c) => c.account !== undefined && c.recovery !== undefined);
  const accounts = account === "" ? declared.map(({ name }) => name) : [account];
  const shown = [];
  for (const name of accounts) {
    const found = await readAccountRecovery(project, name);
    const options = listOptions(found.name, found.state, found.now);
    const text = [
      describeRecovery(found.state, { ...found, book }),
      "",
      "What can be done:",
      ...options.map(
        ({ who, what, command }) => `  ${who}: ${what}${command ? `\n    ${context.command(command)}` : ""}`,
      ),
    ].join("\n");
    shown.push({ data: { ...found, options }, text });
  }
  const pending = shown.some(({ data }) => data.state.request !== undefined);
  return {
    data: { accounts: shown.map(({ data }) => data) },
    text: shown.map(({ text }) => text).join("\n\n") || "No account of the policy has guardians.",
    exitCode: pending ? 2 : 0,
  };
};

export default status;
