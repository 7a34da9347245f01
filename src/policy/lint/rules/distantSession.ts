import { NEVER } from "../../compile/smartAccounts/session.ts";
import { formatInstant } from "../../text/instant.ts";
import { type Lint, sessionsOf } from "../types.ts";

const TWO_YEARS = 2n * 365n * 86_400n;

export const distantSession: Lint = {
  id: "distant-session",
  severity: "warning",
  byTime: true,
  explanation:
    "An end that nobody will see come is none: nobody will look at the session again before it is misused.",
  find({ desired, now }) {
    if (now === undefined) return [];
    return sessionsOf(desired)
      .map(({ subject, session }) => ({ subject, until: BigInt(session.validUntil) }))
      .filter(({ until }) => until > now + TWO_YEARS && until !== NEVER)
      .map(({ subject, until }) => ({
        subject,
        message: `${subject} lasts until ${formatInstant(until)}`,
        fix: "write an end within two years, and grant it again in time",
      }));
  },
};
