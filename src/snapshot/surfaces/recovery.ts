/**
 * An account at its GuardianRecovery. The module keeps hashes alone: what they are of, its logs say, and the module is
 * asked whether it is so.
 */
import { type Address, decodeEventLog, type Hex, keccak256, toEventSelector } from "viem";
import { guardianRecoveryAbi as abi } from "../../abi/guardianRecovery.ts";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import type { ChainReader } from "../reader.ts";
import type { GuardianRecoveryState } from "../types.ts";

const TOPICS = [
  "TermsAccepted(address,bytes)",
  "ChangeProposed(address,uint256,uint48,bytes)",
  "RecoveryScheduled(address,uint48,bytes)",
].map((event) => toEventSelector(event));

interface Said {
  terms: Hex[];
  owners: Hex[];
}

/** Undefined where `module` does not answer as GuardianRecovery does. */
export async function readRecoveryState(
  reader: ChainReader,
  module: Address,
  account: Address,
): Promise<GuardianRecoveryState | undefined> {
  const at = { address: module, abi, args: [account] } as const;
  const [committed, request, change, freeze] = await Promise.all([
    reader.probe({ ...at, functionName: "isInitialized" }),
    reader.probe({ ...at, functionName: "requestOf" }),
    reader.probe({ ...at, functionName: "changeOf" }),
    reader.probe({ ...at, functionName: "freezeOf" }),
  ]);
  if (committed === undefined || request === undefined || change === undefined || freeze === undefined)
    return undefined;
  const said = await readSaid(reader, module, account);
  const terms = committed ? await findTerms(reader, module, account, said.terms) : "0x";
  if (terms === undefined) return undefined;
  const vetoes =
    terms === "0x"
      ? ([0n, 0] as const)
      : await reader.probe({ address: module, abi, functionName: "vetoesOf", args: [account, terms] });
  if (vetoes === undefined) return undefined;
  const [, until, nextAt] = freeze;
  const isPlain = request.readyAt === 0 || request.isKey;
  const newOwner = isPlain ? request.owner : said.owners.find((owner) => isHashOf(request.owner, owner));
  const next = change.isRemoval ? "0x" : said.terms.find((proposed) => isHashOf(change.terms, proposed));
  // Of a GuardianRecovery all of it is in the logs.
  if (newOwner === undefined || (change.readyAt !== 0 && next === undefined)) return undefined;
  return {
    terms,
    ...(request.readyAt === 0
      ? {}
      : {
          request: {
            readyAt: BigInt(request.readyAt),
            expiresAt: BigInt(request.expiresAt),
            weight: request.weight,
            isFinal: request.isFinal,
            newOwner: newOwner.toLowerCase() as Hex,
          },
        }),
    ...(change.readyAt === 0 || next === undefined
      ? {}
      : {
          change: {
            readyAt: BigInt(change.readyAt),
            expiresAt: BigInt(change.expiresAt),
            terms: next,
          },
        }),
    freeze: { until: BigInt(until), nextAt: BigInt(nextAt) },
    vetoes: { left: Number(vetoes[0]), backAt: BigInt(vetoes[1]) },
  };
}

/** What the module's logs say of the account, the latest first. */
async function readSaid(reader: ChainReader, module: Address, account: Address): Promise<Said> {
  const said: Said = { terms: [], owners: [] };
  for (const { topics, data } of await reader.logs(module, TOPICS)) {
    const { eventName, args } = decodeEventLog({ abi, topics: [...topics] as [Hex, ...Hex[]], data });
    if (!("account" in args) || args.account.toLowerCase() !== account.toLowerCase()) continue;
    if (eventName === "RecoveryScheduled") said.owners.unshift(args.newOwner);
    const named = eventName === "TermsAccepted" || eventName === "ChangeProposed";
    if (named && isReadable(args.terms)) said.terms.unshift(args.terms.toLowerCase() as Hex);
  }
  return said;
}

async function findTerms(
  reader: ChainReader,
  module: Address,
  account: Address,
  candidates: readonly Hex[],
): Promise<Hex | undefined> {
  for (const terms of new Set(candidates)) {
    const args = [account, terms] as const;
    if ((await reader.probe({ address: module, abi, functionName: "hasTerms", args })) === true) return terms;
  }
  return undefined;
}

/** A module of somebody else may call anything its terms. */
function isReadable(terms: Hex): boolean {
  try {
    decodeTerms(terms);
    return true;
  } catch {
    return false;
  }
}

/** `kept`: the first bytes of a hash. */
const isHashOf = (kept: Hex, bytes: Hex): boolean => keccak256(bytes).startsWith(kept.toLowerCase());
