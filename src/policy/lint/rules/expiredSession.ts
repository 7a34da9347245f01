import { formatInstant } from "../../text/instant.ts";
import { type Lint, sessionsOf } from "../types.ts";

export const expiredSession: Lint = {
  id: "expired-session",
  severity: "warning",
  byTime: true,
  explanation:
    "The policy says that a key may act, and it may not: whoever relies on it finds out at the worst time.",
  find({ desired, now }) {
    if (now === undefined) return [];
    return sessionsOf(desired)
      .filter(({ session }) => BigInt(session.validUntil) < now)
      .map(({ subject, session }) => ({
        subject,
        message: `${subject} is over since ${formatInstant(BigInt(session.validUntil) + 1n)}`,
        fix: "write a later end, or take the session away",
      }));
  },
};
