/**
 * The values of immutables, which code comparison masks: the constructor is run again in a call, twice, by two accounts
 * and on two blocks. What both runs agree on depends on the arguments alone, and must be on the chain; so must the
 * contract's own address and its deployer's. What else differs between the runs (a time, a domain separator), and
 * code whose constructor runs only once, nobody can foresee: that stays unchecked.
 */
import { type Address, getContractAddress, type Hex, type PublicClient, padHex, size, slice } from "viem";
import type { CodeArtifact } from "./types.ts";

export interface CreatedCode {
  address: Address;
  /** As it is on the chain. */
  code: Hex;
  artifact: CodeArtifact;
  /** The creation code with its arguments, and who sent it. */
  creation: Hex;
  deployer: Address;
}

export interface ImmutableDifference {
  /** Offset in the code, bytes. */
  start: number;
  expected: Hex;
  found: Hex;
}

/** Whoever runs a constructor and is not its deployer; has no key. */
const STRANGER: Address = "0x00000000000000000000000000000000000F0f0F";

/** The first immutable that is not what the arguments make it; undefined where all that can be foreseen is right. */
export async function findImmutableDifference(
  client: PublicClient,
  { address, code, artifact, creation, deployer }: CreatedCode,
): Promise<ImmutableDifference | undefined> {
  const ranges = Object.values(artifact.immutableReferences ?? {}).flat();
  const block = await client.getBlockNumber();
  if (ranges.length === 0 || block === 0n) return undefined;
  const [one, other] = await Promise.all([
    runConstructor(client, creation, deployer, block),
    runConstructor(client, creation, STRANGER, block - 1n),
  ]);
  if (one === undefined || other === undefined) return undefined;
  for (const { start, length } of ranges) {
    const at = (bytes: Hex) => slice(bytes, start, start + length);
    if ([code, one.code, other.code].some((bytes) => size(bytes) < start + length)) return undefined;
    const word = (account: Address) => padHex(account, { size: length }).toLowerCase();
    const runs = (first: Address, second: Address) =>
      at(one.code) === word(first) && at(other.code) === word(second);
    const expected = runs(one.address, other.address)
      ? word(address)
      : runs(deployer, STRANGER)
        ? word(deployer)
        : at(one.code) === at(other.code)
          ? at(one.code)
          : undefined;
    if (expected !== undefined && expected !== at(code))
      return { start, expected: expected as Hex, found: at(code) };
  }
  return undefined;
}

/** Undefined where it reverts, or the node no longer has that block. */
async function runConstructor(
  client: PublicClient,
  creation: Hex,
  from: Address,
  blockNumber: bigint,
): Promise<{ address: Address; code: Hex } | undefined> {
  try {
    const nonce = BigInt(await client.getTransactionCount({ address: from, blockNumber }));
    const { data } = await client.call({ account: from, data: creation, blockNumber });
    return data && { address: getContractAddress({ from, nonce }), code: data };
  } catch {
    return undefined;
  }
}
