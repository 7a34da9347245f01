/** The file for what guardians do at once: freeze, lift a freeze, veto a change of the guardians. */
import { type ApprovalFile, fileHeader } from "../../accounts/recovery/approvalFile.ts";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import type { AlarmKind } from "../../accounts/recovery/typedData.ts";
import { PortcullisError } from "../../errors.ts";
import { formatTime } from "../../plan/wording.ts";
import type { Project } from "../project.ts";
import { type AccountRecovery, readAccountRecovery } from "./readAccountRecovery.ts";

export interface AlarmRequest {
  action: AlarmKind;
  account: string;
}

/** Seconds that guardians have to sign it. */
const LIFETIME = 7 * 86_400;

/** @throws PortcullisError FREEZE_UNAVAILABLE, RECOVERY_NOT_FROZEN, RECOVERY_NO_CHANGE, and what reading throws */
export async function draftAlarm(project: Project, { action, account }: AlarmRequest): Promise<ApprovalFile> {
  const found = await readAccountRecovery(project, account);
  const { chainId, module, account: at, terms } = found.state;
  return {
    ...fileHeader,
    action,
    places: [{ chainId, module, account: at, terms }],
    number: numbers[action](found),
    deadline: found.now + LIFETIME,
    signatures: [],
  };
}

const numbers: Readonly<Record<AlarmKind, (found: AccountRecovery) => bigint>> = {
  freeze: ({ name, now, state: { freeze, terms } }) => {
    const unavailable = (message: string, hint: string) =>
      new PortcullisError("FREEZE_UNAVAILABLE", message, { hint, details: { nextAt: freeze.nextAt } });
    if (decodeTerms(terms).freeze === 0n)
      throw unavailable(
        `The guardians of ${name} cannot freeze it`,
        "write `freeze` and `rest` into the policy's recovery",
      );
    if (now < freeze.until)
      throw unavailable(
        `${name} is frozen until ${formatTime(BigInt(freeze.until))}`,
        "npx hardhat recovery status",
      );
    if (now < freeze.nextAt)
      throw unavailable(
        `${name} was frozen a while ago, and can be again from ${formatTime(BigInt(freeze.nextAt))}`,
        "`npx hardhat recovery propose` asks for a new owner meanwhile",
      );
    return freeze.number + 1n;
  },
  unfreeze: ({ name, now, state: { freeze } }) => {
    if (now < freeze.until) return freeze.number;
    throw new PortcullisError("RECOVERY_NOT_FROZEN", `${name} is not frozen`, {
      hint: "npx hardhat recovery status",
    });
  },
  veto: ({ name, state: { change } }) => {
    if (change !== undefined) return change.number;
    throw new PortcullisError("RECOVERY_NO_CHANGE", `No change of the guardians of ${name} is pending`, {
      hint: "npx hardhat recovery status",
    });
  },
};
