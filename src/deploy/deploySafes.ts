/** The Safes of a policy: their addresses follow from owners and threshold, so they are known before they exist. */
import { type Address, type Hash, keccak256, toHex } from "viem";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import { planSafeDeployment, type SafeDeployment } from "../safe/deploy.ts";
import type { DeployContext, SendStep } from "./types.ts";

/** Only those the policy deploys and the manifest does not know yet, an owner before what it owns. */
export async function planSafes(
  context: Pick<DeployContext, "chainId" | "compile">,
  known: Readonly<Record<string, Address>>,
): Promise<{ addresses: Record<string, Address>; plans: ReadonlyMap<string, SafeDeployment> }> {
  const addresses: Record<string, Address> = { ...known };
  const plans = new Map<string, SafeDeployment>();
  for (;;) {
    const desired = await context.compile(addresses);
    const unresolved = new Set(desired.unresolved);
    const unknown = new Set(
      desired.contracts.filter((c) => unresolved.has(c.name)).map((c) => c.address.toLowerCase()),
    );
    const next = desired.contracts.find(
      (c) => unresolved.has(c.name) && c.safe?.owners.every((owner) => !unknown.has(owner.toLowerCase())),
    );
    if (next === undefined) return { addresses, plans };
    const plan = planSafe(desired, next);
    plans.set(next.name, plan);
    addresses[next.name] = plan.address;
  }
}

function planSafe(desired: Desired, contract: DesiredContract): SafeDeployment {
  const { safe } = contract;
  if (safe === undefined) throw new Error(`${contract.name} is not a Safe`);
  return planSafeDeployment({
    chainId: desired.chainId,
    owners: safe.owners,
    threshold: safe.threshold,
    saltNonce: BigInt(keccak256(toHex(`portcullis.safe.${desired.policyName}.${contract.name}`))),
  });
}

/** Sends what is missing on the chain: on a local one Safe's own contracts too. */
export async function deploySafes(
  context: Pick<DeployContext, "client" | "rpc" | "report">,
  plans: ReadonlyMap<string, SafeDeployment>,
  send: SendStep,
): Promise<void> {
  for (const [name, plan] of plans) {
    for (const step of plan.steps) {
      if ((await context.client.getCode({ address: step.creates })) !== undefined) continue;
      if (step.kind === "broadcast") {
        await broadcastForeign(context, step.serialized);
        continue;
      }
      await send({
        stage: "safe",
        label: step.creates === plan.address ? `create the Safe "${name}"` : step.label,
        to: step.to,
        value: step.value,
        data: step.kind === "call" ? step.data : "0x",
      });
    }
    context.report(`Safe "${name}" at ${plan.address}`);
  }
}

/** Signed by others long ago: it can be included once only, so sending it again does no harm. */
async function broadcastForeign(
  context: Pick<DeployContext, "client" | "rpc">,
  serialized: Hash,
): Promise<void> {
  const hash = keccak256(serialized);
  try {
    await context.rpc.request({ method: "eth_sendRawTransaction", params: [serialized] });
  } catch (error) {
    const known = await context.rpc.request({ method: "eth_getTransactionByHash", params: [hash] });
    if (known === null) throw error;
  }
  await context.client.waitForTransactionReceipt({ hash });
}
