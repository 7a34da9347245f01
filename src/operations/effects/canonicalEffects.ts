/** From a report to what is committed: the same bytes for the same admin effects, whenever they are simulated. */
import type { Address } from "viem";
import { canonicalJson } from "./canonical.ts";
import type { CanonicalEffects, CanonicalFrame, EffectFrame, EffectReport } from "./types.ts";

/** Above it an allowance is as good as unlimited. */
const UNLIMITED = 2n ** 128n;

type Uncommitted = Omit<EffectReport, "canonical">;

export function canonicalEffects(report: Uncommitted): CanonicalEffects {
  const name = createNaming(report.calls);
  return {
    version: 1,
    chainId: report.chainId,
    admin: sortSet(
      report.admin.map(({ contract, path, from, to }) => ({
        contract: name(contract),
        path: rename(path, name),
        from: from === undefined ? null : rename(from, name),
        to: to === undefined ? null : rename(to, name),
      })),
    ),
    calls: report.calls.flatMap((frame) => canonicalFrame(frame, name)),
    code: sortSet([
      ...report.calls.flatMap((frame) => ranCode(frame, name)),
      ...report.created.map(({ address, codehash }) => ({ address: name(address), codehash })),
    ]),
    recipients: sortSet(
      report.flows.map(({ asset, from, to }) => ({
        asset: asset === "ETH" ? asset : name(asset),
        from: name(from),
        to: name(to),
      })),
    ),
    allowances: sortSet(
      report.allowances
        .filter(({ amount }) => amount !== 0n)
        .map(({ token, owner, spender, amount }) => ({
          token: name(token),
          owner: name(owner),
          spender: name(spender),
          unlimited: amount === "all" || amount >= UNLIMITED,
        })),
    ),
    bounds: sortSet(
      report.bounds.map(({ asset, to, max }) => ({
        asset: asset === "ETH" ? asset : name(asset),
        to: name(to),
        max: max.toString(),
      })),
    ),
  };
}

/**
 * Lower case; what CREATE made is named by its turn, since its address follows from a nonce, which others may raise
 * in between. CREATE2's address follows from its code and stays.
 */
function createNaming(calls: readonly EffectFrame[]): (address: Address) => string {
  const names = new Map<string, string>();
  const visit = (frame: EffectFrame): void => {
    if (frame.type === "CREATE" && frame.to) names.set(frame.to.toLowerCase(), `created:${names.size}`);
    frame.calls.forEach(visit);
  };
  calls.forEach(visit);
  return (address) => names.get(address.toLowerCase()) ?? address.toLowerCase();
}

/** Addresses inside a path or a value. */
function rename(text: string, name: (address: Address) => string): string {
  return text.replace(/0x[0-9a-fA-F]{40}(?![0-9a-fA-F])/g, (address) => name(address as Address));
}

function canonicalFrame(frame: EffectFrame, name: (address: Address) => string): CanonicalFrame[] {
  if (frame.type === "STATICCALL") return [];
  return [
    {
      type: frame.type,
      from: name(frame.from),
      to: frame.to ? name(frame.to) : "",
      selector: frame.selector ?? "",
      paid: frame.value > 0n && frame.type !== "DELEGATECALL",
      reverted: frame.reverted !== undefined,
      calls: frame.calls.flatMap((item) => canonicalFrame(item, name)),
    },
  ];
}

function ranCode(
  { to, codehash, calls }: EffectFrame,
  name: (address: Address) => string,
): { address: string; codehash: string }[] {
  const own = to && codehash ? [{ address: name(to), codehash }] : [];
  return [...own, ...calls.flatMap((frame) => ranCode(frame, name))];
}

function sortSet<T>(items: readonly T[]): T[] {
  const keyed = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
