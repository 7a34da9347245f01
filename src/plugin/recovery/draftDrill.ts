/** The file in which guardians show that they can still sign: proofs of life, which move nothing. */
import { type ApprovalFile, fileHeader } from "../../accounts/recovery/approvalFile.ts";
import { PortcullisError } from "../../errors.ts";
import type { Project } from "../project.ts";
import { readAccountRecovery } from "./readAccountRecovery.ts";

export interface DrillRequest {
  account: string;
  reason: string;
  /** What asks for a new owner, as written; all empty for a drill. */
  others: Readonly<Record<string, string>>;
}

/** @throws PortcullisError OPTION_CONFLICT, and what reading throws */
export async function draftDrill(
  project: Project,
  { account, reason, others }: DrillRequest,
): Promise<ApprovalFile> {
  const [other] = Object.entries(others).find(([, value]) => value !== "") ?? [];
  if (other !== undefined)
    throw new PortcullisError(
      "OPTION_CONFLICT",
      `A drill asks for no new owner: --drill goes without --${other}`,
      {
        hint: `npx hardhat recovery propose --account ${account} --drill`,
        details: { option: other },
      },
    );
  const { now, state } = await readAccountRecovery(project, account);
  const { chainId, module, account: at, terms } = state;
  return {
    ...fileHeader,
    action: "drill",
    ...(reason === "" ? {} : { reason }),
    places: [{ chainId, module, account: at, terms }],
    // Of the chain, which refuses what is signed for a time to come.
    signedAt: now,
    signatures: [],
  };
}
