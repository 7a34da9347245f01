import { parseDuration } from "../../src/policy/text/duration.ts";

const UNITS: Readonly<Record<string, string>> = {
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
  w: "weeks",
};

/** Seconds of `2h`, `30m`, `7d`, or of a duration as policies write it. Throws DURATION_INVALID. */
export function parseShortDuration(text: string): bigint {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text.trim()) ?? [];
  return parseDuration(count === undefined || unit === undefined ? text : `${count} ${UNITS[unit]}`);
}
