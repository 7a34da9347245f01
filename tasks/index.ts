/** Every task, described; nothing is imported before it runs. */
import { emptyTask } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { deployTasks } from "./deployTasks.ts";
import { policyTasks } from "./policy/index.ts";
import { rolesTasks } from "./roles/index.ts";

export const tasks: TaskDefinition[] = [
  ...deployTasks,
  emptyTask("policy", "The declared state: check, show, import").build(),
  ...policyTasks,
  emptyTask("roles", "Who holds what, who can do what, and changing it").build(),
  ...rolesTasks,
];
