/** What can be known to go wrong is said before the first transaction. */
import { type Address, formatEther, size } from "viem";
import { PortcullisError } from "../errors.ts";
import { isDevelopmentChain } from "../policy/chains.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import { enforceTier } from "../policy/enforceTier.ts";
import type { Signer } from "../signers/types.ts";
import { readChain } from "../transactions/chain.ts";
import { estimateFees } from "../transactions/fees.ts";
import { requireProofs } from "./bindKeys.ts";
import { requireEntryPoints } from "./prepareEntryPoints.ts";
import type { DeployContext } from "./types.ts";

/** Throws `WRONG_CHAIN`, `DEPLOYER_UNKNOWN`, `TIER_REFUSED`, `POLICY_DANGEROUS`, `PROOF_UNAVAILABLE`, `ENTRY_POINT_MISSING`, `INSUFFICIENT_FUNDS`. */
export async function preflight(
  context: DeployContext,
  desired: Desired,
  deployer: Signer,
  done: ReadonlySet<string>,
): Promise<void> {
  const chainId = await context.client.getChainId();
  if (chainId !== desired.chainId) {
    throw new PortcullisError(
      "WRONG_CHAIN",
      `The network "${context.network}" answers as chain ${chainId}; the policy says ${desired.chainId}`,
      {
        hint: `correct networks.${context.network}.url in hardhat.config.ts, or the chain in the policy`,
        details: { expected: desired.chainId, found: chainId },
      },
    );
  }
  requireTier(desired, (await context.client.getBlock()).timestamp);
  requireProofs(desired, context.signers);
  await requireEntryPoints(context, desired);
  await requireBalance(context, desired, deployer.address, done);
}

/** A chain with value on it is no development network; what lints call an error is refused on all others. */
function requireTier(desired: Desired, now: bigint): void {
  if (desired.tier === "development" && !isDevelopmentChain(desired.chainId)) {
    throw refuse(
      desired,
      `chain ${desired.chainId} is not a development chain`,
      'write tier: "staging" or "production"',
    );
  }
  enforceTier(desired, { now });
}

function refuse(desired: Desired, why: string, instead: string): PortcullisError {
  return new PortcullisError("TIER_REFUSED", `Network "${desired.network}" is ${desired.tier}: ${why}`, {
    hint: `${instead}; all findings: npx hardhat policy check`,
    details: { network: desired.network, tier: desired.tier },
  });
}

/** Gas of what is still to be sent, from the size of the code: an upper bound that is not far off. */
async function requireBalance(
  context: DeployContext,
  desired: Desired,
  deployer: Address,
  done: ReadonlySet<string>,
): Promise<void> {
  let gas = 0n;
  for (const contract of desired.contracts) {
    if (contract.deployment === undefined || done.has(contract.name)) continue;
    gas += await estimateContract(context, contract);
  }
  if (gas === 0n) return;
  const chain = readChain(context.rpc);
  const { maxFeePerGas } = await estimateFees(chain, desired.fees);
  const needed = gas * maxFeePerGas;
  const balance = await chain.balance(deployer);
  if (balance >= needed) return;
  throw new PortcullisError(
    "INSUFFICIENT_FUNDS",
    `The deployer ${deployer} has ${formatEther(balance)} ether; this deployment can cost ${formatEther(needed)}: ${formatEther(needed - balance)} is missing`,
    {
      hint: `send ${formatEther(needed - balance)} ether to ${deployer} and run the same command again`,
      details: { address: deployer, balance, needed, missing: needed - balance, gas },
    },
  );
}

/** Creation: 32,000 and the base cost, 200 per byte of code, 16 per byte of input; then what its constructor stores. */
async function estimateContract(context: DeployContext, contract: DesiredContract): Promise<bigint> {
  if (contract.safe !== undefined) return 500_000n;
  if (contract.account !== undefined) return 200_000n;
  const artifact = await context.artifacts.loadArtifact(contract.deployment?.artifact ?? "");
  const bytes = size(artifact.bytecode as `0x${string}`);
  const code = 53_000n + BigInt(bytes) * 216n;
  const { manager, timelock } = contract;
  const members = manager?.roles.reduce((sum, role) => sum + BigInt(role.members.length), 0n) ?? 0n;
  const functions = manager?.targets.reduce((sum, target) => sum + BigInt(target.functions.length), 0n) ?? 0n;
  const roles = BigInt(manager?.roles.length ?? 0);
  const bindings = BigInt(manager?.bindings.length ?? 0);
  const timelockMembers = BigInt(
    timelock === undefined
      ? 0
      : [timelock.proposers, timelock.cancellers, timelock.executors, timelock.guardians].flat().length,
  );
  const stored = members * 110_000n + roles * 130_000n + functions * 60_000n + bindings * 260_000n;
  return (
    code + stored + timelockMembers * 60_000n + (contract.deployment?.proxy === undefined ? 0n : 600_000n)
  );
}
