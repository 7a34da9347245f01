/** Which of a file's signatures the chain would take: one bad one would make it refuse them all. */
import { type Address, type Hex, isAddressEqual, type PublicClient, parseAbi, size, slice } from "viem";
import { probe } from "../../chain/probe.ts";
import type { ApprovalFile } from "./approvalFile.ts";
import { isSignedByKey } from "./approve.ts";
import { hashFile } from "./showFile.ts";

type Approval = ApprovalFile["signatures"][number];

const abi = parseAbi([
  "function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)",
  "function verify(bytes key, bytes32 hash, bytes signature) view returns (bytes4)",
]);
const ERC1271 = "0x1626ba7e";
const ERC7913 = "0x024ad318";
/** Above half the order of secp256k1 lies a second signature for each; the contract takes the lower. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** On the client's chain; the same file may be good on one and not on another. */
export async function verifyApprovals(
  client: PublicClient,
  file: ApprovalFile,
): Promise<{ good: Approval[]; bad: Approval[] }> {
  const digest = hashFile(file).signed;
  const judged = await Promise.all(
    file.signatures.map(async (approval) => ({
      approval,
      good: await isGood(client, file, digest, approval),
    })),
  );
  const pick = (wanted: boolean) =>
    judged.filter(({ good }) => good === wanted).map(({ approval }) => approval);
  return { good: pick(true), bad: pick(false) };
}

async function isGood(
  client: PublicClient,
  file: ApprovalFile,
  digest: Hex,
  { signer, signature }: Approval,
): Promise<boolean> {
  const address = slice(signer, 0, 20) as Address;
  if (size(signer) > 20) {
    const args = [slice(signer, 20), digest, signature] as const;
    return (await probe(client, { address, abi, functionName: "verify", args })) === ERC7913;
  }
  if (isLow(signature) && (await isSignedByKey(file, { signer, signature })) === true)
    return !isAddressEqual(address, "0x0000000000000000000000000000000000000000");
  const code = (await client.getCode({ address })) ?? "0x";
  // Code that a key delegated to (EIP-7702) may answer to anybody: the contract does not ask it.
  if (code === "0x" || (size(code) === 23 && slice(code, 0, 3) === "0xef0100")) return false;
  const args = [digest, signature] as const;
  return (await probe(client, { address, abi, functionName: "isValidSignature", args })) === ERC1271;
}

const isLow = (signature: Hex): boolean =>
  size(signature) === 65 && BigInt(slice(signature, 32, 64)) <= HALF_ORDER;
