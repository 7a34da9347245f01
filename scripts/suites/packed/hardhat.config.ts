import { fileURLToPath } from "node:url";
import { defineConfig } from "hardhat/config";
import portcullis from "portcullis";

export default defineConfig({
  plugins: [portcullis],
  solidity: {
    compilers: [{ version: "0.8.37", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) }],
  },
});
