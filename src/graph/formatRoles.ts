/** `roles list`, as text. */
import { type Address, zeroAddress } from "viem";
import { formatDuration } from "../policy/text/duration.ts";
import { formatInstant } from "../policy/text/instant.ts";
import type { MemberRow, RoleRow } from "../snapshot/listRoles.ts";
import type { DelayState } from "../snapshot/types.ts";
import type { Names } from "./names.ts";

const DAY = 86_400n;

export function formatRoles(rows: readonly RoleRow[], names: Names): string {
  if (rows.length === 0) return "There is no role here.";
  const contracts = [...new Set(rows.map((row) => row.contract))];
  return contracts
    .map((contract) => {
      const own = rows.filter((row) => row.contract === contract);
      return [title(contract, names), ...own.flatMap((row) => formatRole(row, names))].join("\n");
    })
    .join("\n\n");
}

function title(contract: Address, names: Names): string {
  const name = names.address(contract);
  return name === contract ? contract : `${name} (${contract})`;
}

function formatRole(row: RoleRow, names: Names): string[] {
  const facts = [
    row.threshold === undefined ? "" : `${row.threshold} of ${row.members.length}`,
    row.admin === undefined || row.id === 0n ? "" : `admin ${names.role(row.contract, row.admin)}`,
    row.guardian === undefined ? "" : `guardian ${names.role(row.contract, row.guardian)}`,
    row.grantDelay && isSet(row.grantDelay) ? `grants wait ${formatDelay(row.grantDelay)}` : "",
    row.keyBound ? "key-bound" : "",
    outlived(row) ? `once delayed ${formatDuration(row.longestDelay ?? 0n)}` : "",
  ].filter((fact) => fact !== "");
  const head = `  ${row.role}${facts.length > 0 ? `: ${facts.join(", ")}` : ""}`;
  if (row.members.length === 0) return [head, "    nobody"];
  const width = Math.max(...row.members.map((member) => nameOf(member, names).length));
  return [
    head,
    ...row.members.map((member) =>
      `    ${nameOf(member, names).padEnd(width)}${formatMember(member)}`.trimEnd(),
    ),
  ];
}

/** The grant delay stays above it for ever: worth saying where no member shows it. */
function outlived({ longestDelay = 0n, members }: RoleRow): boolean {
  return (
    members.every(({ delay }) => delay === undefined || delay.current < longestDelay) && longestDelay > 0n
  );
}

function nameOf({ account }: MemberRow, names: Names): string {
  return account === zeroAddress ? "anyone" : names.address(account);
}

function formatMember(member: MemberRow): string {
  const { status, delay, until, since, age, binding } = member;
  const parts = [
    status === "active" ? "" : status.toUpperCase(),
    status === "pending" && since !== undefined ? `from ${formatInstant(since)}` : "",
    delay && isSet(delay) ? `delay ${formatDelay(delay)}` : "",
    until !== undefined && until !== 0n ? `until ${formatInstant(until)}` : "",
    binding === undefined ? "" : `key ${binding}`,
    age === undefined ? "" : `for ${formatAge(age)}`,
  ].filter((part) => part !== "");
  return parts.length > 0 ? `  ${parts.join(", ")}` : "";
}

function isSet({ current, pending }: DelayState): boolean {
  return current !== 0n || pending !== 0n;
}

function formatDelay({ current, pending, effect }: DelayState): string {
  if (effect === 0n) return formatDuration(current);
  return `${formatDuration(current)} (${formatDuration(pending)} from ${formatInstant(effect)})`;
}

/** Whole days once there are any: nobody reads the minutes of a year. */
function formatAge(seconds: bigint): string {
  return formatDuration(seconds >= DAY ? seconds - (seconds % DAY) : seconds);
}
