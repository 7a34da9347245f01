/** The committed figures: a test fails when a measurement differs, so that gas never changes unseen. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const snapshotPath = fileURLToPath(new URL("../gas.snapshot.json", import.meta.url));

export const readGasSnapshot = (): Record<string, number> => JSON.parse(readFileSync(snapshotPath, "utf8"));
