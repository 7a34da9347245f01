/** The order in which contracts can be deployed: each after those its constructor needs. */
import type { DesiredContract } from "../desired.ts";
import type { Problems } from "../problems.ts";

/**
 * Stable: of those that are possible, the one written first comes first. Cuts `after` down to the contracts that are
 * deployed. Adds a problem where contracts need each other in a circle.
 */
export function orderContracts(contracts: readonly DesiredContract[], problems: Problems): DesiredContract[] {
  const deployed = new Set(contracts.filter((c) => c.deployment !== undefined).map((c) => c.name));
  let waiting = contracts.map((contract) => {
    if (contract.deployment === undefined) return contract;
    const after = [...new Set(contract.deployment.after)].filter((name) => deployed.has(name)).sort();
    return { ...contract, deployment: { ...contract.deployment, after } };
  });
  const ordered: DesiredContract[] = [];
  const done = new Set<string>();
  while (waiting.length > 0) {
    const next = waiting.find((c) => (c.deployment?.after ?? []).every((name) => done.has(name)));
    if (next === undefined) {
      const circle = findCircle(waiting);
      problems.add(
        ["contracts"],
        `each of these has to be deployed before the next: ${circle.join(" → ")}`,
        "take one of the references away, and add it later by an operation",
      );
      return [...ordered, ...waiting];
    }
    ordered.push(next);
    done.add(next.name);
    waiting = waiting.filter((c) => c !== next);
  }
  return ordered;
}

/** Every one of them waits for another one of them, so following that leads round. */
function findCircle(waiting: readonly DesiredContract[]): string[] {
  const next = new Map(
    waiting.map((c) => [c.name, c.deployment?.after.find((a) => waiting.some((w) => w.name === a))]),
  );
  const seen: string[] = [];
  let name = waiting[0]?.name;
  while (name !== undefined && !seen.includes(name)) {
    seen.push(name);
    name = next.get(name);
  }
  return name === undefined ? seen : [...seen.slice(seen.indexOf(name)), name].reverse();
}
