import type { TaskDefinition } from "hardhat/types/tasks";
import { defineTask } from "../define.ts";
import { policy } from "../options.ts";

const id = {
  name: "id",
  description: "Which transaction: its id, one of its hashes, the first digits of either, or its label",
};

export const transactionTasks: TaskDefinition[] = [
  defineTask({
    id: ["transaction", "list"],
    description: "What was signed here and what became of it; 2 where something waits, is stuck or lost",
    options: [{ name: "all", description: "Also those that are over", flag: true }, policy],
    action: () => import("./list.ts"),
  }),
  defineTask({
    id: ["transaction", "bump"],
    description: "Pay more for a transaction that is stuck: the same one, on the same nonce",
    positional: [id],
    options: [policy],
    writes: true,
    action: () => import("./bump.ts"),
  }),
  defineTask({
    id: ["transaction", "cancel"],
    description: "Replace a transaction that is stuck by an empty one, so that it does not happen",
    positional: [id],
    options: [policy],
    writes: true,
    action: () => import("./cancel.ts"),
  }),
  defineTask({
    id: ["transaction", "retry"],
    description: "Allow what was cancelled or displaced another nonce, once the old one is proved lost",
    positional: [id],
    options: [policy],
    writes: true,
    action: () => import("./retry.ts"),
  }),
];
