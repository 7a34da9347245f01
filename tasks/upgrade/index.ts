import { defineTask } from "../define.ts";

const policy = { name: "policy", description: "Path of the policy file" };
const contract = { name: "contract", description: "The proxy: a name of the policy, or an address" };
const to = { name: "to", description: "Artifact of the code it is to run" };

export const upgradeTasks = [
  defineTask({
    id: ["upgrade", "validate"],
    description: "Whether a proxy can move to new code: storage layout, unsafe operations, the way back",
    positional: [contract],
    options: [to, policy],
    action: () => import("./validate.ts"),
  }),
];
