/** The gas table as a person reads it: ours, what of the ceiling is left, and each peer's figure of the same run. */
import { ceilings, type GasReport, type RowName } from "./rows.ts";

export function formatTable({ ours, peers }: GasReport): string {
  const shown = Object.entries(peers);
  const header = ["row", "Portcullis", "ceiling", ...shown.map(([name]) => name)];
  const rows = (Object.keys(ceilings) as RowName[]).map((name) => [
    ours[name] > ceilings[name] ? `${name} (above)` : name,
    number(ours[name]),
    number(ceilings[name]),
    ...shown.map(([, peer]) => (peer[name] === undefined ? "–" : number(peer[name]))),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  return [header, ...rows]
    .map((row) => row.map((cell, column) => pad(cell, widths, column)).join("  "))
    .join("\n");
}

const number = (gas: bigint): string => gas.toLocaleString("en-US");

const pad = (cell: string, widths: readonly number[], column: number): string =>
  column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
