/** What a refused policy says. */
import { PortcullisError } from "../../src/errors.ts";
import type { PolicyInput } from "../../src/policy/index.ts";
import { compilePolicy } from "../../src/policy/index.ts";
import type { Problem } from "../../src/policy/problems.ts";
import { artifacts, type Change, changed } from "./examplePolicy.ts";

/** "path: problem → fix" of every problem. */
export function problemsOf(change: Change, network = "hardhat"): string[] {
  return problemsOfPolicy(changed(change), network);
}

export function problemsOfPolicy(policy: PolicyInput, network = "hardhat"): string[] {
  try {
    compilePolicy(policy, { network, artifacts, unresolved: "placeholder" });
    return [];
  } catch (error) {
    if (!(error instanceof PortcullisError) || error.code !== "POLICY_INVALID") throw error;
    return (error.details.problems as Problem[]).map((p) => `${p.path}: ${p.problem} → ${p.fix}`);
  }
}

/** A change that no compiler would let through: what plain JavaScript can still write. */
export function wrong(change: unknown): Change {
  return change as Change;
}
