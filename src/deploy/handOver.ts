/** The deployer gives up what it held for the time of the deployment, one stage after the other, each read back. */
import { type Address, encodeFunctionData, isAddressEqual, type PublicClient, parseAbi } from "viem";
import { PortcullisError } from "../errors.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { GrantState } from "../snapshot/types.ts";
import { REGISTRAR_ROLE } from "./bindKeys.ts";
import type { SendStep } from "./types.ts";

const abi = parseAbi([
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
  "function renounceRole(uint64 roleId, address callerConfirmation)",
  "function grantRole(uint64 roleId, address account, uint32 executionDelay)",
]);

const ADMIN_ROLE = 0n;

/** Throws `HANDOVER_BLOCKED` before anything is given up that nobody could take. */
export async function handOver(
  client: PublicClient,
  desired: Desired,
  deployer: Address,
  send: SendStep,
): Promise<void> {
  for (const contract of desired.contracts) {
    if (contract.manager === undefined || contract.deployment === undefined) continue;
    await requireSuccessors(client, desired, contract, deployer);
    // ADMIN last: while it is held, what went wrong before can be put right.
    for (const roleId of [REGISTRAR_ROLE, ADMIN_ROLE])
      await renounce(client, contract, roleId, deployer, send);
    await slowDown(client, contract, deployer, send);
  }
}

/** The declared admins are in power, and something can act through them. */
async function requireSuccessors(
  client: PublicClient,
  desired: Desired,
  manager: DesiredContract,
  deployer: Address,
): Promise<void> {
  const admins = adminsOf(manager);
  for (const { account: admin, delay } of admins) {
    const [isMember, waits] = await hasRole(client, manager.address, ADMIN_ROLE, admin);
    if (isMember && BigInt(waits) < delay.current && !isAddressEqual(admin, deployer))
      throw blocked(manager, `${admin} acts after ${waits} seconds, not ${delay.current}`);
    const state = desired.contracts.find((c) => isAddressEqual(c.address, admin));
    const code = state === undefined ? "0x" : await client.getCode({ address: admin });
    if (isMember && code !== undefined) continue;
    throw blocked(manager, `${state?.name ?? admin} is not in power yet`);
  }
  if (admins.length === 0) throw blocked(manager, "the policy names no admin");
}

async function renounce(
  client: PublicClient,
  manager: DesiredContract,
  roleId: bigint,
  deployer: Address,
  send: SendStep,
): Promise<void> {
  const declared = manager.manager?.roles.find((role) => role.id === roleId)?.members ?? [];
  if (declared.some((member) => isAddressEqual(member.account, deployer))) return;
  if (!(await hasRole(client, manager.address, roleId, deployer))[0]) return;
  const role = manager.roleNames?.[String(roleId)] ?? (roleId === ADMIN_ROLE ? "ADMIN" : String(roleId));
  await send({
    stage: "handover",
    label: `the deployer gives up ${role} of ${manager.name}`,
    to: manager.address,
    data: encodeFunctionData({ abi, functionName: "renounceRole", args: [roleId, deployer] }),
  });
  if ((await hasRole(client, manager.address, roleId, deployer))[0])
    throw blocked(manager, `the deployer still holds ${role} after giving it up`);
}

/** Where the policy makes the deployer an admin that waits: it had to act at once until now. */
async function slowDown(
  client: PublicClient,
  manager: DesiredContract,
  deployer: Address,
  send: SendStep,
): Promise<void> {
  const own = adminsOf(manager).find(({ account }) => isAddressEqual(account, deployer));
  if (own === undefined || own.delay.current === 0n) return;
  const [, waits] = await hasRole(client, manager.address, ADMIN_ROLE, deployer);
  if (BigInt(waits) >= own.delay.current) return;
  await send({
    stage: "handover",
    label: `the deployer, ADMIN of ${manager.name}, acts after ${own.delay.current} seconds from now on`,
    to: manager.address,
    data: encodeFunctionData({
      abi,
      functionName: "grantRole",
      args: [ADMIN_ROLE, deployer, Number(own.delay.current)],
    }),
  });
}

function adminsOf(manager: DesiredContract): readonly GrantState[] {
  return manager.manager?.roles.find((role) => role.id === ADMIN_ROLE)?.members ?? [];
}

function hasRole(client: PublicClient, manager: Address, roleId: bigint, account: Address) {
  return client.readContract({ address: manager, abi, functionName: "hasRole", args: [roleId, account] });
}

function blocked(manager: DesiredContract, why: string): PortcullisError {
  return new PortcullisError("HANDOVER_BLOCKED", `The hand-over of ${manager.name} stopped: ${why}`, {
    hint: "run `npx hardhat deploy` again; if it stays so, look at `npx hardhat roles plan`",
    details: { manager: manager.address },
  });
}
