/** Validates and lints a policy for all its networks, without any chain. */
import type { Abi } from "viem";
import { PortcullisError } from "../../errors.ts";
import { compilePolicy } from "../compile.ts";
import type { Tier } from "../desired.ts";
import { lintPolicy } from "../lint/lintPolicy.ts";
import type { LintFinding } from "../lint/types.ts";
import { type Problem, refuseProblems } from "../problems.ts";
import type { PolicyInput } from "../schema/policy.ts";

export interface CheckedPolicy {
  policy: string;
  networks: readonly { network: string; chainId: number; tier: Tier }[];
  /** Each with the networks it was found for. */
  findings: readonly (LintFinding & { networks: readonly string[] })[];
  /** Nothing of severity error or warning is left unaccepted. */
  clean: boolean;
}

export interface CheckPolicyParameters {
  artifacts: Readonly<Record<string, { abi: Abi }>>;
  /** Seconds since the epoch. */
  now: bigint;
  /** Default: all. */
  networks?: readonly string[];
}

/** Throws POLICY_INVALID with the problems of all networks, POLICY_SCHEMA, NETWORK_UNKNOWN. */
export function checkPolicy(
  input: PolicyInput,
  { artifacts, now, networks }: CheckPolicyParameters,
): CheckedPolicy {
  const checked: { network: string; chainId: number; tier: Tier }[] = [];
  const found = new Map<string, LintFinding & { networks: string[] }>();
  const problems = new Map<string, Problem>();
  const chosen = networks ?? Object.keys(input.networks ?? {});
  if (chosen.length === 0) throw noNetwork(input);
  for (const network of chosen) {
    try {
      const desired = compilePolicy(input, { network, artifacts, unresolved: "placeholder" });
      checked.push({ network, chainId: desired.chainId, tier: desired.tier });
      for (const finding of lintPolicy(desired, { now })) {
        const key = [finding.severity, finding.id, finding.subject, finding.message, finding.accepted].join(
          "\n",
        );
        const known = found.get(key);
        if (known === undefined) found.set(key, { ...finding, networks: [network] });
        else known.networks.push(network);
      }
    } catch (error) {
      if (!(error instanceof PortcullisError) || error.code !== "POLICY_INVALID") throw error;
      for (const problem of error.details.problems as Problem[]) {
        problems.set(`${problem.path}\n${problem.problem}`, problem);
      }
    }
  }
  refuseProblems([...problems.values()], input.name);
  const findings = [...found.values()];
  return {
    policy: input.name,
    networks: checked,
    findings,
    clean: findings.every((finding) => finding.severity === "note" || finding.accepted !== undefined),
  };
}

function noNetwork(input: PolicyInput): PortcullisError {
  return new PortcullisError("NETWORK_UNKNOWN", `The policy "${input.name}" names no network`, {
    hint: 'write: networks: { localhost: { chain: 31337, tier: "development" } }',
  });
}
