/** Calling off what waits, by whoever the timelock lets. */
import { type Address, isAddressEqual } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { ActOutcome } from "../../operations/acts/types.ts";
import { advance } from "../../operations/advance.ts";
import { type OperationState, readOperationState } from "../../operations/lifecycle.ts";
import type { StoredSafeTransaction } from "../../operations/store/operationFile.ts";
import { agreedOf, type ForeseenSafe, foreseeSafe } from "./foreseeSafe.ts";
import { fileOfForeign, type Inspected } from "./inspect.ts";
import { chooseActor, findPrincipal, type Operations } from "./open.ts";

/** Cancellers and guardians of the timelock; of a manager, whoever scheduled (its guardians are the manager's to know). */
export async function whoMayCancel(
  { client }: Operations,
  { id, timelock, plan }: Inspected,
): Promise<Address[]> {
  if (!timelock)
    return plan.stages.flatMap(({ act }) => (plan.cancel && act.as !== "anyone" ? [act.as] : [])).slice(0, 1);
  const { cancellers, guardians, flavour } = timelock.state;
  const able = [...guardians, ...cancellers.filter((c) => !guardians.some((g) => isAddressEqual(c, g)))];
  if (flavour !== "portcullis") return able;
  // nobody cancels its own removal
  const removed = await Promise.all(
    able.map((account) =>
      client.readContract({
        address: timelock.address,
        abi: removalAbi,
        functionName: "isRemovalOf",
        args: [id, account],
      }),
    ),
  );
  return able.filter((_, i) => !removed[i]);
}

const removalAbi = [
  {
    type: "function",
    name: "isRemovalOf",
    stateMutability: "view",
    inputs: [
      { name: "id", type: "bytes32" },
      { name: "account", type: "address" },
    ],
    outputs: [{ name: "", type: "bool" }],
  },
] as const;

/** @throws PortcullisError NOTHING_TO_CANCEL, NOT_CANCELLER, PRINCIPAL_UNKNOWN */
export async function chooseCanceller(
  operations: Operations,
  inspected: Inspected,
  as: string,
): Promise<Address> {
  const { status } = inspected.state;
  const short = inspected.id.slice(0, 10);
  if (
    !inspected.plan.cancel ||
    (status !== "waiting" && status !== "ready" && inspected.state.pending?.status !== "ready")
  ) {
    throw new PortcullisError(
      "NOTHING_TO_CANCEL",
      `Operation ${short} is ${status === "draft" ? "not scheduled" : status}: there is nothing to cancel`,
      {
        hint: `npx hardhat timelock show ${short}`,
        details: { id: inspected.id, status },
      },
    );
  }
  const able = await whoMayCancel(operations, inspected);
  const by = as === "" ? await chooseActor(operations, able) : findPrincipal(operations, as);
  if (by && (able.length === 0 || able.some((a) => isAddressEqual(a, by)))) return by;
  const names = able.map((a) => operations.book.entries.find((e) => isAddressEqual(e.address, a))?.name ?? a);
  throw new PortcullisError("NOT_CANCELLER", `${as || "Nobody here"} may not cancel ${short}`, {
    hint: names.length ? `add --as ${names[0]} (may cancel: ${names.join(", ")})` : "npx hardhat roles list",
    details: { as, able },
  });
}

export interface Cancellation extends ForeseenSafe {
  submit(): Promise<{ outcome: ActOutcome; state: OperationState }>;
}

/** Nothing is sent yet; `agreed`: what was agreed to before, where this goes on with it. */
export async function prepareCancellation(
  operations: Operations,
  inspected: Inspected,
  by: Address,
  { safeNonce, agreed }: { safeNonce?: bigint | undefined; agreed?: StoredSafeTransaction | undefined } = {},
): Promise<Cancellation> {
  const { plan, state, calls, id } = inspected;
  const file = inspected.file ?? fileOfForeign(operations, inspected, await operations.project.now());
  const env = await operations.environment(file.route);
  const act = {
    as: by,
    calls: plan.cancel?.calls ?? [],
    label: `cancel ${id.slice(0, 10)} (${calls.length} calls)`,
  };
  const next = { file, act, stage: "cancel" as const };
  const safe = await foreseeSafe(next, env, safeNonce);
  const allowed = agreed ? { ...safe, safeTransaction: agreed } : safe;
  return {
    ...safe,
    submit: async () => {
      const done = await advance({ ...next, state, ...agreedOf(allowed) }, env);
      const after = await readOperationState(env, plan, done.file, await env.now());
      return { outcome: done.outcome, state: after };
    },
  };
}
