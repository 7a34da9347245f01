/** Points in time as people write them, always in UTC: "2027-06-30" (its first second) or "2027-06-30T12:00:00Z". */
import { PortcullisError } from "../../errors.ts";

type Day = `${number}-${number}-${number}`;
export type InstantText = Day | `${Day}T${string}Z`;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/;

/**
 * @returns seconds since the epoch
 * @throws INSTANT_INVALID where the text is anything else, has no `Z`, or names a day that does not exist
 */
export function parseInstant(text: string): bigint {
  if (!DAY.test(text) && !INSTANT.test(text)) throw refuse(text, `${JSON.stringify(text)} is not a date`);
  const milliseconds = Date.parse(text);
  // Date.parse rolls 30 February over into March: only what prints back the same exists.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(text.slice(0, 10))) {
    throw refuse(text, `${JSON.stringify(text)} does not exist in the calendar`);
  }
  if (milliseconds <= 0) throw refuse(text, `${JSON.stringify(text)} is before 1970`);
  return BigInt(milliseconds / 1000);
}

/** The shortest text that parses back to the same second. */
export function formatInstant(seconds: bigint): InstantText {
  const text = new Date(Number(seconds) * 1000).toISOString();
  return (text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.replace(".000Z", "Z")) as InstantText;
}

function refuse(text: string, problem: string): PortcullisError {
  return new PortcullisError("INSTANT_INVALID", problem, {
    hint: 'write a day, "2027-06-30" (its first second in UTC), or an instant in UTC, "2027-06-30T12:00:00Z"',
    details: { value: text },
  });
}
