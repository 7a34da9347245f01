/** Operations that a manager holds scheduled: neither executed, cancelled, expired nor void. */
import { type Address, getAddress, type Hash } from "viem";
import { roleManagerAbi } from "../../abi/roleManager.ts";
import type { ChainReader } from "../reader.ts";
import type { ManagerOperation, ManagerState } from "../types.ts";
import { managerAbi } from "./managerAbi.ts";
import type { ScheduledCandidate } from "./managerCandidates.ts";

/** @param expiration seconds an operation stays executable, where it has no deadline of its own */
export async function readManagerOperations(
  reader: ChainReader,
  address: Address,
  flavour: ManagerState["flavour"],
  candidates: ReadonlyMap<Hash, ScheduledCandidate>,
  expiration: bigint,
): Promise<ManagerOperation[]> {
  const operations = await Promise.all(
    [...candidates].map(async ([id, candidate]): Promise<ManagerOperation | undefined> => {
      const [schedule, nonce] = await Promise.all([
        reader.read({ address, abi: managerAbi, functionName: "getSchedule", args: [id] }),
        reader.read({ address, abi: managerAbi, functionName: "getNonce", args: [id] }),
      ]);
      if (schedule === 0 || nonce !== candidate.nonce) return undefined;
      const readyAt = BigInt(schedule);
      const expiresAt =
        flavour === "openzeppelin"
          ? readyAt + expiration
          : BigInt(
              (
                await reader.read({
                  address,
                  abi: roleManagerAbi,
                  functionName: "getScheduledCall",
                  args: [id],
                })
              ).deadline,
            );
      const { caller, target, ...rest } = candidate;
      return { id, ...rest, caller: getAddress(caller), target: getAddress(target), readyAt, expiresAt };
    }),
  );
  return operations.filter((operation) => operation !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
}
