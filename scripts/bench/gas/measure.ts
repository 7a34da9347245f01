/** Builds what is to be compared, and measures all of it in one run on one chain. */
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { benchConfig } from "../hardhat.config.ts";
import {
  measureAccounts,
  measureOpenZeppelinAccount,
  measureOpenZeppelinModularAccount,
  measureSoladyAccount,
} from "./accounts.ts";
import { openChain } from "./chain.ts";
import { measureAccessControl, measureAccessManager, measureOwnable, measureRoleManager } from "./manager.ts";
import { measureRecovery } from "./recovery.ts";
import { ceilings, type GasReport, type RowName } from "./rows.ts";
import { measureSessions } from "./sessions.ts";
import { measureOpenZeppelinTimelock, measureSoladyTimelock, measureTimelock } from "./timelock.ts";

/** Throws where a row was not measured: a table with a gap must not pass. */
export async function measureGas(project: HardhatRuntimeEnvironment): Promise<GasReport> {
  const bench = await createHardhatRuntimeEnvironment(benchConfig, {}, project.config.paths.root);
  await build(project);
  await build(bench);
  const chain = await openChain(project, bench);

  const ours = {
    ...(await measureRoleManager(chain)),
    ...(await measureTimelock(chain)),
    ...(await measureAccounts(chain)),
    ...(await measureRecovery(chain)),
    ...(await measureSessions(chain)),
  };
  for (const name of Object.keys(ceilings) as RowName[]) {
    if (ours[name] === undefined) throw new Error(`row "${name}" was not measured`);
  }
  return {
    ours: ours as Record<RowName, bigint>,
    peers: {
      "OZ AccessManager": await measureAccessManager(chain),
      "OZ AccessControl": await measureAccessControl(chain),
      "OZ Ownable": await measureOwnable(chain),
      "OZ TimelockController": await measureOpenZeppelinTimelock(chain),
      "Solady Timelock": await measureSoladyTimelock(chain),
      "OZ Account": await measureOpenZeppelinAccount(chain),
      "OZ AccountERC7579": await measureOpenZeppelinModularAccount(chain),
      "Solady ERC4337": await measureSoladyAccount(chain),
    },
  };
}

/** Prints nothing, so that `--json` keeps its stdout. */
async function build(environment: HardhatRuntimeEnvironment): Promise<void> {
  const files = await environment.solidity.getRootFilePaths({ scope: "contracts" });
  const results = await environment.solidity.build(files, {
    quiet: true,
    scope: "contracts",
    cleanupArtifacts: true,
  });
  if (!environment.solidity.isSuccessfulBuildResult(results)) {
    throw new Error('the contracts do not compile: run "npx hardhat build" to see why');
  }
}
