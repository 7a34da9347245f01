/** Options that several tasks have: one name, one meaning, one description. */

export const policy = {
  name: "policy",
  description: "Path of the policy file; otherwise the deployment's, or deploy/policies/example.ts",
};

export const as = {
  name: "as",
  description:
    "Who acts, by name: a signer, or a Safe of whose owners some keys are here; otherwise whoever can",
};

export const account = {
  name: "account",
  description: "Which account, by its name in the policy; where none is needed, all of them",
};

export const bundler = {
  name: "bundler",
  description:
    "URL of an ERC-4337 bundler for what accounts do, or none: a key here submits it; otherwise the policy's",
};

export const timelock = { name: "timelock", description: "Which timelock, by name, where there are several" };

export const simulator = {
  name: "simulator",
  description: "fork, simulateV1 or embedded; otherwise a fork, on the embedded chain that chain itself",
};

export const safeNonce = {
  name: "safeNonce",
  description: "Nonce of the Safe's transaction, to replace one that waits; otherwise the next free one",
};

export const service = {
  name: "service",
  description: "URL of the Safe Transaction Service to gather signatures in, or none; otherwise the policy's",
};

export const exportTo = {
  name: "export",
  description: "File to write the Safe's transaction to, for the Safe app; nothing is proposed",
};

export const title = { name: "title", description: "What it is, in a few words" };

export const reason = { name: "reason", description: "Why it is wanted: those who sign it later read it" };

export const until = {
  name: "until",
  description: "When it ends, in UTC: 2027-06-30, or 2027-06-30T12:00:00Z",
};

export const acceptChangedEffects = {
  name: "acceptChangedEffects",
  description: "Go on although what it would do is no longer what was agreed to",
  flag: true,
} as const;

export const acceptChangedPolicy = {
  name: "acceptChangedPolicy",
  description: "Go on although the policy has changed since",
  flag: true,
} as const;

export const acceptBrokenInvariants = {
  name: "acceptBrokenInvariants",
  description: "Go on although something the policy declares is broken already",
  flag: true,
} as const;
