/** What can be known to go wrong is said before the first transaction. */
import { type Address, formatEther, size } from "viem";
import { PortcullisError } from "../errors.ts";
import { isDevelopmentChain } from "../policy/chains.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { Signer } from "../signers/types.ts";
import { readChain } from "../transactions/chain.ts";
import { estimateFees } from "../transactions/fees.ts";
import { requireProofs } from "./bindKeys.ts";
import type { DeployContext } from "./types.ts";

/** Throws `WRONG_CHAIN`, `DEPLOYER_UNKNOWN`, `TIER_REFUSED`, `PROOF_UNAVAILABLE`, `INSUFFICIENT_FUNDS`. */
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
  requireStrictTier(desired);
  requireProofs(desired, context.signers);
  await requireBalance(context, desired, deployer.address, done);
}

/** Everywhere but on development networks: no key everyone knows, no single key in charge, nothing without a delay. */
export function requireStrictTier(desired: Desired): void {
  if (desired.tier === "development") {
    if (isDevelopmentChain(desired.chainId)) return;
    throw refuse(
      desired,
      `chain ${desired.chainId} is not a development chain`,
      'write tier: "staging" or "production"',
    );
  }
  const keys = new Set(
    desired.principals.filter((p) => p.kind === "key").map((p) => p.address.toLowerCase()),
  );
  const isKey = (address: Address) => keys.has(address.toLowerCase());
  for (const signer of desired.signers) {
    if (signer.source.provider === "development")
      throw refuse(desired, `signer "${signer.name}" is a development key`, "give it another provider");
  }
  for (const contract of desired.contracts) {
    const admins = contract.manager?.roles.find((role) => role.id === 0n)?.members ?? [];
    if (admins.some((member) => isKey(member.account)) && !accepts(desired, "single-key-admin", contract))
      throw refuse(desired, `a single key is admin of "${contract.name}"`, "make a timelock its admin");
    if (contract.timelock?.delay.current === 0n && !accepts(desired, "zero-delay", contract))
      throw refuse(desired, `timelock "${contract.name}" has no delay`, 'write delay: "2 days"');
    const owner = contract.ownable?.owner ?? contract.deployment?.proxy?.owner;
    if (owner !== undefined && isKey(owner) && !accepts(desired, "single-key-admin", contract))
      throw refuse(desired, `a single key owns "${contract.name}"`, "make a timelock or a Safe its owner");
    if (contract.safe?.threshold === 1 && !accepts(desired, "threshold-one", contract))
      throw refuse(
        desired,
        `one owner alone controls the Safe "${contract.name}"`,
        "write a threshold of 2 or more",
      );
  }
}

/** By name: `accept: { "zero-delay:timelock": "why" }`. */
function accepts(desired: Desired, id: string, contract: DesiredContract): boolean {
  return desired.accept[`${id}:${contract.name}`] !== undefined;
}

function refuse(desired: Desired, why: string, instead: string): PortcullisError {
  return new PortcullisError("TIER_REFUSED", `Network "${desired.network}" is ${desired.tier}: ${why}`, {
    hint: `${instead} (npx hardhat policy check shows all findings)`,
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
