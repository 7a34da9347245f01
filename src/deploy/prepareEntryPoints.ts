/**
 * Smart accounts need an entry point, and we a deployer whose addresses follow from code. Public chains have both; on a
 * development chain that lacks them their code is set, byte for byte as it is elsewhere.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Address, bytesToHex, type Hex } from "viem";
import { deterministicDeployer, deterministicDeployerCode } from "../accounts/deterministicDeployer.ts";
import { entryPoints } from "../accounts/entryPoints.ts";
import { PortcullisError } from "../errors.ts";
import { isDevelopmentChain } from "../policy/chains.ts";
import type { Desired } from "../policy/desired.ts";
import type { DeployContext } from "./types.ts";

interface Needed {
  what: string;
  address: Address;
  code(): Promise<Hex>;
}

/** Before anything is sent. Throws `ENTRY_POINT_MISSING` where nobody could set what is missing. */
export async function requireEntryPoints(
  { client, network }: Pick<DeployContext, "client" | "network">,
  desired: Desired,
): Promise<void> {
  if (mayBeSet(desired) || desired.contracts.every(({ account }) => account === undefined)) return;
  for (const { what, address } of listNeeded(desired))
    if ((await client.getCode({ address })) === undefined) throw missing(what, address, network);
}

/** Throws `ENTRY_POINT_MISSING`. */
export async function prepareEntryPoints(
  { client, rpc, network }: Pick<DeployContext, "client" | "rpc" | "network">,
  desired: Desired,
): Promise<void> {
  for (const { what, address, code } of listNeeded(desired)) {
    if ((await client.getCode({ address })) !== undefined) continue;
    if (!mayBeSet(desired) || !(await setCode(rpc, address, await code())))
      throw missing(what, address, network);
  }
}

function mayBeSet({ tier, chainId }: Desired): boolean {
  return tier === "development" && isDevelopmentChain(chainId);
}

function listNeeded({ contracts }: Desired): Needed[] {
  const addresses = new Set(contracts.map(({ account }) => account?.entryPoint));
  const versions = Object.values(entryPoints).filter(({ address }) => addresses.has(address));
  return [
    {
      what: "the deterministic deployer",
      address: deterministicDeployer,
      code: async () => deterministicDeployerCode,
    },
    ...versions.flatMap(({ version, address, senderCreator }) => [
      // First: the entry point of a development chain is there only where it is whole.
      {
        what: `EntryPoint v${version}'s sender creator`,
        address: senderCreator,
        code: () => readCode(senderCreator),
      },
      { what: `EntryPoint v${version}`, address, code: () => readCode(address) },
    ]),
  ];
}

/** Canonical runtime code, as npm's hardhat-predeploy carries it. */
async function readCode(address: Address): Promise<Hex> {
  const file = fileURLToPath(import.meta.resolve(`#entry-points/${address}.bytecode`));
  return bytesToHex(await readFile(file));
}

/** @returns false where the node has no such method */
async function setCode(rpc: DeployContext["rpc"], address: Address, code: Hex): Promise<boolean> {
  for (const method of ["hardhat_setCode", "anvil_setCode"]) {
    try {
      await rpc.request({ method, params: [address, code] });
      return true;
    } catch {
      // Another node has another name for it; where none is known, that is the answer.
    }
  }
  return false;
}

function missing(what: string, address: Address, network: string): PortcullisError {
  return new PortcullisError(
    "ENTRY_POINT_MISSING",
    `The chain of "${network}" has no code of ${what} at ${address}, and smart accounts need it`,
    {
      hint: `have it deployed there first, or take the accounts out: networks.${network}.accounts: { <name>: null }`,
      details: { what, address, network },
    },
  );
}
