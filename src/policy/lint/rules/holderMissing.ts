import type { Lint } from "../types.ts";

export const holderMissing: Lint = {
  id: "holder-missing",
  severity: "note",
  production: "warning",
  explanation:
    "Without the name of its holder a key counts as a person of its own: separation of duties cannot be judged.",
  find({ desired }) {
    return desired.signers
      .filter((signer) => signer.holder === undefined)
      .map((signer) => ({
        subject: signer.name,
        message: `nobody is said to hold ${signer.name}`,
        fix: `write signers.${signer.name}.holder: the person, team or vendor`,
      }));
  },
};
