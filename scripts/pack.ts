/**
 * Builds the package that is published: `build/package/` with compiled JavaScript, types, the contracts, and a
 * package.json of its own, then the tarball beside it.
 *
 * It differs from the repository's package.json in what a user must not inherit: development tools, the pinned Node
 * and anvil, scripts and overrides; and its exports point at `dist/`, since plain Node does not load TypeScript from
 * node_modules.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { entryPoints } from "../src/accounts/entryPoints.ts";

type Exports = Record<string, string | Record<string, string>>;

const target = "build/package";
rmSync("build", { recursive: true, force: true });
mkdirSync(target, { recursive: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });

for (const file of ["README.md", "LICENSE", "docs"]) cpSync(file, `${target}/${file}`, { recursive: true });
cpSync("contracts", `${target}/contracts`, {
  recursive: true,
  filter: (path) => !path.endsWith(".t.sol"),
});

// Safe's published artifacts serve local chains. Their package pins a peer (ethers 5.4.0) that no project of today can
// install, so what we import of it travels inside ours, with its licence.
const safeContracts = "node_modules/@safe-global/safe-contracts";
const importedBySafe = readFileSync("src/safe/creationCode.ts", "utf8").matchAll(
  /"#safe-contracts\/([^"]+)"/g,
);
for (const [, file] of importedBySafe) {
  cpSync(`${safeContracts}/build/artifacts/contracts/${file}`, `${target}/dist/safe-contracts/${file}`);
}
cpSync(`${safeContracts}/LICENSE`, `${target}/dist/safe-contracts/LICENSE`);

// The entry points' runtime code serves development chains, and its package wants a Hardhat of another major version.
const predeploy = "node_modules/hardhat-predeploy";
for (const { address, senderCreator } of Object.values(entryPoints)) {
  for (const code of [address, senderCreator])
    cpSync(`${predeploy}/bin/${code}.bytecode`, `${target}/dist/entry-points/${code}.bytecode`);
}
writeFileSync(
  `${target}/dist/entry-points/NOTICE`,
  "The code that ERC-4337's EntryPoint and SenderCreator have on every chain, by address, as hardhat-predeploy (MIT) " +
    "publishes it;\nits source is GPL-3.0: https://github.com/eth-infinitism/account-abstraction, releases v0.7.0 and v0.9.0.\n",
);

const source = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
const kept = ["name", "version", "description", "license", "type", "engines", "keywords", "dependencies"];
const published = {
  ...Object.fromEntries(kept.filter((key) => key in source).map((key) => [key, source[key]])),
  peerDependencies: source.peerDependencies,
  ...(source.peerDependenciesMeta ? { peerDependenciesMeta: source.peerDependenciesMeta } : {}),
  imports: { "#entry-points/*": "./dist/entry-points/*", "#safe-contracts/*": "./dist/safe-contracts/*" },
  exports: Object.fromEntries(
    Object.entries(source.exports as Exports).map(([name, path]) => [name, compiled(path)]),
  ),
};
writeFileSync(`${target}/package.json`, `${JSON.stringify(published, null, 2)}\n`);
execFileSync("npm", ["pack", `./${target}`, "--pack-destination", "build", "--silent"], { stdio: "inherit" });

/** `./src/x.ts` becomes its JavaScript and its types; other files stay where they are. */
function compiled(path: string | Record<string, string>): unknown {
  if (typeof path !== "string" || !path.endsWith(".ts")) return path;
  const base = `./dist/${path.slice(2, -3)}`;
  return { types: `${base}.d.ts`, default: `${base}.js` };
}
