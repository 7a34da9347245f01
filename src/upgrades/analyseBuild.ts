/**
 * Storage layouts and unsafe operations of the contracts of one build. A build carries no layouts, so the contracts and
 * what they import go through the compiler once more, for syntax tree and layout only; and again with the ERC-7201
 * namespaces as variables, for the slots inside them. Neither generates code.
 */
import core, { type SolcInput, type SolcOutput, type ValidationRunData } from "@openzeppelin/upgrades-core";
import { PortcullisError } from "../errors.ts";
import { quietly } from "./quietly.ts";
import type { BuildInfo, Compile } from "./types.ts";

export interface Analysis {
  validations: ValidationRunData;
  /** Of the sources that were analysed. */
  output: SolcOutput;
}

const SELECTION = { "*": { "": ["ast"], "*": ["storageLayout"] } };

/** @throws PortcullisError BUILD_UNREADABLE */
export async function analyseBuild(
  build: BuildInfo,
  sources: readonly string[],
  compile: Compile,
): Promise<Analysis> {
  const input = prune(build, sources);
  const fresh = requireCompiled(
    build,
    await compile(build.solcVersion, {
      ...input,
      settings: { ...input.settings, outputSelection: SELECTION },
    } as SolcInput),
  );
  const output = withCode(fresh, build.output);
  const namespaced = core.makeNamespacedInput(input, output);
  const namespacedOutput = requireCompiled(build, await compile(build.solcVersion, namespaced));
  const decode = core.solcInputOutputDecoder(input, output);
  const validations = quietly(() =>
    core.validate(output, decode, build.solcVersion, input, namespacedOutput),
  );
  return { validations, output };
}

/** The sources, and what they import, directly or not. */
function prune({ input, output }: BuildInfo, roots: readonly string[]): SolcInput {
  const needed = new Set<string>();
  const visit = (source: string): void => {
    if (needed.has(source)) return;
    needed.add(source);
    for (const node of output.sources[source]?.ast.nodes ?? []) {
      if (node.nodeType === "ImportDirective") visit(node.absolutePath);
    }
  };
  roots.forEach(visit);
  const kept = Object.entries(input.sources).filter(([source]) => needed.has(source));
  return { ...input, sources: Object.fromEntries(kept) };
}

/** The code's hash names a contract to the validation: it is the build's. */
function withCode(fresh: SolcOutput, built: SolcOutput): SolcOutput {
  const contracts = Object.fromEntries(
    Object.entries(fresh.contracts).map(([source, of]) => [
      source,
      Object.fromEntries(
        Object.entries(of).map(([name, contract]) => [
          name,
          { ...contract, evm: built.contracts[source]?.[name]?.evm },
        ]),
      ),
    ]),
  );
  return { ...fresh, contracts: contracts as SolcOutput["contracts"] };
}

function requireCompiled(build: BuildInfo, output: SolcOutput): SolcOutput {
  const { errors = [] } = output as { errors?: { severity: string; formattedMessage: string }[] };
  const error = errors.find(({ severity }) => severity === "error");
  if (!error && output.sources && output.contracts) return output;
  throw new PortcullisError(
    "BUILD_UNREADABLE",
    `The layout of build ${build.id} cannot be read: ${error?.formattedMessage ?? "the compiler gave none"}`,
    { hint: "`npx hardhat clean`, then `npx hardhat build`", details: { build: build.id } },
  );
}
