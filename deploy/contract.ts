/** A contract of its own: timelocks, tokens, anything whose whole configuration is its constructor. */
import type { ContractFuture } from "@nomicfoundation/ignition-core";
import type { ModuleContext } from "./portcullis.ts";

export function deployContract({ m, contract, args, after }: ModuleContext): ContractFuture<string> {
  return m.contract(contract.artifact, args, { id: contract.name, after });
}
