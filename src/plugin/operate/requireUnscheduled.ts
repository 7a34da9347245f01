/** A batch that was exported for the Safe app schedules its operation already: proposed, it would schedule itself. */
import { decodeFunctionData, type Hash, isAddressEqual } from "viem";
import { PortcullisError } from "../../errors.ts";
import { timelockControllerAbi } from "../../operations/decode/standards.ts";
import { hashTimelockOperation } from "../../operations/identity.ts";
import type { Call } from "../../operations/types.ts";
import type { Operations, Timelock } from "./open.ts";

/**
 * A timelock that is its own proposer may be asked to schedule with itself.
 *
 * @throws PortcullisError ALREADY_SCHEDULING
 */
export async function requireUnscheduled(
  { store }: Operations,
  timelock: Timelock,
  calls: readonly Call[],
): Promise<void> {
  const { address, name, state } = timelock;
  if (state.proposers.some((proposer) => isAddressEqual(proposer, address))) return;
  for (const call of calls) {
    const id = isAddressEqual(call.to, address) ? scheduledBy(call) : undefined;
    if (id === undefined) continue;
    const short = id.slice(0, 10);
    const known = await store.get(id);
    throw new PortcullisError(
      "ALREADY_SCHEDULING",
      `This schedules operation ${short}${known ? ` (${known.title})` : ""} with ${name}; proposed, ${name} would have to propose to itself`,
      {
        hint: known
          ? `npx hardhat timelock propose --resume ${short}`
          : "execute it in the Safe app's transaction builder, for which it was exported, or propose the calls that it schedules",
        details: { id, timelock: address },
      },
    );
  }
}

/** Id of the operation that the call schedules; undefined where it schedules none. */
function scheduledBy({ data }: Call): Hash | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: timelockControllerAbi, data });
    if (functionName === "schedule") {
      const [to, value, bytes, predecessor, salt] = args;
      return hashTimelockOperation([{ to, value, data: bytes }], predecessor, salt);
    }
    if (functionName !== "scheduleBatch") return undefined;
    const [targets, values, payloads, predecessor, salt] = args;
    const calls = targets.map((to, i) => ({ to, value: values[i] ?? 0n, data: payloads[i] ?? "0x" }));
    return hashTimelockOperation(calls, predecessor, salt);
  } catch {
    return undefined;
  }
}
