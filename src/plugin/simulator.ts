/** Where a project's operations are simulated: the edge that knows Hardhat's chains. */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { PortcullisError } from "../errors.ts";
import { connectEmbeddedSimulator } from "../operations/simulate/embedded.ts";
import { connectForkSimulator } from "../operations/simulate/fork.ts";
import { connectSimulateV1 } from "../operations/simulate/simulateV1.ts";
import type { Simulator, SimulatorKind } from "../operations/simulate/types.ts";

export const SIMULATOR_KINDS: readonly SimulatorKind[] = ["fork", "simulateV1", "embedded"];

/**
 * Opens the simulator of `kind` for the connected network; where none is named, a fork of its RPC, or on the embedded
 * chain that chain itself. Close it when done.
 *
 * @throws PortcullisError UNKNOWN_SIMULATOR, SIMULATION_IMPOSSIBLE
 */
export async function openSimulator(
  { hre, connection }: { hre: HardhatRuntimeEnvironment; connection: NetworkConnection },
  kind: string = "",
): Promise<Simulator> {
  const config = connection.networkConfig;
  const chosen = kind === "" ? (config.type === "http" ? "fork" : "embedded") : kind;
  switch (chosen) {
    case "embedded":
      return connectEmbeddedSimulator(connection.provider);
    case "simulateV1":
      return connectSimulateV1(connection.provider);
    case "fork":
      return openFork(hre, connection);
    default:
      throw new PortcullisError("UNKNOWN_SIMULATOR", `There is no simulator "${kind}"`, {
        hint: `use one of: ${SIMULATOR_KINDS.map((name) => `--simulator ${name}`).join(", ")}`,
      });
  }
}

async function openFork(hre: HardhatRuntimeEnvironment, connection: NetworkConnection): Promise<Simulator> {
  const config = connection.networkConfig;
  if (config.type !== "http") {
    throw new PortcullisError("SIMULATION_IMPOSSIBLE", "The embedded chain has no RPC that could be forked", {
      hint: "--simulator embedded",
      details: { simulator: "fork", capability: "pinned-block" },
    });
  }
  const url = await config.url.getUrl();
  return connectForkSimulator({
    upstream: connection.provider,
    open: async ({ chainId, blockNumber }) => {
      const fork = await hre.network.create({
        network: embeddedNetwork(hre),
        override: {
          chainId,
          // Times are the simulation's to choose, the second of the pinned block included.
          allowBlocksWithSameTimestamp: true,
          forking: { enabled: true, url, blockNumber, httpHeaders: config.httpHeaders },
        },
      });
      return { provider: fork.provider, close: () => fork.close() };
    },
  });
}

/** Any network of the configuration that runs in this process; Hardhat's own "default" unless it was redefined. */
function embeddedNetwork(hre: HardhatRuntimeEnvironment): string {
  const networks = Object.entries(hre.config.networks);
  const found = networks.find(([, config]) => config.type === "edr-simulated");
  if (found) return found[0];
  throw new PortcullisError("SIMULATION_IMPOSSIBLE", "No network of the configuration runs in this process", {
    hint: 'add networks: { simulation: { type: "edr-simulated" } } to hardhat.config.ts',
  });
}
