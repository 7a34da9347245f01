/** One grant, revocation or renewal by hand: the plan of just that, and what the policy says about it. */
import type { Address } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Plan } from "../operations/types.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import { nearestName } from "../policy/text/nearest.ts";
import type { GrantState, ManagerState, RoleState, Snapshot } from "../snapshot/types.ts";
import { sameAddress, settled, settledDelay } from "./model.ts";
import { type PlanOptions, planChanges } from "./planChanges.ts";
import { roleName } from "./surfaces/roleState.ts";

export type OneOff =
  /** `until` 0: without end. `temporary`: the policy need not declare it, but it has to end. */
  | { kind: "grant"; until: bigint; delay: bigint | undefined; temporary: boolean }
  | { kind: "revoke" }
  | { kind: "renew"; until: bigint };

export interface OneOffPlan {
  plan: Plan;
  /** Where the policy says something else, so that the next plan would undo this. */
  warning?: string;
}

/**
 * @param role as the policy names it; `<manager>.<role>` where several managers have it
 * @throws PortcullisError ROLE_UNKNOWN, ROLE_AMBIGUOUS, PRINCIPAL_UNKNOWN, GRANT_UNDECLARED, GRANT_ENDLESS,
 * GRANT_EXISTS, GRANT_MISSING
 */
export function planOneOff(
  desired: Desired,
  snapshot: Snapshot,
  { role: written, principal, change }: { role: string; principal: string; change: OneOff },
  options: PlanOptions,
): OneOffPlan {
  const { contract, role } = findRole(desired, written);
  const account = findAccount(desired, principal, change.kind === "revoke");
  const state = snapshot.contracts.find((c) => sameAddress(c.address, contract.address))?.manager;
  if (state === undefined) throw missing(contract.name);
  const here = (members: readonly GrantState[] | undefined) =>
    members?.find((m) => sameAddress(m.account, account));
  const declared = here(role.members);
  const held = here(state.roles.find((r) => r.id === role.id)?.members);
  const what = { role: roleName(contract, role.id), principal };

  const wish = wishOf(change, { account, declared, held, what });
  const wanted = withMember(state, role, account, wish);
  const only: Desired = { ...desired, contracts: [{ ...contract, manager: wanted }] };
  const path = `${contract.name}.roles.${what.role}.members.`;
  const plan = planChanges(only, snapshot, {
    ...options,
    reason: options.reason ?? `By hand: ${change.kind} ${what.role}`,
  });
  const mine = (paths: readonly string[]) => paths.some((p) => p.startsWith(path));
  const warning = disagreement(wish, declared, what);
  return {
    plan: {
      ...plan,
      steps: plan.steps.filter((step) => mine(step.paths)),
      waits: plan.waits.filter((wait) => mine([wait.path])),
      findings: plan.findings.filter((finding) => mine([finding.path])),
    },
    ...(warning === undefined ? {} : { warning }),
  };
}

interface Subject {
  account: Address;
  declared: GrantState | undefined;
  held: GrantState | undefined;
  what: { role: string; principal: string };
}

/** Null: no grant. */
function wishOf(change: OneOff, { account, declared, held, what }: Subject): GrantState | null {
  const { role, principal } = what;
  if (change.kind === "revoke") {
    if (held === undefined) throw notHeld(role, principal);
    return null;
  }
  if (change.kind === "renew") {
    if (held === undefined) throw notHeld(role, principal);
    return { ...held, until: change.until, delay: settled(settledDelay(held.delay)) };
  }
  if (declared === undefined && !change.temporary) {
    throw new PortcullisError("GRANT_UNDECLARED", `The policy does not give ${role} to ${principal}`, {
      hint: `write it into the policy and run \`npx hardhat roles apply\`, or grant it for a while with --temporary --for 2h`,
      details: { role, principal },
    });
  }
  if (change.temporary && change.until === 0n) {
    throw new PortcullisError("GRANT_ENDLESS", "A temporary grant has to end", {
      hint: "add --for 2h, or --until 2027-06-30",
      details: { role, principal },
    });
  }
  const delay = change.delay ?? (declared === undefined ? 0n : settledDelay(declared.delay));
  return {
    account,
    since: 0n,
    until: change.until === 0n ? (declared?.until ?? 0n) : change.until,
    delay: settled(delay),
  };
}

