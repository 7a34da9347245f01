import { defineTask } from "../define.ts";
import {
  acceptBrokenInvariants,
  as,
  exportTo,
  policy,
  reason,
  safeNonce,
  service,
  simulator,
  timelock,
  title,
} from "../options.ts";

const contract = { name: "contract", description: "Which proxy: its name in the policy, or its address" };
const to = { name: "to", description: "Compiled contract whose code it is to run: VaultV2" };

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
      { name: "call", description: "What to call on it in the same transaction: 'initializeV2(alice)'" },
      {
        name: "constructorArgs",
        description: "Arguments of its constructor, as in a call: 'alice, 5 days'; otherwise it takes none",
      },
      title,
      reason,
      as,
      timelock,
      simulator,
      acceptBrokenInvariants,
      exportTo,
      service,
      safeNonce,
      policy,
    ],
    writes: true,
    action: () => import("./propose.ts"),
  }),
];
