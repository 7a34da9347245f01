import { defineTask } from "../define.ts";
import {
  acceptBrokenInvariants,
  acceptChangedEffects,
  account,
  as,
  bundler,
  policy,
  reason,
  simulator,
} from "../options.ts";

const file = {
  name: "file",
  description:
    "File that guardians pass around; otherwise recovery-, drill-, unfreeze- or veto-<account>.json",
};

export const recoveryTasks = [
  defineTask({
    id: ["recovery", "propose"],
    description:
      "Write the file in which guardians ask for a new owner, or with --drill show that they can sign",
    options: [
      account,
      { name: "owner", description: "The new owner: a key, by name or address" },
      { name: "drill", description: "Ask for no owner: guardians only give a proof of life", flag: true },
      file,
      {
        name: "networks",
        description: "Networks of Hardhat, with commas: one signature of each guardian covers them all",
      },
      { name: "validFor", description: "How long the signatures are good; otherwise 14 days" },
      reason,
      policy,
    ],
    writes: true,
    action: () => import("./propose.ts"),
  }),
  defineTask({
    id: ["recovery", "approve"],
    description: "Sign what guardians are asked for, from a file and without a node",
    options: [file, as, policy],
    writes: true,
    action: () => import("./approve.ts"),
  }),
  defineTask({
    id: ["recovery", "execute"],
    description: "Submit what guardians signed, and put the new owner in once it is time; anyone can",
    options: [file, policy],
    writes: true,
    action: () => import("./execute.ts"),
  }),
  defineTask({
    id: ["recovery", "status"],
    description: "Who guards an account, what is pending, and who can do what about it",
    options: [account, policy],
    action: () => import("./status.ts"),
  }),
  defineTask({
    id: ["recovery", "cancel"],
    description: "Veto a recovery as the owner, or with --change a change of the guardians as guardians",
    options: [
      account,
      { name: "change", description: "Veto the pending change of the guardians", flag: true },
      as,
      file,
      simulator,
      acceptChangedEffects,
      acceptBrokenInvariants,
      bundler,
      policy,
    ],
    writes: true,
    action: () => import("./cancel.ts"),
  }),
  defineTask({
    id: ["recovery", "freeze"],
    description: "Freeze value and modules of an account as one guardian, or lift that together",
    options: [
      account,
      { name: "lift", description: "Lift it: several guardians sign", flag: true },
      as,
      file,
      policy,
    ],
    writes: true,
    action: () => import("./freeze.ts"),
  }),
];
