/** What our role manager would refuse, said before anything is sent. */
import type { Problems } from "../problems.ts";
import { deriveRoleId } from "../roleId.ts";
import type { Policy } from "../schema/policy.ts";

type Role = Policy["roles"][string];

/** Seconds; RoleManager.MAX_DELAY. */
const LONGEST_DELAY = 365n * 86_400n;
/** Expiries are kept in 32 bits: 2106. */
const LAST_SECOND = 2n ** 32n - 1n;
/** RoleManager.MAX_ROLES_PER_ACCOUNT. */
const MOST_ROLES = 64;
/** Roles that must work for late keys too. */
const NEVER_BOUND = ["registrar", "pauser"].map(deriveRoleId);

export function checkRoleRules(
  own: readonly [string, Role][],
  ids: ReadonlyMap<string, bigint>,
  problems: Problems,
): void {
  const vital = new Set(own.flatMap(([, role]) => [role.admin, role.guardian]));
  const held = new Map<string, number>();
  for (const [name, role] of own) {
    const path = ["roles", name];
    if (role.keyBound && (vital.has(name) || NEVER_BOUND.includes(ids.get(name) ?? 0n))) {
      const why = vital.has(name)
        ? "is the admin or guardian of another role"
        : "confirms keys or stops contracts";
      problems.add(
        [...path, "keyBound"],
        `${name} ${why}, so it has to work for keys that are late too`,
        "leave it away",
      );
    }
    if (role.grantDelay > LONGEST_DELAY) {
      problems.add(
        [...path, "grantDelay"],
        "is longer than the role manager allows",
        'write at most "365 days"',
      );
    }
    for (const [holder, { delay = 0n, until = 0n }] of Object.entries(role.grants)) {
      if (delay > LONGEST_DELAY) {
        problems.add(
          [...path, "grants", holder, "delay"],
          "is longer than the role manager allows",
          'write at most "365 days"',
        );
      }
      if (until > LAST_SECOND) {
        problems.add(
          [...path, "grants", holder, "until"],
          "is later than the role manager can hold",
          "write a day before 2106-02-07",
        );
      }
      const count = (held.get(holder) ?? 0) + 1;
      held.set(holder, count);
      if (count === MOST_ROLES + 1) {
        problems.add(
          [...path, "grants", holder],
          `${holder} would hold more than ${MOST_ROLES} roles`,
          "spread them over several holders",
        );
      }
    }
  }
}
