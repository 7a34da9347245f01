/** Durations as people write them: "2 days", "36 hours", "1 day 12 hours". Seconds everywhere else. */
import { PortcullisError } from "../../errors.ts";

const SECONDS = { second: 1n, minute: 60n, hour: 3600n, day: 86_400n, week: 604_800n } as const;

type Unit = keyof typeof SECONDS;
type Part = `${number} ${Unit | `${Unit}s`}`;
/** At most two parts in the type, so that a typing error is caught by the compiler; the parser takes any number. */
export type DurationText = Part | `${Part} ${Part}`;

const WHOLE = /^(\d+ (second|minute|hour|day|week)s?)( \d+ (second|minute|hour|day|week)s?)*$/;
const PART = /(\d+) (second|minute|hour|day|week)s?/g;
/** uint32, as the role manager keeps delays: 136 years. */
const LONGEST = 2n ** 32n - 1n;

/**
 * @returns seconds
 * @throws DURATION_INVALID where the text is anything else, a fraction or more than 2^32 - 1 seconds
 */
export function parseDuration(text: string): bigint {
  if (!WHOLE.test(text)) throw refuse(text, `${quote(text)} is not a duration`);
  let total = 0n;
  for (const [, count, unit] of text.matchAll(PART)) total += BigInt(count as string) * SECONDS[unit as Unit];
  if (total > LONGEST)
    throw refuse(text, `${quote(text)} is longer than 136 years, the longest delay a contract can hold`);
  return total;
}

/** The shortest text that parses back to the same number of seconds. */
export function formatDuration(seconds: bigint): DurationText {
  const parts: string[] = [];
  let rest = seconds;
  for (const unit of ["day", "hour", "minute", "second"] as const) {
    const count = rest / SECONDS[unit];
    rest %= SECONDS[unit];
    if (count > 0n) parts.push(`${count} ${unit}${count === 1n ? "" : "s"}`);
  }
  return (parts.join(" ") || "0 seconds") as DurationText;
}

function refuse(text: string, problem: string): PortcullisError {
  return new PortcullisError("DURATION_INVALID", problem, {
    hint: /month|year/.test(text)
      ? 'write days, since months and years differ in length: "90 days"'
      : 'write a whole number and a unit: "2 days", "36 hours", "1 day 12 hours", "0 seconds"',
    details: { value: text },
  });
}

function quote(text: string): string {
  return JSON.stringify(text);
}
