/** An imported policy as the text of a TypeScript file. */
import type { Snapshot } from "../snapshot/types.ts";
import { type ImportOptions, importPolicy } from "./importPolicy.ts";
import { listUnsaid } from "./listUnsaid.ts";

export interface RenderOptions extends ImportOptions {
  /** Where `definePolicy` is imported from. */
  from?: string;
}

/** Compiles back to what the snapshot shows. Throws IMPORT_NAME. */
export function renderPolicy(snapshot: Snapshot, options: RenderOptions): string {
  const { policy, parties } = importPolicy(snapshot, options);
  const { number } = snapshot.block;
  const unsaid = listUnsaid(snapshot, parties);
  const notes =
    unsaid.length === 0
      ? ""
      : ` *\n * What it does not say:\n${unsaid.map((note) => ` * - ${note}\n`).join("")}`;
  return `/**
 * What chain ${snapshot.chainId} had at block ${number}, as read from it. It changes nothing: a plan of it is empty.
 * Give things their names, say which keys you hold (signers), then write what shall be, and \`npx hardhat roles plan\`.
${notes} */
import { definePolicy } from "${options.from ?? "portcullis/policy"}";

export default definePolicy(${print(policy, 0, commentsOn(policy))});
`;
}

const WIDTH = 110;

/** Why a section reads as it does, above it. */
const COMMENTS: Readonly<Record<string, string>> = {
  networks: "The tier is a guess from the chain: production refuses what development allows.",
  principals:
    "Keys and contracts without a known admin side. A key that you hold belongs under signers, so that a plan can use it.",
  safes: "Names are made up where none were given, here and below: rename them.",
  roles:
    "Functions stand by their selector: give their contract an artifact or an abi, and write their names.",
};

const commentsOn = (policy: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(COMMENTS).filter(([section]) => section in policy));

function print(value: unknown, depth: number, comments: Readonly<Record<string, string>> = {}): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const flat = Array.isArray(value)
    ? `[${value.map((item) => print(item, 0)).join(", ")}]`
    : `{ ${entries(value, 0).join(", ")} }`;
  if (Object.keys(value).length === 0) return Array.isArray(value) ? "[]" : "{}";
  if (depth > 1 && !flat.includes("\n") && flat.length + depth * 2 < WIDTH) return flat;
  const pad = "  ".repeat(depth + 1);
  const items = Array.isArray(value)
    ? value.map((item) => print(item, depth + 1))
    : entries(value, depth + 1, comments);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${items.map((item) => `${pad}${item},\n`).join("")}${"  ".repeat(depth)}${close}`;
}

const entries = (value: object, depth: number, comments: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(value).map(
    ([key, item]) =>
      `${comments[key] === undefined ? "" : `// ${comments[key]}\n${"  ".repeat(depth)}`}${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${print(item, depth)}`,
  );
