import { defineTask } from "../define.ts";

const policy = { name: "policy", description: "Path of the policy file" };

export const rolesTasks = [
  defineTask({
    id: ["roles", "list"],
    description: "Who holds what: roles, duties and owners, with delays, expiry and key bindings",
    options: [
      { name: "contract", description: "Only this contract: a name, or any address on the chain" },
      policy,
    ],
    action: () => import("./list.ts"),
  }),
  defineTask({
    id: ["roles", "who"],
    description: "Who can reach a function: through what, how fast, who can stop it, and the fewest keys",
    positional: [
      { name: "function", description: "<contract>.<function>, or <contract>.code for replacing its code" },
    ],
    options: [policy],
    action: () => import("./who.ts"),
  }),
];
