/**
 * What a policy deploys of Portcullis's own is built in every project that names the plugin, with the compiler and the
 * settings it was measured and reviewed with, whatever the project's own are.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatConfig } from "hardhat/types/config";

export const OWN_CONTRACTS: readonly string[] = [
  "portcullis/contracts/accounts/SmartAccount.sol",
  "portcullis/contracts/accounts/SmartAccountFactory.sol",
  "portcullis/contracts/accounts/SmartAccountV07.sol",
  "portcullis/contracts/accounts/WeightedMultisigVerifier.sol",
  "portcullis/contracts/accounts/recovery/GuardianRecovery.sol",
  "portcullis/contracts/accounts/sessions/SessionValidator.sol",
  "portcullis/contracts/roles/RoleManager.sol",
  "portcullis/contracts/timelock/Timelock.sol",
];

/** The pragma of the contracts. RoleManager is below the size limit with these settings only. */
export const OWN_COMPILER = "0.8.37";
const OWN_SETTINGS = { viaIR: true, evmVersion: "prague", optimizer: { enabled: true, runs: 1000 } };

type Solidity = HardhatConfig["solidity"];
type Profile = Solidity["profiles"][string];

/** Added to what the project says; its own words on these files come first. */
export function withOwnContracts(solidity: Solidity): Solidity {
  return {
    ...solidity,
    npmFilesToBuild: [...new Set([...solidity.npmFilesToBuild, ...OWN_CONTRACTS])],
    profiles: Object.fromEntries(
      Object.entries(solidity.profiles).map(([name, profile]) => [name, withOwnCompiler(profile)]),
    ),
  };
}

/** The project's own copy of that compiler, where it has one (a path, say); else Hardhat finds it. */
function withOwnCompiler(profile: Profile): Profile {
  const same = profile.compilers.find(({ version }) => version === OWN_COMPILER);
  const other = profile.compilers[0];
  if (other === undefined) return profile;
  const { path: _, ...elsewhere } = other;
  const compiler = same ?? { ...elsewhere, version: OWN_COMPILER };
  const own = { ...compiler, settings: { ...compiler.settings, ...OWN_SETTINGS } };
  const overrides = Object.fromEntries(OWN_CONTRACTS.map((file) => [file, own]));
  return { ...profile, overrides: { ...overrides, ...profile.overrides } };
}

/** Portcullis's own repository, where they are the project's sources already. */
export async function isPortcullisItself(root: string): Promise<boolean> {
  try {
    const { name } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { name?: string };
    return name === "portcullis";
  } catch {
    return false;
  }
}
