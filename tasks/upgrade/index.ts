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
  defineTask({
    id: ["upgrade", "propose"],
    description: "Validate new code, deploy it, pin its hash, simulate the upgrade and schedule it",
    positional: [contract],
    options: [
      to,
      { name: "call", description: "What the new code is called with at once: 'initializeV2(alice)'" },
      { name: "title", description: "What it is, in a few words" },
      { name: "reason", description: "Why it is wanted" },
      { name: "as", description: "Who proposes: a signer, or a Safe some of whose owners' keys are here" },
      { name: "timelock", description: "Name of the timelock, where there are several" },
      { name: "simulator", description: "fork, simulateV1 or embedded; the network's own by default" },
      policy,
    ],
    writes: true,
    action: () => import("./propose.ts"),
  }),
];
