/** `roles who`, as text. */
import type { Address } from "viem";
import { formatDuration } from "../policy/text/duration.ts";
import { formatInstant } from "../policy/text/instant.ts";
import type { Path, Requirement, Step } from "./findPaths.ts";
import type { Names } from "./names.ts";
import type { Via } from "./types.ts";
import type { Reach } from "./whoCan.ts";

/** Paths printed; the others are counted. */
const SHOWN = 12;

export function formatReach(label: string, reach: Reach, names: Names): string {
  const { smallest, fastest, paths, complete } = reach;
  const { delegated } = reach;
  if (!smallest || fastest === undefined) return `Nobody can reach ${label}, as far as the chain tells.`;
  const lines = [
    `${label} can be reached by ${paths.length}${complete ? "" : " or more"} ${paths.length === 1 ? "way" : "ways"}.`,
    `  fastest       ${wait(fastest)}`,
    `  fewest keys   ${fewest(smallest, names)}`,
    "",
  ];
  for (const [i, path] of paths.slice(0, SHOWN).entries()) lines.push(...formatPath(i + 1, path, names));
  if (paths.length > SHOWN) lines.push(`… and ${paths.length - SHOWN} more (--json shows them)`);
  if (paths.some((path) => path.assumed)) {
    lines.push("", "? The chain does not say which rule guards this: a way marked so may not exist.");
  }
  for (const { account, delegate } of delegated) {
    lines.push(
      "",
      `! ${names.address(account)} is a key that runs the code of ${names.address(delegate)} (EIP-7702): whoever that code obeys acts with it.`,
    );
  }
  return lines.join("\n").trimEnd();
}

function fewest({ holders, delay, exact }: NonNullable<Reach["smallest"]>, names: Names): string {
  if (holders.length === 0) return "none: anyone can";
  const who = holders.map((holder) => names.address(holder)).join(", ");
  const size = exact ? `${holders.length}` : `at most ${holders.length}`;
  return `${size}: ${who} (${wait(delay)})`;
}

function formatPath(number: number, path: Path, names: Names): string[] {
  const indent = " ".repeat(String(number).length + 2);
  return [
    `${number}. ${requirement(path.by, names)}: ${wait(path.delay)}${path.assumed ? " ?" : ""}`,
    ...path.steps.map((step) => `${indent}${formatStep(step, names)}`),
    ...(path.vetoers.length > 0 ? [`${indent}can be stopped by ${list(path.vetoers, names)}`] : []),
    ...(path.expires > 0n ? [`${indent}closes ${formatInstant(path.expires)}`] : []),
  ];
}

function formatStep(step: Step, names: Names): string {
  const delay = step.wait > 0n ? `, after ${formatDuration(step.wait)}` : "";
  return `${explain(step.via, names)}${delay}${step.assumed ? " ?" : ""}`;
}

