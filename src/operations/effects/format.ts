/** A report as a person reads it before approving: the dangers first, then everything else, shortly. */
import { type Address, formatEther } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import type { EffectComparison } from "./compare.ts";
import { judgeChange } from "./judge.ts";
import { nameOf } from "./names.ts";
import type { AdminChange, EffectFrame, EffectReport, Flow, InvariantResult, Severity } from "./types.ts";

const MARK: Readonly<Record<Severity, string>> = { danger: "!!", notice: " ~", relief: " +" };
const ORDER: readonly Severity[] = ["danger", "notice", "relief"];
const UNLIMITED = 2n ** 128n;

export function formatEffects(report: EffectReport, book: AddressBook): string {
  return [
    outcome(report),
    ...section("Dangerous", dangers(report, book)),
    ...section("Admin changes", adminLines(report, book)),
    ...section("Calls", callLines(report.calls, book, 1)),
    ...section(
      "Moves",
      report.flows.map((flow) => `  ${flowText(flow, book)}`),
    ),
    ...section("Checks", checkLines(report, book)),
    `Simulated on block ${report.block.number} as of ${at(report.time)}, by ${report.simulator.kind}; ${report.gasUsed} gas.`,
  ].join("\n");
}

function outcome(report: EffectReport): string {
  return report.success ? "Simulation: it runs." : `Simulation: IT REVERTS: ${report.reason}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function dangers(report: EffectReport, book: AddressBook): string[] {
  return [
    ...report.invariants
      .filter(({ before }) => !before.holds)
      .map(({ name, change }) =>
        change === "mended"
          ? `  !! WHAT THE POLICY DECLARES IS BROKEN NOW, and this mends it: ${name}`
          : `  !! WHAT THE POLICY DECLARES IS BROKEN ALREADY, and stays so: ${name}`,
      ),
    ...report.delegatecalls.map(
      ({ from, to }) =>
        `  !! DELEGATECALL: ${nameOf(from, book)} runs the code at ${nameOf(to, book)} as its own, with all its power`,
    ),
    ...report.allowances
      .filter(({ amount }) => amount === "all" || amount >= UNLIMITED)
      .map(
        ({ token, owner, spender }) =>
          `  !! UNLIMITED ALLOWANCE: ${nameOf(spender, book)} may take every ${nameOf(token, book)} of ${nameOf(owner, book)}`,
      ),
    ...report.created
      .filter(({ address, by }) => address === by)
      .map(({ address }) => `  !! CODE PUT ON A KEY: ${nameOf(address, book)} now runs code (EIP-7702)`),
  ];
}

function adminLines({ admin }: EffectReport, book: AddressBook): string[] {
  return ORDER.flatMap((severity) =>
    admin
      .filter((change) => judgeChange(change) === severity)
      .map((change) => `  ${MARK[severity]} ${changeText(change, book)}`),
  );
}

/** `timelock (0x…): delay 172800 → 3600`; addresses by name. */
export function changeText({ contract, path, from, to }: AdminChange, book: AddressBook): string {
  const where = `${nameOf(contract, book)}: ${named(path.replace(/\./g, " "), book)}`;
  if (from === undefined) return `${where}: new: ${named(to ?? "", book)}`;
  if (to === undefined) return `${where}: gone (was ${named(from, book)})`;
  return `${where}: ${named(from, book)} → ${named(to, book)}`;
}

function named(text: string, book: AddressBook): string {
  return text.replace(/0x[0-9a-fA-F]{40}(?![0-9a-fA-F])/g, (address) => nameOf(address as Address, book));
}

function callLines(frames: readonly EffectFrame[], book: AddressBook, depth: number): string[] {
  return frames.flatMap((frame) => {
    if (frame.type === "STATICCALL") return [];
    const verb = frame.type === "CALL" ? "" : `${frame.type} `;
    const what =
      frame.call ?? (frame.input === "0x" ? "no data" : `${frame.selector ?? ""} (unknown function)`);
    const paid =
      frame.value > 0n && frame.type !== "DELEGATECALL" ? `, paying ${formatEther(frame.value)} ETH` : "";
    const failed = frame.reverted ? ` — rolled back: ${frame.reverted}` : "";
    const body = frame.type.startsWith("CREATE") ? "new contract" : what;
    const target = frame.to ? nameOf(frame.to, book) : "nothing";
    return [
      `${"  ".repeat(depth)}${verb}${target}: ${body}${paid}${failed}`,
      ...callLines(frame.calls, book, depth + 1),
    ];
  });
}

function flowText({ asset, standard, from, to, amount, ids }: Flow, book: AddressBook): string {
  const what =
    asset === "ETH" ? `${formatEther(amount)} ETH` : `${amount} of ${nameOf(asset, book)} (${standard})`;
  const which = ids.length > 0 ? ` #${ids.join(", #")}` : "";
  return `${what}${which}: ${nameOf(from, book)} → ${nameOf(to, book)}`;
}

function checkLines(report: EffectReport, book: AddressBook): string[] {
  return [
    ...report.invariants.map(invariantText),
    ...report.bounds.map(({ asset, to, amount, max, holds }) => {
      const what = `${amount} of at most ${max} ${asset === "ETH" ? "wei" : nameOf(asset, book)} to ${nameOf(to, book)}`;
      return holds ? `   ok ${what}` : `  !! EXCEEDED ${what}`;
    }),
    ...report.allowances
      .filter(({ amount }) => amount !== "all" && amount < UNLIMITED)
      .map(
        ({ token, owner, spender, amount }) =>
          `    ~ allowance: ${nameOf(spender, book)} may take ${amount} of ${nameOf(token, book)} from ${nameOf(owner, book)}`,
      ),
  ];
}

function invariantText({ name, got, expected, before, change }: InvariantResult): string {
  switch (change) {
    case "kept":
      return `   ok ${name}: ${got}`;
    case "mended":
      return `    + MENDED ${name}: ${got}, and was ${before.got}`;
    case "broken":
      return `  !! BROKEN ${name}: expected ${expected}, got ${got}`;
    case "worse":
      return `  !! WORSE ${name}: expected ${expected}, got ${got}, and was ${before.got}`;
    case "still broken":
      return `  !! STILL BROKEN ${name}: expected ${expected}, got ${got}, and was ${before.got}`;
  }
}

/** Seconds since the epoch as people write a moment. */
function at(time: bigint): string {
  return new Date(Number(time) * 1000).toISOString();
}

/** What a person is shown where the effects are not those that were committed to. */
export function formatComparison({ equal, differences }: EffectComparison, book: AddressBook): string {
  if (equal) return "The effects are those that were committed to.";
  const lines = differences.map(
    ({ part, side, what }) => `  ${side === "gone" ? "-" : "+"} ${part}: ${named(what, book)}`,
  );
  return ["The effects are NOT those that were committed to (- committed, + now):", ...lines].join("\n");
}
