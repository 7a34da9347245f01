/** Which role each function of a manager's targets needs. */
import type { Hex } from "viem";
import type { TargetState } from "../../snapshot/types.ts";
import type { Path } from "../problems.ts";
import { nearestName } from "../text/nearest.ts";
import { type CompileContext, settled } from "./context.ts";
import { resolveSelector } from "./functions.ts";
import type { Role } from "./roles.ts";

export function compileTargets(
  context: CompileContext,
  manager: string,
  own: readonly [string, Role][],
  ids: ReadonlyMap<string, bigint>,
  ours: boolean,
): TargetState[] {
  const { names, problems, policy } = context;
  const targets = new Map<string, Map<Hex, { role: string; id: bigint }>>();
  for (const [name, { manager: authority }] of Object.entries(policy.contracts)) {
    if (authority === manager) targets.set(name, new Map());
  }
  for (const [role, { may }] of own) {
    for (const [contract, functions] of Object.entries(may)) {
      const path = ["roles", role, "may", contract];
      if (contract === manager && ours) {
        problems.add(
          path,
          "the manager's own functions have fixed rules",
          "leave it away: they need ADMIN, or the role's own admin",
        );
        continue;
      }
      const mapped =
        targets.get(contract) ??
        (contract === manager ? new Map<Hex, { role: string; id: bigint }>() : undefined);
      if (mapped === undefined) {
        refuseTarget(context, contract, manager, [...targets.keys()], path);
        continue;
      }
      targets.set(contract, mapped);
      functions.forEach((written, i) => {
        const selector = resolveSelector(written, context.abiOf(contract), contract, [...path, i], problems);
        if (selector === undefined) return;
        const other = mapped.get(selector);
        if (other !== undefined) {
          problems.add(
            [...path, i],
            other.role === role
              ? `"${written}" is there twice`
              : `"${written}" is given to the role "${other.role}" too, and a function has one role`,
            other.role === role ? "leave it away" : "leave one of them away, or grant both groups one role",
          );
        }
        mapped.set(selector, { role, id: ids.get(role) ?? 0n });
      });
    }
  }
  return [...targets]
    .map(([name, mapped]) => ({
      address: names.addressOf(name),
      closed: policy.contracts[name]?.closed ?? false,
      adminDelay: settled(policy.contracts[name]?.adminDelay ?? 0n),
      functions: [...mapped]
        .map(([selector, { id }]) => ({ selector, role: id }))
        .sort((a, b) => (a.selector < b.selector ? -1 : 1)),
    }))
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

function refuseTarget(
  { policy, problems }: CompileContext,
  contract: string,
  manager: string,
  managed: readonly string[],
  path: Path,
): void {
  if (policy.broken.has(contract)) return;
  if (policy.contracts[contract] !== undefined) {
    problems.add(
      path,
      `the contract "${contract}" is not managed by "${manager}"`,
      `write contracts.${contract}.manager: "${manager}", or take it out of the role`,
    );
    return;
  }
  const nearest = nearestName(contract, managed);
  problems.add(
    path,
    `"${contract}" is not a contract of this policy`,
    nearest
      ? `did you mean "${nearest}"?`
      : `write one of: ${managed.join(", ") || "(declare it under contracts)"}`,
  );
}
