import { defineTask } from "../define.ts";
import { acceptBrokenInvariants, acceptChangedEffects, policy, simulator, until } from "../options.ts";

const simulated = [simulator, acceptChangedEffects, acceptBrokenInvariants] as const;

const grantee = [
  { name: "role", description: "Which role: its name in the policy" },
  { name: "principal", description: "Who: a name of the policy" },
] as const;

export const rolesTasks = [
  defineTask({
    id: ["roles", "list"],
    description: "Who holds what: roles, duties and owners, with delays, expiry and key bindings",
    options: [
      { name: "contract", description: "Only this one: a name of the policy, or any address on the chain" },
      policy,
    ],
    action: () => import("./list.ts"),
  }),
  defineTask({
    id: ["roles", "who"],
    description: "Who can reach a function: through what, how fast, who can stop it, and the fewest keys",
    positional: [
      {
        name: "function",
        description: "Which function: vault.withdraw, or vault.code for replacing its code",
      },
    ],
    options: [policy],
    action: () => import("./who.ts"),
  }),
  defineTask({
    id: ["roles", "plan"],
    description: "What differs between policy and chain, and the steps that repair it, in order",
    options: [policy],
    action: () => import("./plan.ts"),
  }),
  defineTask({
    id: ["roles", "apply"],
    description: "Carry the plan out: what waits is scheduled now, and executed by a later run",
    options: [...simulated, policy],
    writes: true,
    action: () => import("./apply.ts"),
  }),
  defineTask({
    id: ["roles", "grant"],
    description: "Grant a role that the policy declares, or for a while one that it does not",
    positional: [...grantee],
    options: [
      { name: "for", description: "How long it lasts: 2h, 7d" },
      until,
      { name: "delay", description: "How long what the role does has to wait: 1h; otherwise the policy's" },
      {
        name: "temporary",
        description: "Grant it although the policy does not declare it; needs --for or --until",
        flag: true,
      },
      ...simulated,
      policy,
    ],
    writes: true,
    action: () => import("./grant.ts"),
  }),
  defineTask({
    id: ["roles", "revoke"],
    description: "Revoke a role by the fastest lane there is",
    positional: [...grantee],
    options: [...simulated, policy],
    writes: true,
    action: () => import("./revoke.ts"),
  }),
  defineTask({
    id: ["roles", "renew"],
    description: "Change when a grant ends",
    positional: [...grantee],
    options: [until, ...simulated, policy],
    writes: true,
    action: () => import("./renew.ts"),
  }),
];
