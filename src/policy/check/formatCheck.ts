/** What `policy check` tells a person. */
import type { Severity } from "../lint/types.ts";
import type { CheckedPolicy } from "./checkPolicy.ts";

const TITLES: readonly [Severity, string][] = [
  ["error", "Errors: refused on every network that is not for development"],
  ["warning", "Warnings"],
  ["note", "Notes"],
];

export function formatCheck({ policy, networks, findings }: CheckedPolicy): string {
  const where = networks
    .map(({ network, chainId, tier }) => `${network} (chain ${chainId}, ${tier})`)
    .join(", ");
  const several = networks.length > 1;
  const open = findings.filter((finding) => finding.accepted === undefined);
  const accepted = findings.filter((finding) => finding.accepted !== undefined);
  const blocks = [`Policy ${policy} is valid for ${where}.`];
  for (const [severity, title] of TITLES) {
    const group = open.filter((finding) => finding.severity === severity);
    if (group.length === 0) continue;
    const texts = group.map(({ id, subject, message, explanation, fix, networks: at }) =>
      [
        `  ${id}: ${message}${several && at.length < networks.length ? ` (${at.join(", ")})` : ""}`,
        `    ${explanation}`,
        `    → ${fix}`,
        ...(id === "stale-acceptance"
          ? []
          : [`    → or accept it: accept: { "${id}:${subject}": "<reason>" }`]),
      ].join("\n"),
    );
    blocks.push(`${title}\n${texts.join("\n\n")}`);
  }
  if (accepted.length > 0) {
    const texts = accepted.map(
      (finding) => `  ${finding.id}: ${finding.message}\n    because: ${finding.accepted}`,
    );
    blocks.push(`Accepted\n${texts.join("\n")}`);
  }
  blocks.push(
    open.length === 0 ? "Nothing dangerous found." : summarize(open.map((finding) => finding.severity)),
  );
  return blocks.join("\n\n");
}

function summarize(severities: readonly Severity[]): string {
  return (["error", "warning", "note"] as const)
    .map((severity) => ({ severity, count: severities.filter((s) => s === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? "" : "s"}`)
    .join(", ");
}
