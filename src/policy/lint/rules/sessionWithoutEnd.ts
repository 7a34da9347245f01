import { NEVER } from "../../compile/smartAccounts/session.ts";
import { type Lint, sessionsOf } from "../types.ts";

export const sessionWithoutEnd: Lint = {
  id: "session-without-end",
  severity: "warning",
  production: "error",
  explanation:
    "A session key sits on a machine that acts alone. One that never ends is still good when it is stolen.",
  find({ desired }) {
    return sessionsOf(desired)
      .filter(({ session }) => BigInt(session.validUntil) === NEVER)
      .map(({ subject }) => ({
        subject,
        message: `${subject} never ends`,
        fix: "write until: a day within a year, and grant it again in time",
      }));
  },
};
