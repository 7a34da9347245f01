/** What names a call to the sender: the same call of the same act is signed once. */
import { type Address, encodeAbiParameters, type Hash, keccak256, stringToHex } from "viem";
import type { StoredTransaction } from "../../transactions/types.ts";
import type { OperationFile, StageName } from "../store/operationFile.ts";
import type { Call } from "../types.ts";
import type { ActEnvironment } from "./types.ts";

export interface CallToSend {
  file: OperationFile;
  stage: StageName;
  index: number;
  round: bigint;
  call: Call;
  /** Whether a transaction is what was sent for the call. */
  carries(record: StoredTransaction): boolean;
  /** The sender's journal. */
  known: readonly StoredTransaction[];
}

/**
 * A call has one id for as long as what was signed under it did not revert: only then does it get the next, by itself.
 * So what succeeded is never sent again, however often the act is done and whatever its other calls met.
 */
export async function findIntent(
  { file, stage, index, round, call, carries, known }: CallToSend,
  { sender }: Pick<ActEnvironment, "sender">,
): Promise<{ id: Hash; by?: Address }> {
  // What is being sent keeps its ids, whatever the chain has of the operation by now.
  const begun = file.sending?.stage === stage ? file.sending.intents[index] : undefined;
  const kept = known.find((record) => record.id === begun && carries(record));
  if (kept && (await sender.state(kept)).status !== "reverted") return { id: kept.id, by: kept.from };
  for (let next = round; ; next += 1n) {
    const id = intentId(file.id, stage, index, next, call);
    const record = known.find((other) => other.id === id);
    if (record === undefined) return { id };
    if ((await sender.state(record)).status !== "reverted") return { id, by: record.from };
  }
}

export function isCall({ to, value, data }: StoredTransaction, call: Call): boolean {
  return (
    to?.toLowerCase() === call.to.toLowerCase() &&
    value === call.value &&
    data.toLowerCase() === call.data.toLowerCase()
  );
}

/** An account's call to itself is inside the data of its bundle. */
export function hasCall({ data }: StoredTransaction, call: Call): boolean {
  return data.toLowerCase().includes(call.data.slice(2).toLowerCase());
}

function intentId(operation: Hash, stage: StageName, index: number, round: bigint, call: Call): Hash {
  return keccak256(
    encodeAbiParameters(
      [
        { type: "bytes32" },
        { type: "bytes32" },
        { type: "uint256" },
        { type: "uint256" },
        { type: "bytes32" },
      ],
      [operation, keccak256(stringToHex(stage)), BigInt(index), round, hashCall(call)],
    ),
  );
}

function hashCall({ to, value, data }: Call): Hash {
  return keccak256(
    encodeAbiParameters([{ type: "address" }, { type: "uint256" }, { type: "bytes" }], [to, value, data]),
  );
}
