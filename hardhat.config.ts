import { fileURLToPath } from "node:url";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";
import portcullis from "./src/plugin/index.ts";

/** No compiler is downloaded: npm's `solc` is the same soljson build, pinned by the lock file. */
const soljson = fileURLToPath(import.meta.resolve("solc/soljson.js"));

/** `npm run torture` raises these; the seed is printed by the runner when a run fails. */
const fuzzRuns = Number(process.env.PORTCULLIS_FUZZ_RUNS ?? 256);
const invariantRuns = Number(process.env.PORTCULLIS_INVARIANT_RUNS ?? 24);
const invariantDepth = Number(process.env.PORTCULLIS_INVARIANT_DEPTH ?? 64);

const compile = (runs: number) => ({
  version: "0.8.37",
  path: soljson,
  settings: { viaIR: true, evmVersion: "prague", optimizer: { enabled: true, runs } },
});

export default defineConfig({
  plugins: [toolbox, portcullis],
  solidity: {
    // `deploy` and the mocha suites never pay for compiling the Solidity tests.
    splitTestsCompilation: true,
    // OpenZeppelin's, unchanged: first what policies name as `proxy`.
    npmFilesToBuild: [
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
      "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol",
      // What checks accounts' and sessions' passkeys and P-256 keys.
      "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol",
      "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol",
    ],
    compilers: [compile(1000)],
    // Run in every operation of every account: what a run costs counts, what a deployment costs does not.
    overrides: Object.fromEntries(
      [
        "SmartAccount",
        "SmartAccountV07",
        "FullAccount7702",
        "SmartAccount7702",
        "sessions/SessionValidator",
      ].map((name) => [`contracts/accounts/${name}.sol`, compile(5000)]),
    ),
  },
  networks: {
    localhost: { type: "http", url: "http://127.0.0.1:8545" },
  },
  test: {
    solidity: {
      // The canonical entry points, see test/contracts/EntryPoints.sol.
      fsPermissions: { readDirectory: ["node_modules/hardhat-predeploy/bin"] },
      fuzz: { runs: fuzzRuns },
      invariant: { runs: invariantRuns, depth: invariantDepth, failOnRevert: false },
    },
  },
});
