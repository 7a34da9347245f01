import { fileURLToPath } from "node:url";
import { defineConfig } from "hardhat/config";
import portcullis from "portcullis";

export default defineConfig({
  plugins: [portcullis],
  solidity: {
    npmFilesToBuild: [
      "portcullis/contracts/roles/RoleManager.sol",
      "portcullis/contracts/timelock/Timelock.sol",
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
    ],
    compilers: [
      {
        version: "0.8.37",
        path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
        settings: { viaIR: true, evmVersion: "prague", optimizer: { enabled: true, runs: 1000 } },
      },
    ],
  },
});
