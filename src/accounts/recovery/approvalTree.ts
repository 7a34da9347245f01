/** One guardian's signature for several chains: EIP-712 nested pairs, whose hash is the Merkle root of the approvals. */
import { concatHex, type Hex, hashStruct, keccak256, type TypedDataDefinition } from "viem";
import { PortcullisError } from "../../errors.ts";
import { type ApprovalPlace, approvalDomain, approvalFields, approvalMessage } from "./typedData.ts";

/** What the contract goes up at most. */
const MOST_LEVELS = 10;

type Nested<T> = T | Nested<T>[];

/** How high the tree over so many approvals is; 0: one, signed by itself. */
export function heightOf(places: number): number {
  const height = Math.ceil(Math.log2(places));
  if (places >= 1 && height <= MOST_LEVELS) return height;
  throw new PortcullisError(
    "RECOVERY_TOO_MANY_CHAINS",
    `${places} approvals do not fit under one signature`,
    {
      hint: `name 1 to ${2 ** MOST_LEVELS} accounts`,
      details: { places },
    },
  );
}

/** The chain's own approval where there is one place, else the tree of all, which wallets show leaf by leaf. */
export function approvalTypedData(
  places: readonly ApprovalPlace[],
  newOwner: Hex,
  deadline: number,
): TypedDataDefinition {
  const leaves = fill(places).map((place) => approvalMessage(place, newOwner, deadline));
  const [first] = leaves;
  const RecoveryApproval = [...approvalFields];
  if (leaves.length === 1 && first !== undefined)
    return {
      domain: approvalDomain,
      types: { RecoveryApproval },
      primaryType: "RecoveryApproval",
      message: first,
    };
  const type = `RecoveryApproval${"[2]".repeat(heightOf(places.length))}`;
  return {
    domain: approvalDomain,
    types: { RecoveryApprovals: [{ name: "tree", type }], RecoveryApproval },
    primaryType: "RecoveryApprovals",
    message: { tree: nest(leaves) },
  };
}

/** The sibling hashes from the approval at `index` up: what `scheduleFromTree` is given. */
export function proveApproval(
  places: readonly ApprovalPlace[],
  newOwner: Hex,
  deadline: number,
  index: number,
): Hex[] {
  let level = fill(places).map((place) =>
    hashStruct({
      data: approvalMessage(place, newOwner, deadline),
      primaryType: "RecoveryApproval",
      types: { RecoveryApproval: [...approvalFields] },
    }),
  );
  const proof: Hex[] = [];
  for (let at = index; level.length > 1; at >>= 1) {
    proof.push(level[at ^ 1] as Hex);
    level = pair(level).map(([left, right]) => keccak256(concatHex([left, right])));
  }
  return proof;
}

/** Repeats the last one until the tree is full. */
function fill<T>(leaves: readonly T[]): T[] {
  const last = leaves.at(-1) as T;
  const full = 2 ** heightOf(leaves.length);
  return [...leaves, ...Array.from({ length: full - leaves.length }, () => last)];
}

function nest<T>(leaves: readonly T[]): Nested<T> {
  let level: Nested<T>[] = [...leaves];
  while (level.length > 1) level = pair(level);
  return level[0] as Nested<T>;
}

const pair = <T>(level: readonly T[]): [T, T][] =>
  Array.from({ length: level.length / 2 }, (_, i) => [level[2 * i] as T, level[2 * i + 1] as T]);
