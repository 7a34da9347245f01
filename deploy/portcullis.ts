/**
 * The whole deployment as one Ignition module, built from a compiled policy. Contracts follow one another, so that a
 * run sends the same transactions with the same nonces as any other run, and a future is known by its transaction.
 */
import {
  type ArgumentType,
  buildModule,
  type ContractFuture,
  type IgnitionModule,
  type IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import type { Address } from "viem";
import { deployContract } from "./contract.ts";
import { deployProxy } from "./proxy.ts";
import { deployRoleManager } from "./roleManager.ts";

/** One contract of the policy that is to be deployed. Addresses of its fellows are placeholders. */
export interface ModuleContract {
  name: string;
  artifact: string;
  placeholder: Address;
  args: readonly unknown[];
  proxy?: {
    kind: "uups" | "transparent";
    initializer: string;
    initializerArgs: readonly unknown[];
    /** Of the ProxyAdmin of a transparent proxy. */
    owner?: unknown;
  };
  /** Roles the deployer holds until the hand-over, beside ADMIN; a role manager's only. */
  temporaryRoles?: readonly bigint[];
  /** Seconds since the epoch: when they end by themselves. */
  temporaryUntil?: bigint;
}

export interface ModuleContext {
  m: IgnitionModuleBuilder;
  contract: Omit<ModuleContract, "proxy"> & {
    proxy?: {
      kind: "uups" | "transparent";
      initializer: string;
      initializerArgs: ArgumentType[];
      owner: ArgumentType;
    };
  };
  /** With the futures of its fellows in place of placeholders. */
  args: ArgumentType[];
  after: ContractFuture<string>[];
  deployer: Address;
}

export const MODULE_ID = "Portcullis";

export function buildPortcullisModule(
  contracts: readonly ModuleContract[],
  deployer: Address,
  replace: (value: unknown, find: (address: string) => ContractFuture<string> | undefined) => unknown,
): IgnitionModule<string, string, Record<string, ContractFuture<string>>> {
  return buildModule(MODULE_ID, (m) => {
    const futures = new Map<string, ContractFuture<string>>();
    const link = (value: unknown) => replace(value, (address) => futures.get(address)) as ArgumentType;
    const result: Record<string, ContractFuture<string>> = {};
    let previous: ContractFuture<string> | undefined;
    for (const contract of contracts) {
      const { proxy, ...rest } = contract;
      const context: ModuleContext = {
        m,
        contract: {
          ...rest,
          ...(proxy === undefined
            ? {}
            : {
                proxy: {
                  kind: proxy.kind,
                  initializer: proxy.initializer,
                  initializerArgs: link(proxy.initializerArgs) as ArgumentType[],
                  owner: link(proxy.owner ?? ""),
                },
              }),
        },
        args: link(contract.args) as ArgumentType[],
        after: previous === undefined ? [] : [previous],
        deployer,
      };
      const future = deployerOf(contract)(context);
      futures.set(contract.placeholder.toLowerCase(), future);
      result[contract.name] = future;
      previous = future;
    }
    return result;
  });
}

function deployerOf(contract: ModuleContract): (context: ModuleContext) => ContractFuture<string> {
  if (contract.proxy !== undefined) return deployProxy;
  return contract.temporaryRoles === undefined ? deployContract : deployRoleManager;
}
