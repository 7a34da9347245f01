/** The guards that a question about a function depends on: its own, and those of the upgrades of what stands behind it. */
import { type AbiFunction, type Address, type PublicClient, parseAbiItem, toFunctionSelector } from "viem";
import type { Snapshot } from "../snapshot/types.ts";
import { readGuard } from "./readGuard.ts";
import type { KnownGuard } from "./types.ts";

const upgradeToAndCall = parseAbiItem(
  "function upgradeToAndCall(address newImplementation, bytes data) payable",
);

export interface ReadGuardsParameters {
  snapshot: Snapshot;
  target: Address;
  /** Absent where only the selector is known. */
  item?: AbiFunction;
}

/** @throws PortcullisError RPC_UNREACHABLE, RPC_RATE_LIMITED, RPC_LAGGING */
export async function readGuards(
  client: PublicClient,
  { snapshot, target, item }: ReadGuardsParameters,
): Promise<KnownGuard[]> {
  const questions = [
    ...(item ? [{ address: target, item }] : []),
    ...snapshot.contracts
      .filter(({ proxy }) => proxy?.kind === "uups")
      .map(({ address }) => ({ address, item: upgradeToAndCall as AbiFunction })),
  ];
  const blockNumber = snapshot.block.number;
  const guards = await Promise.all(
    questions.map(async (question): Promise<KnownGuard | undefined> => {
      const contract = snapshot.contracts.find(({ address }) => address === question.address);
      // Their rules are known by what they are.
      if (!contract || contract.manager || contract.timelock || contract.safe) return undefined;
      const guard = await readGuard(client, { ...question, blockNumber });
      return guard && { target: question.address, selector: toFunctionSelector(question.item), guard };
    }),
  );
  return guards.filter((guard) => guard !== undefined);
}
