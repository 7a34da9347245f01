import { defineTask } from "./define.ts";

export const deployTasks = [
  defineTask({
    id: "deploy",
    description: "Deploy a policy, hand it over, and prove that the deployer has no right left",
    options: [
      { name: "policy", description: "Path of the policy file" },
      { name: "confirmNetwork", description: "Name of the network again, where it is not a development one" },
      {
        name: "reset",
        description: "Begin anew; the record of the old deployment is moved aside",
        flag: true,
      },
    ],
    writes: true,
    action: () => import("./deploy.ts"),
  }),
];