function disagreement(
  wish: GrantState | null,
  declared: GrantState | undefined,
  what: Subject["what"],
): string | undefined {
  const next = "change the policy too, or the next `roles apply` undoes this";
  if (wish === null)
    return declared === undefined ? undefined : `The policy gives ${what.role} to ${what.principal}: ${next}`;
  if (declared === undefined) {
    return `The policy does not give ${what.role} to ${what.principal}: until it ends, \`roles plan\` shows it as drift`;
  }
  const same = declared.until === wish.until && settledDelay(declared.delay) === settledDelay(wish.delay);
  return same
    ? undefined
    : `The policy gives ${what.role} to ${what.principal} with another end or delay: ${next}`;
}

/** The chain's own state with this one grant changed: nothing else differs, so nothing else is planned. */
function withMember(
  state: ManagerState,
  role: RoleState,
  account: Address,
  wish: GrantState | null,
): ManagerState {
  const roles = state.roles.some((r) => r.id === role.id)
    ? state.roles
    : [...state.roles, { ...role, members: [] }];
  return {
    ...state,
    bindings: [],
    targets: state.targets.map((target) => ({
      ...target,
      adminDelay: settled(settledDelay(target.adminDelay)),
    })),
    roles: roles.map((r) => {
      const others = r.members.map((m) => ({
        ...m,
        until: m.pendingUntil?.until ?? m.until,
        delay: settled(settledDelay(m.delay)),
      }));
      const kept = r.id === role.id ? others.filter((m) => !sameAddress(m.account, account)) : others;
      return {
        ...r,
        grantDelay: settled(settledDelay(r.grantDelay)),
        members: r.id === role.id && wish !== null ? [...kept, wish] : kept,
      };
    }),
  };
}

function findRole(desired: Desired, written: string): { contract: DesiredContract; role: RoleState } {
  const all = desired.contracts.flatMap((contract) =>
    (contract.manager?.roles ?? []).map((role) => ({ contract, role, name: roleName(contract, role.id) })),
  );
  const found = all.filter(
    ({ name, contract }) => written === name || written === `${contract.name}.${name}`,
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) {
    throw new PortcullisError("ROLE_AMBIGUOUS", `Several managers have a role "${written}"`, {
      hint: `write one of: ${found.map(({ contract, name }) => `${contract.name}.${name}`).join(", ")}`,
      details: { role: written },
    });
  }
  const names = all.map(({ name }) => name);
  const near = nearestName(written, names);
  throw new PortcullisError("ROLE_UNKNOWN", `The policy has no role "${written}"`, {
    hint: near === undefined ? `the roles are: ${names.join(", ")}` : `did you mean "${near}"?`,
    details: { role: written, written, nearest: near },
  });
}

/** Power may be taken from an address that the policy does not know; it is given only to one that it names. */
function findAccount(desired: Desired, written: string, any: boolean): Address {
  const entry = desired.book.entries.find(
    ({ name, address }) => name === written || address.toLowerCase() === written.toLowerCase(),
  );
  if (entry !== undefined) return entry.address;
  if (any && /^0x[0-9a-fA-F]{40}$/.test(written)) return written as Address;
  const near = nearestName(
    written,
    desired.book.entries.map(({ name }) => name),
  );
  throw new PortcullisError("PRINCIPAL_UNKNOWN", `The policy does not know "${written}"`, {
    hint: near === undefined ? "declare it under signers or principals" : `did you mean "${near}"?`,
    details: { principal: written, written, nearest: near },
  });
}

const notHeld = (role: string, principal: string) =>
  new PortcullisError("GRANT_MISSING", `${principal} does not hold ${role}`, {
    hint: "npx hardhat roles list",
    details: { role, principal },
  });

const missing = (name: string) =>
  new PortcullisError("NOT_DEPLOYED", `There is no manager at the address of ${name}`, {
    hint: "npx hardhat deploy",
  });
