import { defineTask } from "../define.ts";

export const policyTasks = [
  defineTask({
    id: ["policy", "check"],
    description: "Validate the policy and warn of what is legal but dangerous",
    options: [{ name: "policy", description: "Path of the policy file" }],
    action: () => import("./check.ts"),
  }),
  defineTask({
    id: ["policy", "show"],
    description: "Show who may do what, how slowly, with which key",
    options: [{ name: "policy", description: "Path of the policy file" }],
    action: () => import("./show.ts"),
  }),
];
