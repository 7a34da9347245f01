/** A guardian's signature on a file: what is shown before it, and the signing. No node is asked. */

import { hashTypedData } from "viem";
import { ecdsaSigner } from "../../accounts/owners/ecdsa.ts";
import type { ApprovalFile } from "../../accounts/recovery/approvalFile.ts";
import { approve } from "../../accounts/recovery/approve.ts";
import { approveAsSafe, listSafeApprovals, safeMessage } from "../../accounts/recovery/approveAsSafe.ts";
import { describeFile } from "../../accounts/recovery/describeFile.ts";
import { hashFile } from "../../accounts/recovery/showFile.ts";
import { PortcullisError } from "../../errors.ts";
import { formatTime } from "../../plan/wording.ts";
import type { SigningGuardian } from "./chooseGuardian.ts";
import type { OfflineKeys } from "./openOffline.ts";

/**
 * @param now seconds, of this machine
 * @throws PortcullisError APPROVAL_EXPIRED
 */
export function requireCurrent(file: ApprovalFile, now: number): void {
  const end = file.action === "drill" ? file.signedAt + 86_400 : file.deadline;
  if (now < end) return;
  throw new PortcullisError("APPROVAL_EXPIRED", `The file was good until ${formatTime(BigInt(end))}`, {
    hint: file.action === "drill" ? "npx hardhat recovery propose --drill" : "npx hardhat recovery propose",
    details: { deadline: end },
  });
}

/** All that is signed, in words and as the device shows it. */
export async function describeSigning(
  file: ApprovalFile,
  { name, key, safe }: SigningGuardian,
  { book }: Pick<OfflineKeys, "book">,
): Promise<string> {
  const { domain, message, signed } = hashFile(file);
  const lines = [describeFile(file, { book }), ""];
  if (safe === undefined)
    return [
      ...lines,
      `${name} (${key}) signs, and a device that cannot show the above shows`,
      `  domain      ${domain}`,
      `  message     ${message}`,
      `  both        ${signed}`,
    ].join("\n");
  const owners = await listSafeApprovals(file, safe);
  return [
    ...lines,
    `${name} (${key}) signs as an owner of the Safe ${safe.name} (${safe.address}): ${owners.length} of ${safe.threshold} have signed`,
    `  Safe's message       ${signed}`,
    `  hash of the message  ${hashTypedData(safeMessage(file, safe.address))}`,
  ].join("\n");
}

export async function signFile(
  file: ApprovalFile,
  { key, safe }: SigningGuardian,
  { signers }: Pick<OfflineKeys, "signers">,
): Promise<ApprovalFile> {
  const signer = await signers.get(key);
  return safe === undefined ? approve(file, ecdsaSigner(signer)) : approveAsSafe(file, safe, signer);
}
