/**
 * The whole deployment as one Ignition module, built from a compiled policy. Contracts follow one another, so that
 * every run sends the same transactions with the same nonces, and a future is known by its transaction.
 */
import {
  type ArgumentType,
  buildModule,
  type ContractFuture,
  type IgnitionModule,
  type IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import type { Address } from "viem";
import { replaceAddresses } from "../src/deploy/placeholders.ts";
import type { DesiredContract } from "../src/policy/desired.ts";
import { deployContract } from "./contract.ts";
import { deployProxy } from "./proxy.ts";
import { deployRoleManager } from "./roleManager.ts";
import { deployTimelock } from "./timelock.ts";

export interface FamilyContext {
  m: IgnitionModuleBuilder;
  contract: DesiredContract;
  deployment: NonNullable<DesiredContract["deployment"]>;
  /** Puts the futures of its fellows in the place of their addresses. */
  link(args: readonly unknown[]): ArgumentType[];
  after: ContractFuture<string>[];
  temporary: TemporaryPower;
}

/** What the deployer holds for the time of the deployment. */
export interface TemporaryPower {
  deployer: Address;
  /** Roles of a manager beside ADMIN. */
  roles(contract: DesiredContract): readonly bigint[];
  /** Seconds since the epoch: those roles end by themselves then. */
  until: bigint;
}

export type DeployFamily = (context: FamilyContext) => ContractFuture<string>;

export function buildPortcullisModule(
  contracts: readonly DesiredContract[],
  temporary: TemporaryPower,
): IgnitionModule<string, string, Record<string, ContractFuture<string>>> {
  return buildModule("Portcullis", (m) => {
    const futures = new Map<string, ContractFuture<string>>();
    const link = (args: readonly unknown[]) =>
      replaceAddresses(args, (a) => futures.get(a)) as ArgumentType[];
    const result: Record<string, ContractFuture<string>> = {};
    let after: ContractFuture<string>[] = [];
    for (const contract of contracts) {
      const { deployment } = contract;
      if (deployment === undefined) continue;
      const future = familyOf(contract)({ m, contract, deployment, link, after, temporary });
      futures.set(contract.address.toLowerCase(), future);
      result[contract.name] = future;
      after = [future];
    }
    return result;
  });
}

function familyOf(contract: DesiredContract): DeployFamily {
  if (contract.manager !== undefined) return deployRoleManager;
  if (contract.timelock !== undefined) return deployTimelock;
  return contract.deployment?.proxy === undefined ? deployContract : deployProxy;
}
