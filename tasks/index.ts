/** Every task, described; nothing is imported before it runs. */
import { emptyTask } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { accountTasks } from "./account/index.ts";
import { deployTasks } from "./deployTasks.ts";
import { handoffTasks } from "./handoff/index.ts";
import { pauseTasks } from "./pauseTasks.ts";
import { policyTasks } from "./policy/index.ts";
import { recoveryTasks } from "./recovery/index.ts";
import { rolesTasks } from "./roles/index.ts";
import { sessionTasks } from "./session/index.ts";
import { timelockTasks } from "./timelock/index.ts";
import { transactionTasks } from "./transaction/index.ts";
import { upgradeTasks } from "./upgrade/index.ts";

export const tasks: TaskDefinition[] = [
  emptyTask("account", "Smart accounts: create, show").build(),
  ...accountTasks,
  ...deployTasks,
  emptyTask("handoff", "What the deployer gave away: verify").build(),
  ...handoffTasks,
  ...pauseTasks,
  emptyTask("policy", "The declared state: check, show, import").build(),
  ...policyTasks,
  emptyTask(
    "recovery",
    "A lost owner, replaced by guardians: propose, approve, execute, status, cancel, freeze",
  ).build(),
  ...recoveryTasks,
  emptyTask("roles", "Who holds what, who can do what, and changing it").build(),
  ...rolesTasks,
  emptyTask("session", "What keys may do by themselves: list, grant, revoke").build(),
  ...sessionTasks,
  emptyTask("transaction", "What was signed and is not included: list, bump, cancel, retry").build(),
  ...transactionTasks,
  emptyTask("upgrade", "New code for proxies: check it, propose it").build(),
  ...upgradeTasks,
  emptyTask("timelock", "Operations that wait: propose, list, show, execute, cancel").build(),
  ...timelockTasks,
];
