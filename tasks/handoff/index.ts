import { defineTask } from "../define.ts";
import { policy } from "../options.ts";

export const handoffTasks = [
  defineTask({
    id: ["handoff", "verify"],
    description: "Prove that the deployer, or any address, has no right over the deployment",
    options: [
      {
        name: "address",
        description: "Whose rights to look for: a name of the policy, or an address; otherwise the deployer",
      },
      policy,
    ],
    action: () => import("./verify.ts"),
  }),
];
