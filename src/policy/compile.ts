/** A policy, compiled for one network: what deploy makes, plan compares with and lints judge. */
import type { Abi, Address } from "viem";
import { PortcullisError } from "../errors.ts";
import { safeAbi } from "../safe/abi.ts";
import { parseContractAbi } from "./compile/abi.ts";
import { compileSafe, compileTimelock } from "./compile/accounts.ts";
import type { CompileContext } from "./compile/context.ts";
import { compileContract } from "./compile/contract.ts";
import { compileInvariant } from "./compile/invariants.ts";
import { compileManager } from "./compile/manager.ts";
import { collectNames } from "./compile/names.ts";
import { orderContracts } from "./compile/order.ts";
import { addProxyAdmins, proxyAdminAbi } from "./compile/proxyAdmins.ts";
import { compilePrincipals, compileSigners } from "./compile/signers.ts";
import { compileAccount } from "./compile/smartAccounts/account.ts";
import {
  accountBuilds,
  compileAccountParts,
  listAccountParts,
} from "./compile/smartAccounts/infrastructure.ts";
import type { Desired, DesiredBundler, DesiredSafeService } from "./desired.ts";
import { hashCanonical } from "./hash.ts";
import { collectPolicy, type ParsedPolicy } from "./parse.ts";
import { Problems } from "./problems.ts";
import type { PolicyInput } from "./schema/policy.ts";

export interface CompilePolicyParameters {
  /** Name in the policy's `networks`. */
  network: string;
  /** What the node answers; refused where the policy says another. Absent: not compared. */
  chainId?: number;
  /** Addresses of what was deployed, by name: the manifest's entries. */
  addresses?: Readonly<Record<string, Address>>;
  /** ABIs by contract name (see `listArtifacts`). */
  artifacts?: Readonly<Record<string, { abi: Abi }>>;
  /** What to do with contracts that have no address yet. Default: refuse. */
  unresolved?: "refuse" | "placeholder";
}

/**
 * Resolves every name, delay and function, and reports all that is wrong at once. Needs no chain.
 *
 * Before a deployment, compile with `unresolved: "placeholder"` to validate everything and to get the order; compile
 * again with the addresses known so far before each contract, whose `deployment.after` are then resolved.
 *
 * Throws POLICY_INVALID, POLICY_SCHEMA, NETWORK_UNKNOWN, WRONG_CHAIN, POLICY_UNRESOLVED.
 */
export function compilePolicy(input: PolicyInput, parameters: CompilePolicyParameters): Desired {
  const { network, chainId, addresses = {}, artifacts = {}, unresolved = "refuse" } = parameters;
  const problems = new Problems();
  const policy = collectPolicy(input, network, problems);
  if (chainId !== undefined && chainId !== policy.chain) throw wrongChain(policy, chainId);
  const names = collectNames(policy, addresses, problems);
  const abis = collectAbis(policy, artifacts, problems);
  const context: CompileContext = { policy, names, problems, abiOf: (name) => abis[name] };

  const signers = compileSigners(context);
  const contracts = addProxyAdmins(
    orderContracts(
      [
        ...Object.entries(policy.safes).map(([name, safe]) => compileSafe(context, name, safe)),
        ...Object.entries(policy.timelocks).map(([name, timelock]) =>
          compileTimelock(context, name, timelock),
        ),
        ...Object.entries(policy.managers).map(([name, manager]) =>
          compileManager(context, name, manager, signers),
        ),
        ...Object.entries(policy.contracts).map(([name, contract]) =>
          compileContract(context, name, contract),
        ),
        ...compileAccountParts(context),
        ...Object.entries(policy.accounts).map(([name, account]) => compileAccount(context, name, account)),
      ],
      problems,
    ),
    problems,
  );
  const invariants = policy.invariants.flatMap(
    (invariant, i) => compileInvariant(context, invariant, ["invariants", i]) ?? [],
  );
  problems.refuse(policy.name);
  if (names.unresolved.length > 0 && unresolved === "refuse") throw notDeployed(names.unresolved);

  const proxyAdmins = contracts.filter((contract) => contract.proxyAdminOf !== undefined);
  const parts = contracts.filter((contract) => contract.accountPart);
  const principals = [
    ...compilePrincipals(context, signers),
    ...[...proxyAdmins, ...parts].map(({ name, address }) => ({ name, address, kind: "contract" as const })),
  ];
  for (const { name } of proxyAdmins) abis[name] = proxyAdminAbi;
  // Where signatures are gathered, and who includes operations, binds nobody: what waits is the same with another service.
  const { broken: _, safeService, bundler, accounts, ...hashed } = policy;
  return {
    // A policy without accounts is the same as before there were any.
    policyHash: hashCanonical(Object.keys(accounts).length === 0 ? hashed : { ...hashed, accounts }),
    policyName: policy.name,
    network,
    chainId: policy.chain,
    tier: policy.tier,
    signers,
    principals,
    contracts,
    book: {
      chainId: policy.chain,
      entries: [
        ...principals.map(({ name, address }) => ({
          name,
          address,
          ...(abis[name] === undefined ? {} : { abi: abis[name] }),
          ...artifactOf(policy, name),
        })),
        ...Object.entries(addresses)
          .filter(([name]) => names.kindOf(name) === undefined)
          .map(([name, address]) => ({ name, address })),
      ],
    },
    fees: policy.fees as Desired["fees"],
    verification: policy.verification as Desired["verification"],
    ...(safeService.url === undefined ? {} : { safeService: safeService as DesiredSafeService }),
    ...(bundler.url === undefined ? {} : { bundler: bundler as DesiredBundler }),
    invariants,
    accept: policy.accept,
    unresolved: names.unresolved,
  };
}

