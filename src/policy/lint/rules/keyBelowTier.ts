import type { Lint } from "../types.ts";

const RANK = { development: 0, staging: 1, production: 2 } as const;

export const keyBelowTier: Lint = {
  id: "key-below-tier",
  severity: "warning",
  production: "error",
  explanation:
    "A key is as safe as the place it lives in. One made for trying things out has been in too many places.",
  find({ desired }) {
    return desired.signers
      .filter((signer) => RANK[signer.tier] < RANK[desired.tier])
      .map((signer) => ({
        subject: signer.name,
        message: `${signer.name} is a ${signer.tier} key on a ${desired.tier} network`,
        fix: `name a ${desired.tier} key under networks.${desired.network}.signers.${signer.name}`,
      }));
  },
};
