import type { TaskDefinition } from "hardhat/types/tasks";
import { defineTask } from "../define.ts";
import {
  acceptBrokenInvariants,
  acceptChangedEffects,
  acceptChangedPolicy,
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

const id = {
  name: "id",
  description: "Which operation: its id, the first digits of it, its title, or latest",
};

export const timelockTasks: TaskDefinition[] = [
  defineTask({
    id: ["timelock", "propose"],
    description:
      "Decode, simulate and schedule calls; run again by each owner until a Safe has enough signatures",
    options: [
      { name: "call", description: "What to call: 'vault.setLimit(100 ether)'; several with ; between them" },
      { name: "plan", description: "File of calls: ours, or one of the Safe app's transaction builder" },
      title,
      reason,
      {
        name: "deadline",
        description: "Not to be executed from then on, in UTC: 2027-06-30, or 2027-06-30T12:00:00Z",
      },
      {
        name: "resume",
        description: "Sign and schedule what was begun: its id, the first digits of it, its title, or latest",
      },
      exportTo,
      as,
      timelock,
      simulator,
      acceptBrokenInvariants,
      service,
      safeNonce,
      policy,
    ],
    writes: true,
    action: () => import("./propose.ts"),
  }),
  defineTask({
    id: ["timelock", "list"],
    description: "Operations, their state, and when they are ready and expire",
    options: [{ name: "all", description: "Also those that are over", flag: true }, policy],
    action: () => import("./list.ts"),
  }),
  defineTask({
    id: ["timelock", "show"],
    description: "One operation, decoded from its bytes and checked against the chain",
    positional: [id],
    options: [policy],
    action: () => import("./show.ts"),
  }),
  defineTask({
    id: ["timelock", "execute"],
    description: "Simulate again and execute an operation whose time has come",
    positional: [id],
    options: [
      acceptChangedEffects,
      acceptBrokenInvariants,
      acceptChangedPolicy,
      as,
      simulator,
      service,
      safeNonce,
      policy,
    ],
    writes: true,
    action: () => import("./execute.ts"),
  }),
  defineTask({
    id: ["timelock", "cancel"],
    description: "Call off an operation that waits",
    positional: [id],
    options: [as, service, safeNonce, policy],
    writes: true,
    action: () => import("./cancel.ts"),
  }),
];
