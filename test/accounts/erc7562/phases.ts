/** The parts of a trace in which the entry point has an operation validated, and whose each is. */
import { type Address, type Hex, isAddressEqual } from "viem";
import type { Entity, Validation } from "./checkValidation.ts";
import type { Step } from "./trace.ts";

interface Phase {
  entity: Entity;
  steps: readonly Step[];
}

const VALIDATE_USER_OP = "0x19822f7c";
const VALIDATE_PAYMASTER_USER_OP = "0x52b7512c";

/** Throws where one that the operation has is not in the trace. */
export function takePhases(
  trace: readonly Step[],
  { sender, factory, paymaster }: Validation,
): readonly Phase[] {
  const phases: Phase[] = [
    { entity: "account", steps: takeFrames(trace, { to: sender, depth: 1, selector: VALIDATE_USER_OP }) },
  ];
  // The entry point asks its SenderCreator, which calls the factory.
  if (factory !== undefined)
    phases.unshift({ entity: "factory", steps: takeFrames(trace, { to: factory, depth: 2 }) });
  if (paymaster !== undefined) {
    const call = { to: paymaster, depth: 1, selector: VALIDATE_PAYMASTER_USER_OP as Hex };
    phases.push({ entity: "paymaster", steps: takeFrames(trace, call) });
  }
  return phases;
}

/** What happens under the first such call. */
function takeFrames(
  trace: readonly Step[],
  call: { to: Address; depth: number; selector?: Hex },
): readonly Step[] {
  const begin = trace.findIndex(
    ({ op, to, selector, depth }) =>
      depth === call.depth &&
      op === "CALL" &&
      to !== undefined &&
      isAddressEqual(to, call.to) &&
      (call.selector === undefined || selector === call.selector),
  );
  if (begin === -1) throw new Error(`the trace has no validation by ${call.to}`);
  const rest = trace.slice(begin + 1);
  const end = rest.findIndex(({ depth }) => depth <= call.depth);
  const steps = end === -1 ? rest : rest.slice(0, end);
  if (steps.length === 0) throw new Error(`the validation by ${call.to} left no steps`);
  return steps;
}
