import { fileURLToPath } from "node:url";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import portcullis from "./src/plugin/index.ts";

/** No compiler is downloaded: npm's `solc` is the same soljson build, pinned by the lock file. */
const soljson = fileURLToPath(import.meta.resolve("solc/soljson.js"));

export default defineConfig({
  plugins: [toolbox, portcullis],
  solidity: {
    compilers: [
      {
        version: "0.8.37",
        path: soljson,
        settings: {
          viaIR: true,
          evmVersion: "prague",
          optimizer: { enabled: true, runs: 1000 },
        },
      },
    ],
  },
  networks: {
    localhost: { type: "http", url: "http://127.0.0.1:8545" },
  },
});
