/** An imported policy as the text of a TypeScript file. */
import type { Snapshot } from "../snapshot/types.ts";
import { type ImportOptions, importPolicy } from "./importPolicy.ts";

export interface RenderOptions extends ImportOptions {
  /** Where `definePolicy` is imported from. */
  from?: string;
}

/** Compiles back to what the snapshot shows. Throws IMPORT_NAME. */
export function renderPolicy(snapshot: Snapshot, options: RenderOptions): string {
  const { policy } = importPolicy(snapshot, options);
  const { number } = snapshot.block;
  const notes = pendingNotes(snapshot).map((note) => ` * Under way when it was read: ${note}\n`);
  return `/**
 * What chain ${snapshot.chainId} had at block ${number}, as read from it. It changes nothing: a plan of it is empty.
 * Give things their names, say which keys you hold (signers), then write what shall be, and \`npx hardhat roles plan\`.
${notes.join("")} */
import { definePolicy } from "${options.from ?? "portcullis/policy"}";

export default definePolicy(${print(policy, 0)});
`;
}

const WIDTH = 110;

function print(value: unknown, depth: number): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const flat = Array.isArray(value)
    ? `[${value.map((item) => print(item, 0)).join(", ")}]`
    : `{ ${entries(value, 0).join(", ")} }`;
  if (Object.keys(value).length === 0) return Array.isArray(value) ? "[]" : "{}";
  if (depth > 1 && !flat.includes("\n") && flat.length + depth * 2 < WIDTH) return flat;
  const pad = "  ".repeat(depth + 1);
  const items = Array.isArray(value)
    ? value.map((item) => print(item, depth + 1))
    : entries(value, depth + 1);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${items.map((item) => `${pad}${item},\n`).join("")}${"  ".repeat(depth)}${close}`;
}

const entries = (value: object, depth: number): string[] =>
  Object.entries(value).map(
    ([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${print(item, depth)}`,
  );

/** What no policy can say, because it will not last. */
function pendingNotes(snapshot: Snapshot): string[] {
  return snapshot.contracts.flatMap(({ address, ownable, accessControl, timelock }) => {
    const notes: string[] = [];
    const pending = ownable?.pendingOwner;
    if (pending !== undefined && BigInt(pending) !== 0n) notes.push(`${address} is offered to ${pending}.`);
    const transfer = accessControl?.defaultAdmin?.pending;
    if (transfer !== undefined)
      notes.push(`the default admin of ${address} is offered to ${transfer.newAdmin}.`);
    const waiting =
      timelock?.operations.filter((o) => o.status === "waiting" || o.status === "ready").length ?? 0;
    if (waiting > 0)
      notes.push(`${waiting} operation${waiting === 1 ? "" : "s"} in the timelock ${address}.`);
    return notes;
  });
}
