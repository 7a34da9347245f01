/**
 * What constructors cannot say: which role each function of a target needs, and the delays of the manager's own
 * changes. The deployer does it as the temporary admin, before anybody could use what is not wired yet.
 */
import { type Address, encodeFunctionData, type Hex, type PublicClient, parseAbi } from "viem";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import type { SendStep } from "./types.ts";

const abi = parseAbi([
  "function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)",
  "function getTargetAdminDelay(address target) view returns (uint32)",
  "function isTargetClosed(address target) view returns (bool)",
  "function setTargetClosed(address target, bool closed)",
  "function setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId)",
  "function setTargetAdminDelay(address target, uint32 newDelay)",
]);

/** Reads before it sends: what is right already is left alone. */
export async function wireManagers(client: PublicClient, desired: Desired, send: SendStep): Promise<void> {
  for (const contract of desired.contracts) {
    if (contract.manager === undefined || contract.deployment === undefined) continue;
    for (const target of contract.manager.targets) {
      await wireFunctions(client, desired, contract, target, send);
      if (target.closed) await close(client, desired, contract.address, target.address, send);
      await wireAdminDelay(client, desired, contract.address, target, send);
    }
  }
}

type Target = NonNullable<DesiredContract["manager"]>["targets"][number];

async function wireFunctions(
  client: PublicClient,
  desired: Desired,
  manager: DesiredContract,
  target: Target,
  send: SendStep,
): Promise<void> {
  const missing = new Map<bigint, Hex[]>();
  for (const { selector, role } of target.functions) {
    const current = await client.readContract({
      address: manager.address,
      abi,
      functionName: "getTargetFunctionRole",
      args: [target.address, selector],
    });
    if (current !== role) missing.set(role, [...(missing.get(role) ?? []), selector]);
  }
  const name = nameOf(desired, target.address);
  const functionNames = desired.contracts.find((c) => c.address === target.address)?.functionNames ?? {};
  for (const [role, selectors] of missing) {
    const functions = selectors.map((s) => functionNames[s] ?? s).join(", ");
    await send({
      stage: "wire",
      label: `${name}: ${functions} need${selectors.length === 1 ? "s" : ""} ${manager.roleNames?.[String(role)] ?? role}`,
      to: manager.address,
      data: encodeFunctionData({
        abi,
        functionName: "setTargetFunctionRole",
        args: [target.address, selectors, role],
      }),
    });
  }
}

async function close(
  client: PublicClient,
  desired: Desired,
  manager: Address,
  target: Address,
  send: SendStep,
): Promise<void> {
  const question = { address: manager, abi, functionName: "isTargetClosed", args: [target] } as const;
  if (await client.readContract(question)) return;
  await send({
    stage: "wire",
    label: `${nameOf(desired, target)} is closed`,
    to: manager,
    data: encodeFunctionData({ abi, functionName: "setTargetClosed", args: [target, true] }),
  });
}

/** After the functions: from then on changes of them wait. */
async function wireAdminDelay(
  client: PublicClient,
  desired: Desired,
  manager: Address,
  target: Target,
  send: SendStep,
): Promise<void> {
  const wanted = Number(target.adminDelay.current);
  const args = [target.address] as const;
  const current = await client.readContract({
    address: manager,
    abi,
    functionName: "getTargetAdminDelay",
    args,
  });
  if (current >= wanted) return;
  await send({
    stage: "wire",
    label: `${nameOf(desired, target.address)}: changes of its roles wait ${wanted} seconds`,
    to: manager,
    data: encodeFunctionData({ abi, functionName: "setTargetAdminDelay", args: [target.address, wanted] }),
  });
}

function nameOf(desired: Desired, address: Address): string {
  return desired.contracts.find((c) => c.address === address)?.name ?? address;
}
