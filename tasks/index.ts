/** Every task, described; nothing is imported before it runs. */
import { emptyTask } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { policyTasks } from "./policy/index.ts";

export const tasks: TaskDefinition[] = [
  emptyTask("policy", "The declared state: check, show, import").build(),
  ...policyTasks,
];
