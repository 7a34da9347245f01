import type { PolicyInput } from "./schema/policy.ts";

/**
 * What a policy file exports by default. Gives the file its types and returns it unchanged: validation is done when
 * the policy is loaded, where every problem can be reported at once.
 */
export function definePolicy(policy: PolicyInput): PolicyInput {
  return policy;
}
