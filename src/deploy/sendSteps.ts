/** Steps of the deployment as intents of the sender: the same step is the same intent, and is never sent twice. */
import type { Address } from "viem";
import { intentId } from "../transactions/sender.ts";
import type { DeployContext, SendStep } from "./types.ts";

export function sendSteps(context: DeployContext, from: Address): SendStep {
  return async ({ stage, label, to, value, data }) => {
    const id = intentId(context.chainId, stage, to, data, String(value ?? 0n));
    await context.sender.send({ id, from, to, value: value ?? 0n, data, label });
    context.report(`${stage}: ${label}`);
  };
}
