/** Times and delays as people write them. */

const UNITS: readonly (readonly [bigint, string])[] = [
  [86_400n, "day"],
  [3_600n, "hour"],
  [60n, "minute"],
  [1n, "second"],
];

/** Seconds in words: `2 days 1 hour`, `0 seconds`. */
export function formatDuration(seconds: bigint): string {
  let rest = seconds;
  const words: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = rest / size;
    rest %= size;
    if (count > 0n) words.push(`${count} ${unit}${count === 1n ? "" : "s"}`);
  }
  return words.join(" ") || "0 seconds";
}

/** Seconds since the epoch as UTC: `2027-06-30 12:00:00 UTC`. */
export function formatTime(time: bigint): string {
  if (time > 8_640_000_000_000n) return `second ${time}`;
  return `${new Date(Number(time) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
