/** Runs an Ignition module to its end, whatever an earlier run left behind. Returns the addresses by future name. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ArtifactResolver,
  type ContractFuture,
  type DeploymentResult,
  deploy,
  type ExecutionEventListener,
  type IgnitionModule,
} from "@nomicfoundation/ignition-core";
import { type Address, getAddress } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Rpc, Sender } from "../../transactions/types.ts";
import { dropTornLine, findDanglingSends, resolveDanglingSend } from "./dangling.ts";
import { createIgnitionProvider } from "./provider.ts";

export interface RunIgnitionParameters {
  module: IgnitionModule<string, string, Record<string, ContractFuture<string>>>;
  artifacts: ArtifactResolver;
  rpc: Rpc;
  sender: Sender;
  chainId: number;
  deployer: Address;
  /** Folder of Ignition's journal; in memory when absent. */
  directory?: string;
  /** Milliseconds between two looks at the chain. */
  poll: number;
  report(line: string): void;
}

/** Throws `DEPLOYMENT_FAILED`, `POLICY_CHANGED`. */
export async function runIgnition(parameters: RunIgnitionParameters): Promise<ReadonlyMap<string, Address>> {
  const { directory, rpc, sender, chainId, deployer } = parameters;
  const provider = createIgnitionProvider(rpc, sender, { chainId, address: deployer });
  if (directory !== undefined) {
    const file = join(directory, "journal.jsonl");
    const journal = existsSync(file) ? await readFile(file, "utf8") : "";
    const whole = dropTornLine(journal);
    if (whole !== journal) await writeFile(file, whole);
    for (const dangling of findDanglingSends(whole)) {
      const how = await resolveDanglingSend(dangling, { ...parameters, directory, provider });
      parameters.report(
        `${dangling.futureId}: ${how === "tracked" ? "was sent, going on" : "was not sent, starting over"}`,
      );
    }
  }
  const result = await deploy({
    artifactResolver: parameters.artifacts,
    provider,
    ignitionModule: parameters.module,
    deploymentParameters: {},
    accounts: [deployer],
    defaultSender: deployer,
    // Depth and fees are the sender's concern: every record is waited for before the next stage.
    disableFeeBumping: true,
    // Were it to give up by itself, it would call the future failed for ever.
    config: {
      requiredConfirmations: 1,
      blockPollingInterval: parameters.poll,
      disableFeeBumping: true,
      timeBeforeBumpingFees: Number.MAX_SAFE_INTEGER,
    },
    executionEventListener: listen((futureId) => provider.announce(futureId)),
    ...(directory === undefined ? {} : { deploymentDir: directory }),
  });
  if (result.type !== "SUCCESSFUL_DEPLOYMENT") throw explain(result);
  return new Map(
    Object.values(result.contracts).map(({ id, address }) => [
      id.slice(id.indexOf("#") + 1),
      getAddress(address),
    ]),
  );
}

/** Ignition calls a listener for each of its many events; one of them matters here. */
function listen(prepared: (futureId: string) => void): ExecutionEventListener {
  return new Proxy({} as ExecutionEventListener, {
    get: (_target, event) => async (message: { futureId: string }) => {
      if (event === "transactionPrepareSend") prepared(message.futureId);
    },
  });
}

function explain(result: Exclude<DeploymentResult, { type: "SUCCESSFUL_DEPLOYMENT" }>): PortcullisError {
  if (result.type === "EXECUTION_ERROR") {
    const failed = result.failed.map((f) => `${f.futureId}: ${f.error}`);
    const open = [...result.timedOut.map((t) => `${t.futureId}: not included in time`), ...result.started];
    return new PortcullisError("DEPLOYMENT_FAILED", `Not deployed: ${[...failed, ...open].join("; ")}`, {
      hint: "correct what it names and run the same command again: what was deployed is kept",
      details: { failed: result.failed, timedOut: result.timedOut },
    });
  }
  const lines = Object.entries(result.errors).map(([future, errors]) => `${future}: ${errors.join(", ")}`);
  return new PortcullisError(
    result.type === "RECONCILIATION_ERROR" ? "POLICY_CHANGED" : "DEPLOYMENT_FAILED",
    `This deployment was begun with other content: ${lines.join("; ")}`,
    {
      hint: "finish it with the policy and the sources it was begun with, then `npx hardhat roles plan`; or begin anew with --reset",
      details: { errors: result.errors },
    },
  );
}
