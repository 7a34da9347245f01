import { defineTask } from "../define.ts";
import { policy } from "../options.ts";

export const policyTasks = [
  defineTask({
    id: ["policy", "check"],
    description: "Validate the policy and warn of what is legal but dangerous",
    options: [policy],
    action: () => import("./check.ts"),
  }),
  defineTask({
    id: ["policy", "show"],
    description: "Show who may do what, how slowly, with which key",
    options: [policy],
    action: () => import("./show.ts"),
  }),
  defineTask({
    id: ["policy", "import"],
    description: "Write a policy from what is on a chain: owners, roles, managers, timelocks, Safes",
    options: [
      { name: "address", description: "Contracts to begin with: vault=0x…,token=0x…" },
      { name: "out", description: "File to write; otherwise it is printed" },
      { name: "name", description: "What the policy is called; otherwise imported" },
    ],
    writes: true,
    action: () => import("./import.ts"),
  }),
];
