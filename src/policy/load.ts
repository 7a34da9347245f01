/**
 * Loads a policy file: the one place of this area that touches the file system and runs somebody's code. TypeScript is
 * read by Node's own type stripping, or by Hardhat's loader inside a task.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { PortcullisError } from "../errors.ts";
import { isRecord } from "./merge.ts";
import { checkSchemaVersion } from "./parse.ts";
import type { PolicyInput } from "./schema/policy.ts";

/**
 * @param path of the file
 * @param directory the path is relative to; default: the working directory
 * Throws POLICY_NOT_FOUND, POLICY_UNREADABLE, POLICY_NOT_EXPORTED, POLICY_SCHEMA.
 */
export async function loadPolicy(path: string, directory = "."): Promise<PolicyInput> {
  const file = resolve(directory, path);
  await requireFile(file, path);
  let module: Record<string, unknown>;
  try {
    module = readExports((await import(pathToFileURL(file).href)) as Record<string, unknown>);
  } catch (error) {
    throw unreadable(path, error);
  }
  const policy = module.default;
  if (policy === undefined) throw notExported(path, Object.keys(module));
  if (!isRecord(policy)) {
    throw new PortcullisError(
      "POLICY_NOT_EXPORTED",
      `${path} exports ${describe(policy)} as its default, not a policy`,
      {
        hint: "write: export default definePolicy({ schema: 1, name: … })",
        details: { path },
      },
    );
  }
  checkSchemaVersion(policy);
  return policy as unknown as PolicyInput;
}

/** Outside an ES module package a loader may hand out CommonJS, whose exports all stand under `default`. */
function readExports(module: Record<string, unknown>): Record<string, unknown> {
  const inner = module.default;
  return isRecord(inner) && inner.__esModule === true ? inner : module;
}

async function requireFile(file: string, path: string): Promise<void> {
  try {
    if ((await stat(file)).isFile()) return;
  } catch {
    // said below
  }
  throw new PortcullisError("POLICY_NOT_FOUND", `There is no policy file ${path}`, {
    hint: "name one with --policy; deploy/policies/example.ts is an example to start from",
    details: { path, file },
  });
}

function unreadable(path: string, error: unknown): PortcullisError {
  const reason = error instanceof Error ? error.message : String(error);
  const syntax = error instanceof SyntaxError || (isRecord(error) && error.name === "TransformError");
  return new PortcullisError(
    "POLICY_UNREADABLE",
    `${path} ${syntax ? "is not valid TypeScript" : "failed while it ran"}: ${reason}`,
    {
      hint: `see the place with: npx tsc --noEmit ${path}`,
      details: { path },
      cause: error,
    },
  );
}

function notExported(path: string, names: readonly string[]): PortcullisError {
  const found =
    names.length === 0 ? "exports nothing" : `exports ${names.join(", ")}, but nothing as its default`;
  return new PortcullisError("POLICY_NOT_EXPORTED", `${path} ${found}`, {
    hint: "write: export default definePolicy({ schema: 1, name: … })",
    details: { path, names },
  });
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
