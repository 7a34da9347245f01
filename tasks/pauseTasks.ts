import type { TaskDefinition } from "hardhat/types/tasks";
import { defineTask } from "./define.ts";

const positional = [{ name: "contract", description: "Name of the contract" }];
const options = [
  { name: "reason", description: "Why" },
  { name: "as", description: "Who acts; whoever may do it soonest by default" },
  { name: "simulator", description: "fork, simulateV1 or embedded; the network's own by default" },
  { name: "safeNonce", description: "Nonce of the Safe's transaction; a used one is replaced" },
  { name: "policy", description: "Path of the policy file" },
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
