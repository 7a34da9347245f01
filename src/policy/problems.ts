/** What is wrong with a policy, collected so that a person sees all of it at once. */
import { PortcullisError } from "../errors.ts";

export interface Problem {
  /** "roles.treasurer.grants.alice.until" */
  path: string;
  /** What was written there, shortened; absent where nothing was. */
  value?: string;
  problem: string;
  /** What to write instead. */
  fix: string;
}

export type Path = readonly PropertyKey[];

export class Problems {
  readonly #found = new Map<string, Problem>();

  /** The same problem of two networks is one problem. */
  add(path: Path, problem: string, fix: string, value?: unknown): void {
    const at = formatPath(path);
    const entry = { path: at, problem, fix, ...(value === undefined ? {} : { value: show(value) }) };
    this.#found.set(`${at}\n${problem}`, entry);
  }

  get all(): readonly Problem[] {
    return [...this.#found.values()];
  }

  /** Throws POLICY_INVALID where anything was found. */
  refuse(policyName: string): void {
    refuseProblems(this.all, policyName);
  }
}

/** Throws POLICY_INVALID where there is any. */
export function refuseProblems(all: readonly Problem[], policyName: string): void {
  const [first] = all;
  if (first === undefined) return;
  const lines = all.map((p) => `  ${p.path}: ${p.problem} → ${p.fix}`);
  const count = all.length === 1 ? "a problem" : `${all.length} problems`;
  throw new PortcullisError(
    "POLICY_INVALID",
    `The policy "${policyName}" has ${count}:\n${lines.join("\n")}`,
    {
      hint: `correct ${all.length === 1 ? first.path : "them"} and run: npx hardhat policy check`,
      details: { problems: all },
    },
  );
}

/** `roles.treasurer.may.vault[0]`, and brackets with quotes where a name has other characters. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w-]+$/.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step))}]`;
  }
  return text || "(the policy)";
}

/** A value as it would be written, on one line and short. */
export function show(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function") return "a function";
  const text =
    JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? v.toString() : v)) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
