/** Times as people read them. */

/** Seconds since the epoch as UTC: `2027-06-30 12:00:00 UTC`. */
export function formatTime(time: bigint): string {
  if (time > 8_640_000_000_000n) return `second ${time}`;
  return `${new Date(Number(time) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
