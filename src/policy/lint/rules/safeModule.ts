import { type Lint, safesOf } from "../types.ts";

export const safeModule: Lint = {
  id: "safe-module",
  severity: "warning",
  explanation:
    "A module acts for the Safe without any owner's signature: its code is as powerful as the threshold.",
  find({ desired, power }) {
    return safesOf(desired).flatMap(({ name, safe }) =>
      safe.modules.map((module) => ({
        subject: name,
        message: `${power.nameOf(module)} acts for ${name} without signatures`,
        fix: "take it out of modules, or accept it after a review of its code",
      })),
    );
  },
};
