/** Smart accounts and their sessions, in words. */
import { getAddress, isAddressEqual } from "viem";
import { entryPoints } from "../../accounts/entryPoints.ts";
import { describeOwner } from "../../accounts/owners/describeOwner.ts";
import { describeGuardians } from "../../accounts/recovery/describeGuardians.ts";
import { describeSession } from "../../accounts/sessions/describeSession.ts";
import type { Desired, DesiredRecovery } from "../desired.ts";
import { sessionsOf } from "../lint/types.ts";
import { formatDuration } from "../text/duration.ts";
import type { Describer } from "./describeAddress.ts";
import { formatTable } from "./table.ts";

export function showAccounts({ contracts }: Desired, words: Describer): string {
  const rows = contracts.flatMap(({ name, account, sessions = [], recovery }) =>
    account === undefined
      ? []
      : [
          [
            name,
            account.owner === "0x" ? "not managed" : describeOwner(account.owner, words.nameOf),
            versionOf(account.entryPoint),
            sessions.map((session) => session.name).join(", ") || "none",
            recovery === undefined ? "nobody" : recoveryText(recovery, words),
          ],
        ],
  );
  return formatTable(["Account", "Owner", "EntryPoint", "Sessions", "Recovered by"], rows);
}

export function showSessions(desired: Desired): string {
  return sessionsOf(desired)
    .map(({ subject, session }) =>
      [`  ${subject}`, ...describeSession(session, desired.book).map((line) => `    ${line}`)].join("\n"),
    )
    .join("\n");
}

function recoveryText(recovery: DesiredRecovery, { nameOf }: Describer): string {
  const who = describeGuardians(recovery, (address) => nameOf(getAddress(address)));
  return `${who}, after ${formatDuration(recovery.delay)}`;
}

const versionOf = (address: `0x${string}`): string =>
  Object.values(entryPoints).find((known) => isAddressEqual(known.address, address))?.version ?? address;
