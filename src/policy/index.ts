/** Entry point of the area `portcullis/policy`. */
export { definePolicy } from "./define.ts";
export type { NetworkInput, PolicyInput } from "./schema/policy.ts";
