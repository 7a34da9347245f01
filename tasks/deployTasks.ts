import { defineTask } from "./define.ts";
import { policy } from "./options.ts";

export const deployTasks = [
  defineTask({
    id: "deploy",
    description: "Deploy a policy, hand it over, and prove that the deployer has no right left",
    options: [
      policy,
      {
        name: "confirmNetwork",
        description:
          "The network's name once more; needed where it is not a development network and nobody can be asked",
      },
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
