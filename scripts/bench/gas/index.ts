/** `npm run bench -- gas`: the gas table, or one line of JSON; `--update` rewrites the committed snapshot. */
import { writeFileSync } from "node:fs";
import hre from "hardhat";
import { measureGas } from "./measure.ts";
import type { GasReport, RowName } from "./rows.ts";
import { snapshotPath } from "./snapshot.ts";
import { formatTable } from "./table.ts";

export default async function run(options: readonly string[]): Promise<void> {
  const unknown = options.filter((option) => option !== "--json" && option !== "--update");
  if (unknown.length > 0)
    throw new Error(`unknown option ${unknown.join(" ")}: there are --json and --update`);

  const report = await measureGas(hre);
  if (options.includes("--update")) {
    writeFileSync(snapshotPath, `${JSON.stringify(toSnapshot(report), null, 2)}\n`);
  }
  console.log(options.includes("--json") ? JSON.stringify({ rows: toRows(report) }) : formatTable(report));
}

const toRows = ({ ours }: GasReport) =>
  (Object.keys(ours) as RowName[]).map((name) => ({ name, gas: Number(ours[name]) }));

const toSnapshot = (report: GasReport) =>
  Object.fromEntries(toRows(report).map(({ name, gas }) => [name, gas]));
