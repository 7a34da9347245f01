/** A compiled policy for people: who may do what, how slowly, with which key. */
import { type Address, zeroAddress } from "viem";
import type { Desired } from "../desired.ts";
import { roleName } from "../lint/roleName.ts";
import { managersOf, safesOf, timelocksOf } from "../lint/types.ts";
import { ADMIN_ROLE, PUBLIC_ROLE } from "../roleId.ts";
import { formatDuration } from "../text/duration.ts";
import { formatInstant } from "../text/instant.ts";
import { type Describer, describeAddresses } from "./describeAddress.ts";
import { describePostCondition } from "./describePostCondition.ts";
import { showAccounts, showSessions } from "./showAccounts.ts";
import { formatTable } from "./table.ts";

export function showPolicy(desired: Desired): string {
  const words = describeAddresses(desired);
  const sections: [string, string][] = [
    ["Who may do what", showPowers(desired, words)],
    ["Roles", showRoles(desired, words)],
    ["Owners and other admins", showOwners(desired, words)],
    ["Timelocks", showTimelocks(desired, words)],
    ["Held after every operation", showPostConditions(desired, words)],
    ["Safes", showSafes(desired, words)],
    ["Smart accounts", showAccounts(desired, words)],
    ["Sessions", showSessions(desired)],
    ["Keys", showKeys(desired)],
    ["Addresses", showContracts(desired)],
  ];
  const head = `Policy ${desired.policyName} on ${desired.network} (chain ${desired.chainId}, ${desired.tier})\n${desired.policyHash}`;
  return [
    head,
    ...sections.filter(([, text]) => text !== "").map(([title, text]) => `${title}\n${text}`),
  ].join("\n\n");
}

function showPowers(desired: Desired, words: Describer): string {
  const rows = managersOf(desired).flatMap((contract) =>
    contract.manager.targets.flatMap((target) => {
      const functionNames = desired.contracts.find((c) => c.address === target.address)?.functionNames ?? {};
      return target.functions.flatMap(({ selector, role }) => {
        const call = `${words.nameOf(target.address)}.${functionNames[selector] ?? selector}`;
        if (role === PUBLIC_ROLE) return [[call, "PUBLIC", "anyone", "at once", "for ever"]];
        const members = contract.manager.roles.find((r) => r.id === role)?.members ?? [];
        return members.map((member) => [
          call,
          roleName(contract, role),
          words.describe(member.account),
          showDelay(member.delay.current + words.delayOf(member.account)),
          showUntil(member.until),
        ]);
      });
    }),
  );
  return formatTable(["Function", "Role", "Who", "How slowly", "Until"], rows.sort(byFirst));
}

function showRoles(desired: Desired, words: Describer): string {
  const rows = managersOf(desired).flatMap((contract) =>
    contract.manager.roles.map((role) => [
      roleName(contract, role.id),
      role.members
        .map((member) => words.nameOf(member.account))
        .sort()
        .join(", ") || "nobody",
      roleName(contract, role.admin),
      showDelay(role.grantDelay.current),
      role.id === ADMIN_ROLE ? "" : roleName(contract, role.guardian),
      role.keyBound ? "yes" : "",
      contract.roleDescriptions?.[String(role.id)] ?? "",
    ]),
  );
  return formatTable(
    ["Role", "Held by", "Granted by", "Grants wait", "Vetoed by", "Key-bound", "What for"],
    rows.sort(byFirst),
  );
}

function showOwners(desired: Desired, words: Describer): string {
  const rows = desired.contracts.flatMap((contract) => [
    ...(contract.ownable === undefined
      ? []
      : [[contract.name, "owner", words.describe(contract.ownable.owner)]]),
    ...(contract.proxy === undefined || contract.proxy.admin === zeroAddress
      ? []
      : [[contract.name, "proxy admin", words.describe(contract.proxy.admin)]]),
    ...(contract.accessControl?.defaultAdmin === undefined
      ? []
      : [
          [
            contract.name,
            `default admin, handed over in ${formatDuration(contract.accessControl.defaultAdmin.delay)}`,
            words.describe(contract.accessControl.defaultAdmin.admin),
          ],
        ]),
    ...(contract.accessControl?.roles ?? []).map((role) => [
      contract.name,
      role.label ?? role.role,
      role.members.map((member) => words.describe(member)).join(", ") || "nobody",
    ]),
  ]);
  return formatTable(["Contract", "Right", "Who"], rows);
}

function showTimelocks(desired: Desired, words: Describer): string {
  const names = (addresses: readonly Address[]) => addresses.map(words.nameOf).sort().join(", ") || "nobody";
  const rows = timelocksOf(desired).map(({ name, timelock }) => [
    name,
    showDelay(timelock.delay.current),
    timelock.floor === undefined || timelock.ceiling === undefined
      ? "none"
      : `${formatDuration(timelock.floor)} to ${formatDuration(timelock.ceiling)}`,
    timelock.expiry === undefined ? "never" : `after ${formatDuration(timelock.expiry)}`,
    names(timelock.proposers),
    names(timelock.executors),
    names(timelock.cancellers),
    names(timelock.guardians),
  ]);
  return formatTable(
    ["Timelock", "Waits", "Bounds", "Expires", "Proposed by", "Executed by", "Cancelled by", "Guarded by"],
    rows,
  );
}

function showPostConditions(desired: Desired, words: Describer): string {
  const rows = timelocksOf(desired).flatMap(({ name, timelock }) =>
    (timelock.postConditions ?? []).map((condition) => [
      name,
      describePostCondition(condition, { nameOf: words.nameOf, contracts: desired.contracts }),
    ]),
  );
  return formatTable(["Timelock", "Condition"], rows);
}

function showSafes(desired: Desired, words: Describer): string {
  const rows = safesOf(desired).map(({ name, safe }) => [
    name,
    `${safe.threshold} of ${safe.owners.length}`,
    safe.owners.map(words.nameOf).sort().join(", "),
    safe.modules.map(words.nameOf).join(", ") || "none",
    safe.guard === zeroAddress ? "none" : words.nameOf(safe.guard),
  ]);
  return formatTable(["Safe", "Acts with", "Owners", "Modules", "Guard"], rows);
}

function showKeys(desired: Desired): string {
  const rows = desired.signers.map((signer) => [
    signer.name,
    signer.holder ?? "not said",
    signer.source.provider,
    signer.tier,
    signer.rotateBy === undefined ? "no deadline" : formatInstant(signer.rotateBy),
    signer.address,
  ]);
  return formatTable(["Key", "Held by", "Provider", "Tier", "Replace by", "Address"], rows);
}

function showContracts(desired: Desired): string {
  const rows = desired.contracts.map((contract) => [
    contract.name,
    contract.deployment?.artifact ?? "exists",
    desired.unresolved.includes(contract.name) ? "not deployed" : contract.address,
  ]);
  return formatTable(["Contract", "What", "Address"], rows);
}

function showDelay(seconds: bigint): string {
  return seconds === 0n ? "at once" : formatDuration(seconds);
}

function showUntil(until: bigint): string {
  return until === 0n ? "for ever" : formatInstant(until);
}

function byFirst(a: readonly string[], b: readonly string[]): number {
  return (a[0] ?? "") < (b[0] ?? "") ? -1 : (a[0] ?? "") > (b[0] ?? "") ? 1 : 0;
}
