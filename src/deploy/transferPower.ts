/**
 * What constructors and initializers left with the deployer goes to whom the policy names. Others get their power
 * first; only after the chain shows it there, the deployer gives up its own.
 */
import { type Address, encodeFunctionData, isAddressEqual, parseAbi, zeroHash } from "viem";
import { PortcullisError } from "../errors.ts";
import type { PlannedOperation } from "../operations/types.ts";
import { planChanges } from "../plan/planChanges.ts";
import type { Desired } from "../policy/desired.ts";
import { readSnapshot } from "../snapshot/index.ts";
import type { AccessControlState, Snapshot } from "../snapshot/types.ts";
import { keepRoles, ownedParts } from "./ownedParts.ts";
import type { DeployContext, SendStep } from "./types.ts";

const abi = parseAbi(["function renounceRole(bytes32 role, address callerConfirmation)"]);

interface Transfer {
  client: DeployContext["client"];
  desired: Desired;
  deployer: Address;
  fromBlock: bigint;
  send: SendStep;
}

/**
 * Ownership in two steps is offered here; who accepts it, and when, is no longer the deployer's.
 *
 * Throws `HANDOVER_BLOCKED` before a power is given up that nobody else has.
 */
export async function transferPower(transfer: Transfer): Promise<void> {
  const wanted = ownedParts(transfer.desired);
  if (wanted.contracts.every((c) => c.ownable === undefined && c.accessControl === undefined)) return;
  const { deployer } = transfer;
  let snapshot = await read(transfer);
  snapshot = await sendOwnSteps(transfer, snapshot, (now) => keepRoles(wanted, now, deployer));
  snapshot = await renounceRoles(transfer, wanted, snapshot);
  await sendOwnSteps(transfer, snapshot, () => wanted);
}

function read({ client, desired, fromBlock }: Transfer): Promise<Snapshot> {
  const addresses = desired.contracts.map(({ address }) => address);
  return readSnapshot(client, { addresses, follow: true, fromBlock });
}

/** One after the other, and the chain is read between: a step is taken on what is there, not on what should be. */
async function sendOwnSteps(
  transfer: Transfer,
  start: Snapshot,
  wish: (now: Snapshot) => Desired,
): Promise<Snapshot> {
  let snapshot = start;
  const taken = new Set<string>();
  for (;;) {
    const step = ownStep(transfer, wish(snapshot), snapshot);
    if (step === undefined) return snapshot;
    if (taken.has(step.id)) throw blocked(step.title, "it was sent, and the chain does not show it");
    taken.add(step.id);
    for (const { to, value, data } of step.calls)
      await transfer.send({ stage: "handover", label: step.title, to, value, data });
    snapshot = await read(transfer);
  }
}

/** The first step that the deployer can take now, by itself. */
function ownStep(
  { deployer, desired }: Transfer,
  wanted: Desired,
  snapshot: Snapshot,
): PlannedOperation | undefined {
  const now = snapshot.block.timestamp;
  const signers = desired.signers.filter(({ address }) => isAddressEqual(address, deployer));
  const plan = planChanges({ ...wanted, signers }, snapshot, { now, from: deployer, hurry: true });
  return plan.steps.find(
    ({ route, after, earliest }) =>
      route.kind === "direct" &&
      isAddressEqual(route.from, deployer) &&
      after.length === 0 &&
      earliest.begin <= now,
  );
}

/** Roles that others grant come first, the one all hang on last. */
async function renounceRoles(transfer: Transfer, wanted: Desired, start: Snapshot): Promise<Snapshot> {
  const { deployer, send } = transfer;
  let renounced = false;
  for (const { address, name, accessControl } of wanted.contracts) {
    const found = start.contracts.find((c) => isAddressEqual(c.address, address))?.accessControl;
    if (accessControl === undefined || found === undefined) continue;
    const surplus = found.roles.filter(
      ({ role, members }) => has(members, deployer) && !has(membersOf(accessControl, role), deployer),
    );
    for (const { role, label } of surplus.toSorted((a, b) => Number(isRoot(a)) - Number(isRoot(b)))) {
      // It moves in two steps of its own.
      if (role === zeroHash && found.defaultAdmin !== undefined) continue;
      const title = `the deployer gives up ${label ?? (role === zeroHash ? "DEFAULT_ADMIN_ROLE" : role)} of ${name}`;
      requireSuccessor(title, found, accessControl, role);
      const data = encodeFunctionData({ abi, functionName: "renounceRole", args: [role, deployer] });
      await send({ stage: "handover", label: title, to: address, data });
      renounced = true;
    }
  }
  return renounced ? read(transfer) : start;
}

/** A role that grants others never stands empty; of any other, being without a holder for a while harms nobody. */
function requireSuccessor(
  title: string,
  found: AccessControlState,
  wanted: AccessControlState,
  role: AccessControlState["roles"][number]["role"],
): void {
  if (!found.roles.some(({ admin }) => admin === role)) return;
  const successors = membersOf(wanted, role);
  if (successors.length === 0) throw blocked(title, "the policy names nobody who shall have it");
  if (successors.some((member) => has(membersOf(found, role), member))) return;
  throw blocked(title, `${successors.join(", ")} does not have it yet`);
}

const has = (members: readonly Address[], account: Address) =>
  members.some((m) => isAddressEqual(m, account));

const membersOf = ({ roles }: AccessControlState, role: string) =>
  roles.find((r) => r.role.toLowerCase() === role.toLowerCase())?.members ?? [];

const isRoot = ({ role }: { role: string }) => role === zeroHash;

function blocked(title: string, why: string): PortcullisError {
  return new PortcullisError("HANDOVER_BLOCKED", `The hand-over stopped before "${title}": ${why}`, {
    hint: "run `npx hardhat deploy` again; if it stays so, look at `npx hardhat roles plan`",
    details: { step: title },
  });
}
