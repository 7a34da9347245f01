import { fileURLToPath } from "node:url";
import { defineConfig } from "hardhat/config";
import portcullis from "portcullis";

export default defineConfig({
  plugins: [portcullis],
  // Nothing is downloaded here: with the internet at hand, `solidity: "0.8.37"` is enough.
  solidity: { version: "0.8.37", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) },
});