function explain(via: Via, names: Names): string {
  const address = (at: Address) => names.address(at);
  switch (via.kind) {
    case "owner":
      return `is the owner of ${address(via.contract)}`;
    case "pendingOwner":
      return `can accept the ownership of ${address(via.contract)}`;
    case "restricted":
      return `${names.function(via.target, via.selector)} needs ${names.role(via.manager, via.role)} of ${address(via.manager)}`;
    case "publicRole":
      return `PUBLIC of ${address(via.manager)} is anyone`;
    case "member":
      return `${address(via.account)} has ${names.role(via.manager, via.role)}`;
    case "grant":
      return `${names.role(via.manager, via.by)} of ${address(via.manager)} grants ${names.role(via.manager, via.role)}`;
    case "remap":
      return `ADMIN of ${address(via.manager)} gives functions of ${address(via.target)} to another role, or it to another authority`;
    case "managerCall":
      return `${address(via.manager)} calls for its ADMIN`;
    case "accessRole":
      return `needs ${names.accessRole(via.contract, via.role)} of ${address(via.contract)}`;
    case "accessMember":
      return `${address(via.account)} has ${names.accessRole(via.contract, via.role)}`;
    case "accessGrant":
      return `${names.accessRole(via.contract, via.by)} grants ${names.accessRole(via.contract, via.role)}`;
    case "defaultAdminTransfer":
      return `can accept to be the default admin of ${address(via.contract)}`;
    case "safe":
      return `${via.threshold} of the ${via.of} owners of ${address(via.safe)} sign`;
    case "module":
      return `${address(via.module)} is a module of ${address(via.safe)}: it needs no owner`;
    case "account":
      return `${address(via.owner)} owns the account ${address(via.account)}`;
    case "owners":
      return `${via.threshold} of the ${via.of} owners of the account ${address(via.account)} sign`;
    case "session":
      return `${address(via.key)} acts as ${address(via.account)} by a session, for this call`;
    case "recovery":
      return explainRecovery(via, address(via.account));
    case "recoveryRequest":
      return `guardians asked to make ${address(via.newOwner)} the owner of ${address(via.account)}`;
    case "recoveryModule":
      return `${address(via.module)} can replace the owner of ${address(via.account)}`;
    case "timelock":
      return `${address(via.timelock)} executes`;
    case "duty":
      return `${address(via.account)} is ${via.duty} of ${address(via.timelock)}`;
    case "timelockAdmin":
      return `${address(via.account)} is admin of ${address(via.timelock)} and gives itself any duty`;
    case "upgrade":
      return `replaces the code of ${address(via.contract)}`;
    case "contractOwner":
      return `what the code of ${address(via.contract)} lets its owner or callers do is not known`;
    case "delegate":
      return `${address(via.account)} runs the code of ${address(via.delegate)} (EIP-7702), which can act for it`;
    case "halt":
    case "resume":
      return explainHalt(via.kind, via.by, address(via.contract));
    case "open":
      return "asks nothing of its caller";
  }
}

function explainRecovery({ vetoes, quarantine }: Via & { kind: "recovery" }, name: string): string {
  const veto =
    vetoes === 0 ? "nobody can veto" : `its owner can veto ${vetoes === 1 ? "once" : `${vetoes} times`}`;
  const quiet = quarantine === 0n ? "" : `, and it calls nothing for ${formatDuration(quarantine)} then`;
  return `guardians replace the owner of ${name} (${veto}${quiet})`;
}

function explainHalt(kind: "halt" | "resume", by: (Via & { kind: "halt" })["by"], name: string): string {
  switch (by) {
    case "pause":
      return kind === "halt" ? `pauses ${name}` : `unpauses ${name}`;
    case "target":
      return kind === "halt"
        ? `closes ${name} to all roles of its manager`
        : `opens ${name} for the roles of its manager`;
    case "veto":
      return `vetoes what ${name} holds`;
    case "timelock":
      return `${name} reinstates whom a guardian suspended`;
  }
}

export function requirement(by: Requirement, names: Names): string {
  switch (by.kind) {
    case "address":
      return names.address(by.address);
    case "anyone":
      return "anyone";
    case "group":
      return describeGroup(by, names);
  }
}

/** Who has more weight than others stands in a group as often. */
function describeGroup({ threshold, of }: Requirement & { kind: "group" }, names: Names): string {
  const times = new Map<string, number>();
  for (const member of of) {
    const name = requirement(member, names);
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  const members = [...times].map(([name, weight]) => (weight === 1 ? name : `${name} weighs ${weight}`));
  const weighed = times.size === of.length ? "" : "weight ";
  return `${weighed}${threshold} of ${of.length} (${members.join(", ")})`;
}

function list(addresses: readonly Address[], names: Names): string {
  return addresses.map((address) => names.address(address)).join(", ");
}

function wait(seconds: bigint): string {
  return seconds === 0n ? "at once" : formatDuration(seconds);
}
