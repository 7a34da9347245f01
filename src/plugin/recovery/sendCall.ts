/** What anyone may send to a recovery module is sent once, by the first key of ours that can pay. */
import type { Address, Hash } from "viem";
import type { RecoveryCall } from "../../accounts/recovery/planCalls.ts";
import { PortcullisError } from "../../errors.ts";
import { intentId } from "../../transactions/sender.ts";
import type { Project } from "../project.ts";

export interface RecoverySending {
  call: RecoveryCall;
  label: string;
  /** What tells it from the same call at another time: `["schedule", account, nonce]`. */
  act: readonly string[];
}

/**
 * Killed and called again with the same `act`, it goes on with what was signed, whoever else has approved meanwhile.
 *
 * @throws PortcullisError SIGNER_MISSING, and what sending throws
 */
export async function sendCall(
  { sender, chainId, ...project }: Project,
  { call, label, act }: RecoverySending,
): Promise<{ hash: Hash; by: Address }> {
  const known = await sender.list();
  for (let round = 0; ; round += 1) {
    const id = intentId(chainId, "recovery", ...act, String(round));
    const begun = known.find((record) => record.id === id);
    if (begun !== undefined && (await sender.state(begun)).status === "reverted") continue;
    const { from, to, data } = begun ?? { from: await findPayer(project), ...call };
    const { hash } = await sender.send({ id, from, to, data, label });
    return { hash, by: from };
  }
}

async function findPayer({
  desired,
  signers,
  client,
}: Pick<Project, "desired" | "signers" | "client">): Promise<Address> {
  for (const { address } of desired.signers)
    if (signers.has(address) && (await client.getBalance({ address })) > 0n) return address;
  throw new PortcullisError("SIGNER_MISSING", "No key here has ether to send it with", {
    hint: "send ether to one of the policy's signers: whose it is does not matter",
  });
}
