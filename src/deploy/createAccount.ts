/** One account that came into the policy after the deployment: created by whichever key of ours can pay. */
import type { Address } from "viem";
import { PortcullisError } from "../errors.ts";
import { findAccount } from "../plan/sessionOrder.ts";
import type { Desired } from "../policy/desired.ts";
import { createThroughBundler } from "./createThroughBundler.ts";
import { deployAccounts } from "./deployAccounts.ts";
import { type Manifest, manifestAddresses, readManifest, writeManifest } from "./manifest.ts";
import { type AccountStep, planAccounts } from "./planAccounts.ts";
import { recordContracts } from "./record.ts";
import { sendSteps } from "./sendSteps.ts";
import type { DeployContext } from "./types.ts";

export interface AccountCreation {
  address: Address;
  manifest: Manifest;
  addresses: Readonly<Record<string, Address>>;
  /** The account, and what it is made of where that is not there yet. */
  missing: readonly AccountStep[];
}

/** Throws `ACCOUNT_UNKNOWN`, `NOT_DEPLOYED`. */
export async function planAccountCreation(
  context: DeployContext,
  desired: Desired,
  name: string,
): Promise<AccountCreation> {
  const account = findAccount(desired, name);
  const manifest = await readManifest(context.files);
  if (manifest === undefined)
    throw new PortcullisError("NOT_DEPLOYED", `Nothing was deployed to "${context.network}"`, {
      hint: "npx hardhat deploy",
    });
  const known = manifestAddresses(manifest);
  const { addresses, steps } = await planAccounts(context, known);
  const others = desired.contracts.filter((c) => c.accountOrigin !== undefined && c.name !== account.name);
  const missing = steps.filter((step) => !others.some((other) => other.name === step.name));
  return { address: addresses[account.name] ?? account.address, manifest, addresses, missing };
}

/** Throws what sending throws, `BUNDLER_*`, `ENTRY_POINT_MISSING`, `SIGNER_MISSING`. */
export async function createAccount(
  context: DeployContext,
  desired: Desired,
  { address, manifest, addresses, missing }: AccountCreation,
): Promise<void> {
  const { bundler } = context;
  const own = bundler && missing.find(({ creates }) => creates === address);
  const parts = missing.filter((step) => step !== own);
  if (parts.length > 0) await deployAccounts(context, parts, sendSteps(context, payer(context, desired)));
  // With the parts' addresses: an owner may be known by one of them.
  const account = own && (await context.compile(addresses)).contracts.find(({ name }) => name === own.name);
  if (bundler && own && account && (await context.client.getCode({ address })) === undefined) {
    await createThroughBundler({ ...context, bundler }, account, own);
    context.report(`${own.name} at ${address}`);
  }
  await record(context, { manifest, addresses, missing });
}

function payer(context: DeployContext, desired: Desired): Address {
  const from = desired.signers.find(({ address }) => context.signers.has(address))?.address;
  if (from !== undefined) return from;
  throw new PortcullisError("SIGNER_MISSING", "No key here can pay for the account", {
    hint: "add a signer with ether to the policy",
  });
}

async function record(
  context: DeployContext,
  { manifest, addresses, missing }: Pick<AccountCreation, "manifest" | "addresses" | "missing">,
): Promise<void> {
  const names = new Set(missing.map(({ name }) => name));
  const compiled = await context.compile(addresses);
  const created = compiled.contracts.filter(({ name }) => names.has(name));
  const recorded = await recordContracts(context, { ...compiled, contracts: created });
  await writeManifest(context.files, { ...manifest, contracts: [...manifest.contracts, ...recorded] });
}
