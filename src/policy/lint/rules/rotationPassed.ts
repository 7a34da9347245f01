import { formatInstant } from "../../text/instant.ts";
import type { Lint } from "../types.ts";

export const rotationPassed: Lint = {
  id: "rotation-passed",
  severity: "error",
  byTime: true,
  explanation: "The key should have been replaced. Its key-bound roles give it no power any more.",
  find({ desired, now }) {
    if (now === undefined) return [];
    return desired.signers
      .filter((signer) => signer.rotateBy !== undefined && signer.rotateBy <= now)
      .map((signer) => ({
        subject: signer.name,
        message: `${signer.name} should have been replaced by ${formatInstant(signer.rotateBy ?? 0n)}`,
        fix: "rotate the key, then name the new one and its next deadline",
      }));
  },
};