/** Names of the artifacts that compiling for this network needs. Throws POLICY_SCHEMA, NETWORK_UNKNOWN. */
export function listArtifacts(input: PolicyInput, network: string): string[] {
  const policy = collectPolicy(input, network, new Problems());
  const { timelocks, managers, contracts } = policy;
  const needed = Object.values(contracts).flatMap(({ artifact }) => artifact ?? []);
  const ours = (flavour: string) => flavour === "portcullis";
  if (Object.values(timelocks).some((t) => ours(t.flavour))) needed.push("Timelock");
  if (Object.values(managers).some((m) => ours(m.flavour))) needed.push("RoleManager");
  needed.push(...listAccountParts(policy).map(({ artifact }) => artifact));
  return [...new Set(needed)].sort();
}

function collectAbis(
  policy: ParsedPolicy,
  artifacts: NonNullable<CompilePolicyParameters["artifacts"]>,
  problems: Problems,
): Record<string, Abi | undefined> {
  const abis: Record<string, Abi | undefined> = {};
  for (const name of Object.keys(policy.safes)) abis[name] = safeAbi;
  for (const [name, { flavour }] of Object.entries(policy.timelocks)) {
    if (flavour === "portcullis") abis[name] = artifacts.Timelock?.abi;
  }
  for (const [name, { flavour }] of Object.entries(policy.managers)) {
    if (flavour === "portcullis") abis[name] = artifacts.RoleManager?.abi;
  }
  for (const { name, artifact } of listAccountParts(policy)) abis[name] = artifacts[artifact]?.abi;
  for (const [name, { entryPoint }] of Object.entries(policy.accounts)) {
    abis[name] = artifacts[accountBuilds[entryPoint].implementation.artifact]?.abi;
  }
  for (const [name, contract] of Object.entries(policy.contracts)) {
    abis[name] = parseContractAbi(name, contract, artifacts, problems);
  }
  return abis;
}

function artifactOf(policy: ParsedPolicy, name: string): { artifact?: string } {
  const own = policy.contracts[name]?.artifact;
  if (own !== undefined) return { artifact: own };
  if (policy.timelocks[name]?.flavour === "portcullis") return { artifact: "Timelock" };
  if (policy.managers[name]?.flavour === "portcullis") return { artifact: "RoleManager" };
  const part = listAccountParts(policy).find((p) => p.name === name);
  if (part !== undefined) return { artifact: part.artifact };
  const account = policy.accounts[name];
  if (account !== undefined) return { artifact: accountBuilds[account.entryPoint].implementation.artifact };
  return policy.safes[name] === undefined ? {} : { artifact: "Safe" };
}

function wrongChain(policy: ParsedPolicy, chainId: number): PortcullisError {
  return new PortcullisError(
    "WRONG_CHAIN",
    `The network "${policy.network}" answers as chain ${chainId}; the policy says ${policy.chain}`,
    {
      hint: `correct the network's url, or networks.${policy.network}.chain in the policy`,
      details: { network: policy.network, expected: policy.chain, got: chainId },
    },
  );
}

function notDeployed(unresolved: readonly string[]): PortcullisError {
  return new PortcullisError("POLICY_UNRESOLVED", `Not deployed yet: ${unresolved.join(", ")}`, {
    hint: "npx hardhat deploy",
    details: { unresolved },
  });
}
