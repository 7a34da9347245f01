/** Smart accounts and their sessions, in words. */
import { getAddress, isAddressEqual } from "viem";
import { entryPoints } from "../../accounts/entryPoints.ts";
import { describeSession } from "../../accounts/sessions/describeSession.ts";
import type { Desired } from "../desired.ts";
import { sessionsOf } from "../lint/types.ts";
import type { Describer } from "./describeAddress.ts";
import { formatTable } from "./table.ts";

export function showAccounts({ contracts }: Desired, words: Describer): string {
  const rows = contracts.flatMap(({ name, account, sessions = [] }) =>
    account === undefined
      ? []
      : [
          [
            name,
            account.owner.length === 42
              ? words.nameOf(getAddress(account.owner))
              : account.owner === "0x"
                ? "not managed"
                : "a key by its verifier",
            versionOf(account.entryPoint),
            sessions.map((session) => session.name).join(", ") || "none",
          ],
        ],
  );
  return formatTable(["Account", "Owner", "EntryPoint", "Sessions"], rows);
}

export function showSessions(desired: Desired): string {
  return sessionsOf(desired)
    .map(({ subject, session }) =>
      [`  ${subject}`, ...describeSession(session, desired.book).map((line) => `    ${line}`)].join("\n"),
    )
    .join("\n");
}

const versionOf = (address: `0x${string}`): string =>
  Object.values(entryPoints).find((known) => isAddressEqual(known.address, address))?.version ?? address;
