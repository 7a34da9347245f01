import { defineTask } from "../define.ts";
import {
  acceptBrokenInvariants,
  acceptChangedEffects,
  account,
  bundler,
  policy,
  simulator,
} from "../options.ts";

const simulated = [simulator, acceptChangedEffects, acceptBrokenInvariants] as const;

export const sessionTasks = [
  defineTask({
    id: ["session", "list"],
    description: "What keys may do by themselves, as the policy and the chain have it",
    options: [account, policy],
    action: () => import("./list.ts"),
  }),
  defineTask({
    id: ["session", "grant"],
    description: "Grant a session that the policy declares: the account's owner signs",
    positional: [
      { name: "session", description: "Which: <account>.<session>, by their names in the policy" },
    ],
    options: [...simulated, bundler, policy],
    writes: true,
    action: () => import("./grant.ts"),
  }),
  defineTask({
    id: ["session", "revoke"],
    description: "Revoke a session at once, or all of an account, used or not",
    positional: [
      {
        name: "session",
        description: "Which: <account>.<session>, <account>.<the start of its id>, or <account> for all",
      },
    ],
    options: [...simulated, bundler, policy],
    writes: true,
    action: () => import("./revoke.ts"),
  }),
];
