/** Creates smart accounts and what they share, wherever it is not there yet. */
import type { Hex } from "viem";
import type { AccountStep } from "./planAccounts.ts";
import { prepareEntryPoints } from "./prepareEntryPoints.ts";
import type { DeployContext, SendStep } from "./types.ts";

/** Throws `ENTRY_POINT_MISSING`. */
export async function deployAccounts(
  context: Pick<DeployContext, "client" | "rpc" | "report" | "compile" | "chainId" | "network">,
  steps: readonly AccountStep[],
  send: SendStep,
): Promise<void> {
  if (steps.length === 0) return;
  await prepareEntryPoints(context, await context.compile({}));
  for (const { name, label, creates, to, data } of steps) {
    if ((await codeAt(context, creates)) === undefined) await send({ stage: "account", label, to, data });
    context.report(`${name} at ${creates}`);
  }
}

const codeAt = ({ client }: Pick<DeployContext, "client">, address: Hex) => client.getCode({ address });
