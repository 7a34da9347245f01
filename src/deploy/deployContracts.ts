/** The contracts that have no address yet, by Ignition: in one module, resumed where an earlier run stopped. */
import type { Address } from "viem";
import { buildPortcullisModule } from "../../deploy/portcullis.ts";
import { needsRegistrar, REGISTRAR_ROLE } from "./bindKeys.ts";
import { runIgnition } from "./ignition/run.ts";
import type { Progress } from "./progress.ts";
import type { DeployContext } from "./types.ts";

/** Returns all addresses by name, the known ones too. */
export async function deployContracts(
  context: DeployContext,
  deployer: Address,
  progress: Progress,
  known: Readonly<Record<string, Address>>,
): Promise<Record<string, Address>> {
  const desired = await context.compile(known);
  const unresolved = new Set(desired.unresolved);
  const missing = desired.contracts.filter((contract) => unresolved.has(contract.name));
  if (missing.length === 0) return { ...known };
  const module = buildPortcullisModule(missing, {
    deployer,
    until: progress.temporaryUntil,
    roles: (contract) => (needsRegistrar(contract) ? [REGISTRAR_ROLE] : []),
  });
  const deployed = await runIgnition({
    module,
    artifacts: context.artifacts,
    rpc: context.rpc,
    sender: context.sender,
    chainId: context.chainId,
    deployer,
    poll: context.poll,
    report: context.report,
    ...(context.ignition === undefined ? {} : { directory: context.ignition }),
  });
  // Ignition counts one confirmation; the network may ask for more.
  for (const record of await context.sender.list())
    if (record.outcome === undefined) await context.sender.wait(record.id);
  const addresses = { ...known };
  for (const contract of missing) {
    const address = deployed.get(contract.name);
    if (address === undefined) throw new Error(`Ignition did not deploy ${contract.name}`);
    addresses[contract.name] = address;
    context.report(`${contract.name} at ${address}`);
  }
  return addresses;
}
