import type { TaskDefinition } from "hardhat/types/tasks";
import { defineTask } from "./define.ts";
import {
  acceptBrokenInvariants,
  acceptChangedPolicy,
  as,
  policy,
  reason,
  safeNonce,
  service,
  simulator,
} from "./options.ts";

const positional = [{ name: "contract", description: "Which contract: its name in the policy" }];
const options = [
  reason,
  as,
  simulator,
  acceptBrokenInvariants,
  acceptChangedPolicy,
  service,
  safeNonce,
  policy,
];

export const pauseTasks: TaskDefinition[] = [
  defineTask({
    id: "pause",
    description: "Stop a contract at once, through whoever may",
    positional,
    options,
    writes: true,
    action: () => import("./pause.ts"),
  }),
  defineTask({
    id: "unpause",
    description: "Start a contract again; run twice where it has to be scheduled",
    positional,
    options,
    writes: true,
    action: () => import("./unpause.ts"),
  }),
];
