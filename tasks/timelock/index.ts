import type { TaskDefinition } from "hardhat/types/tasks";
import { defineTask } from "../define.ts";

const timelock = { name: "timelock", description: "Name of the timelock, where there are several" };
const policy = { name: "policy", description: "Path of the policy file" };
const as = { name: "as", description: "Who acts: a signer, or a Safe some of whose owners' keys are here" };
const simulator = {
  name: "simulator",
  description: "fork, simulateV1 or embedded; the network's own by default",
};
const safeNonce = {
  name: "safeNonce",
  description: "Nonce of the Safe's transaction; a used one is replaced",
};
const id = { name: "id", description: "Id of the operation, its first digits, or its title" };

export const timelockTasks: TaskDefinition[] = [
  defineTask({
    id: ["timelock", "propose"],
    description:
      "Decode, simulate and schedule calls; run again by each owner until a Safe has enough signatures",
    options: [
      { name: "call", description: "What to call: 'vault.setLimit(100 ether)'; several with ; between them" },
      { name: "plan", description: "File of calls: ours, or the Safe app's transaction builder's" },
      { name: "title", description: "What it is, in a few words" },
      { name: "reason", description: "Why it is wanted" },
      {
        name: "deadline",
        description: "Not to be executed from then on: a day, or an instant (2027-01-31T12:00:00Z)",
      },
      {
        name: "resume",
        description: "Id of an operation that was proposed and not scheduled yet: sign it, schedule it",
      },
      {
        name: "export",
        description: "Writes the Safe's transaction as a transaction-builder file, and sends nothing",
      },
      { name: "service", description: "URL of a Safe Transaction Service in which it is queued" },
      as,
      timelock,
      simulator,
      safeNonce,
      policy,
    ],
    writes: true,
    action: () => import("./propose.ts"),
  }),
  defineTask({
    id: ["timelock", "list"],
    description: "Operations, their state, and when they are ready and expire",
    options: [{ name: "all", description: "Those that are over, too", flag: true }, policy],
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
      {
        name: "acceptChangedEffects",
        description: "Go on although it would not do what was agreed to",
        flag: true,
      },
      { name: "acceptChangedPolicy", description: "Go on although the policy has changed since", flag: true },
      as,
      simulator,
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
    options: [as, safeNonce, policy],
    writes: true,
    action: () => import("./cancel.ts"),
  }),
];
