/** Entry point of the area `portcullis/policy`. */
export { type CompilePolicyParameters, compilePolicy, listArtifacts } from "./compile.ts";
export { definePolicy } from "./define.ts";
export { enforceTier } from "./enforceTier.ts";
export { lintPolicy, lints } from "./lint/lintPolicy.ts";
export type { LintFinding, Severity } from "./lint/types.ts";
export { loadPolicy } from "./load.ts";
export type { NetworkInput, PolicyInput } from "./schema/policy.ts";
