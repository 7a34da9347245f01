import { defineTask } from "../define.ts";
import { bundler, policy } from "../options.ts";

const account = { name: "account", description: "Which account, by its name in the policy" };

export const accountTasks = [
  defineTask({
    id: ["account", "create"],
    description: "Create an account that the policy declares; anyone can",
    positional: [account],
    options: [bundler, policy],
    writes: true,
    action: () => import("./create.ts"),
  }),
  defineTask({
    id: ["account", "show"],
    description: "Who owns an account, what it holds, and who may do what through it",
    positional: [{ ...account, optional: true }],
    options: [policy],
    action: () => import("./show.ts"),
  }),
];
