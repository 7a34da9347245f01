import { type Lint, managersOf } from "../types.ts";

export const rotationMissing: Lint = {
  id: "rotation-missing",
  severity: "warning",
  production: "error",
  explanation:
    "A key-bound role asks of each key by when it will be replaced. A key without a date can never be bound.",
  find({ desired, power }) {
    const bound = managersOf(desired).flatMap(({ manager }) => manager.bindings);
    const needed = new Set(
      bound.filter((b) => b.status === "valid" && b.rotateBy === 0n).map((b) => b.account),
    );
    return [...needed].map((account) => ({
      subject: power.nameOf(account),
      message: `${power.nameOf(account)} holds a key-bound role and has no rotation deadline`,
      fix: `write signers.${power.nameOf(account)}.rotateBy: "2027-06-30"`,
    }));
  },
};
