/** Builds of the project's contracts, and the compiler that made them: the edge that knows where Hardhat keeps both. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { PortcullisError } from "../errors.ts";
import type { Compile, CompiledContract } from "../upgrades/types.ts";

/** @throws PortcullisError UNKNOWN_ARTIFACT */
export async function readCompiledContract(
  hre: HardhatRuntimeEnvironment,
  artifact: string,
): Promise<CompiledContract> {
  const id = await hre.artifacts.getBuildInfoId(artifact).catch(() => undefined);
  const [path, outputPath] =
    id === undefined
      ? []
      : [await hre.artifacts.getBuildInfoPath(id), await hre.artifacts.getBuildInfoOutputPath(id)];
  if (id === undefined || !path || !outputPath) {
    throw new PortcullisError("UNKNOWN_ARTIFACT", `There is no compiled contract "${artifact}"`, {
      hint: "correct the name, or compile it: npx hardhat build",
      details: { artifact },
    });
  }
  const { contractName, inputSourceName } = await hre.artifacts.readArtifact(artifact);
  const [{ solcVersion, input }, { output }] = await Promise.all([readJson(path), readJson(outputPath)]);
  return {
    artifact: contractName,
    source: inputSourceName ?? "",
    build: { id, solcVersion, input, output } as CompiledContract["build"],
  };
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, "utf8"));
}

/** The part of Hardhat that runs compilers; it is not among its public modules. */
interface CompilerModule {
  getCompiler(
    version: string,
    options: { preferWasm: boolean; compilerPath: string | undefined },
  ): Promise<{ compile(input: unknown): Promise<never> }>;
}

const COMPILERS = "dist/src/internal/builtin-plugins/solidity/build-system/compiler/index.js";

export function createCompile(hre: HardhatRuntimeEnvironment): Compile {
  return async (solcVersion, input) => {
    const root = dirname(fileURLToPath(import.meta.resolve("hardhat/package.json")));
    const { getCompiler }: CompilerModule = await import(pathToFileURL(join(root, COMPILERS)).href);
    const profiles = Object.values(hre.config.solidity.profiles);
    const configured = profiles
      .flatMap(({ compilers }) => compilers)
      .find(({ version }) => version === solcVersion);
    const compiler = await getCompiler(solcVersion, { preferWasm: false, compilerPath: configured?.path });
    return compiler.compile(input);
  };
}
