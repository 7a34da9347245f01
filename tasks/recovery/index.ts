import { defineTask } from "../define.ts";
import { policy } from "../options.ts";

export const recoveryTasks = [
  defineTask({
    id: ["recovery", "approve"],
    description: "Sign what guardians are asked for, from a file and without a node",
    options: [
      { name: "file", description: "File that guardians pass around; the signature is added to it" },
      {
        name: "as",
        description: "Which guardian, by the name of a signer; otherwise the one whose key is here",
      },
      policy,
    ],
    writes: true,
    action: () => import("./approve.ts"),
  }),
];
