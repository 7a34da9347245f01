/** Operations: written as people say them, decoded from bytes, simulated, and committed to by their effects. */
export { decodeCall } from "./decode/decodeCall.ts";
export type { DecodedCall } from "./decode/types.ts";
export { hashEffects } from "./effects/canonical.ts";
export { compareEffects, type EffectComparison } from "./effects/compare.ts";
export { formatEffects } from "./effects/format.ts";
export type { EffectReport } from "./effects/types.ts";
export { parseCall } from "./encode/parseCall.ts";
export { formatCall, formatCalls } from "./format.ts";
export { hashSalt, hashTimelockOperation, type SaltPreimage } from "./identity.ts";
export { type SimulationRequest, simulate } from "./simulate/simulate.ts";
export type { Simulator } from "./simulate/types.ts";
export type { Call, Operation, Plan, PlannedOperation, Route } from "./types.ts";
