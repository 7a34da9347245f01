/**
 * Key bindings of the keys that hold key-bound roles: each key proves possession, the deployer confirms as registrar
 * for the time of the deployment. Contracts cannot sign and are exempt by the policy's declaration.
 */
import { type Address, encodeFunctionData, type PublicClient } from "viem";
import { roleManagerAbi as abi } from "../abi/roleManager.ts";
import { PortcullisError } from "../errors.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import { deriveRoleId } from "../policy/roleId.ts";
import type { BindingState } from "../snapshot/types.ts";
import { signKeyProof, TIERS } from "./keyProof.ts";
import type { DeployContext, SendStep } from "./types.ts";

/** Fixed in the contract. */
export const REGISTRAR_ROLE = deriveRoleId("registrar");

/** IKeyBindings.Status */
const PROPOSED = 1;
const VALID = 2;
const EXEMPT = 5;
/** Seconds a proof stays usable: long enough for a resumed run. */
const PROOF_LIFETIME = 30n * 86_400n;
/** Where the policy sets no rotation deadline: as late as a deadline can be. */
const NO_DEADLINE = 2 ** 48 - 2;

/** Whether the deployer has to be registrar for a while. */
export function needsRegistrar(contract: DesiredContract): boolean {
  return (contract.manager?.bindings.length ?? 0) > 0;
}

/** Throws `PROOF_UNAVAILABLE` where a key that has to prove itself is not at hand. */
export function requireProofs(desired: Desired, signers: DeployContext["signers"]): void {
  for (const contract of desired.contracts) {
    if (contract.deployment === undefined) continue;
    for (const binding of contract.manager?.bindings ?? []) {
      if (binding.status === "exempt" || signers.has(binding.account)) continue;
      throw new PortcullisError(
        "PROOF_UNAVAILABLE",
        `${binding.account} holds a key-bound role of "${contract.name}" and has to prove possession of its key`,
        {
          hint: "declare it as a signer in the policy, or take keyBound from the role",
          details: { account: binding.account, manager: contract.name },
        },
      );
    }
  }
}

export async function bindKeys(
  context: Pick<DeployContext, "client" | "signers" | "chainId">,
  desired: Desired,
  send: SendStep,
): Promise<void> {
  for (const contract of desired.contracts) {
    if (contract.manager === undefined || contract.deployment === undefined) continue;
    for (const binding of contract.manager.bindings)
      await bindKey(context, desired, contract.address, binding, send);
  }
}

async function bindKey(
  context: Pick<DeployContext, "client" | "signers" | "chainId">,
  desired: Desired,
  manager: Address,
  wanted: BindingState,
  send: SendStep,
): Promise<void> {
  const { account } = wanted;
  const name = desired.principals.find((p) => p.address === account)?.name ?? account;
  const current = await readBinding(context.client, manager, account);
  if (wanted.status === "exempt") {
    if (current.status === EXEMPT) return;
    const data = encodeFunctionData({ abi, functionName: "exempt", args: [account] });
    return send({ stage: "bind", label: `${name} is a contract and needs no binding`, to: manager, data });
  }
  if (current.status === VALID && current.custody === wanted.custody) return;
  const tier = TIERS[wanted.tier];
  const rotateBy = wanted.rotateBy === 0n ? NO_DEADLINE : Number(wanted.rotateBy);
  // What the key signed cannot be confirmed for longer.
  const proved = current.custody === wanted.custody && current.rotateBy >= rotateBy;
  if (current.status !== PROPOSED || !proved) {
    const { timestamp } = await context.client.getBlock();
    const proof = {
      account,
      provider: wanted.provider,
      custody: wanted.custody,
      tier,
      rotateBy,
      nonce: current.nonce,
      deadline: Number(timestamp - (timestamp % 86_400n) + PROOF_LIFETIME),
    };
    const signer = await context.signers.get(account);
    const signature = await signKeyProof(signer, proof, { chainId: context.chainId, manager });
    const data = encodeFunctionData({ abi, functionName: "bind", args: [proof, signature] });
    await send({ stage: "bind", label: `${name} proves possession of its key`, to: manager, data });
  }
  const args = [account, wanted.custody, tier, rotateBy] as const;
  const data = encodeFunctionData({ abi, functionName: "confirmBinding", args });
  await send({
    stage: "bind",
    label: `the binding of ${name} is confirmed (${wanted.tier})`,
    to: manager,
    data,
  });
}

function readBinding(client: PublicClient, manager: Address, account: Address) {
  return client.readContract({ address: manager, abi, functionName: "bindingOf", args: [account] });
}
