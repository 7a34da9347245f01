import { defineTask } from "../define.ts";

export const handoffTasks = [
  defineTask({
    id: ["handoff", "verify"],
    description: "Prove that the deployer, or any address, has no right over the deployment",
    options: [
      { name: "address", description: "Whose rights to look for, by name or address; default: the deployer" },
      { name: "policy", description: "Path of the policy file" },
    ],
    action: () => import("./verify.ts"),
  }),
];
