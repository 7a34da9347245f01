/** Builds the peers apart from what is deployed, with the very same compiler settings. */
import type { HardhatUserConfig } from "hardhat/config";
import project from "../../hardhat.config.ts";

export const benchConfig: HardhatUserConfig = {
  solidity: { ...Object(project.solidity), splitTestsCompilation: false, npmFilesToBuild: [] },
  paths: {
    sources: "scripts/bench/contracts",
    tests: "scripts/bench/contracts",
    artifacts: "cache/bench/artifacts",
    cache: "cache/bench",
  },
};
