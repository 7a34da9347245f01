/** Which contracts initialise themselves, and which of those a new version brings along. */
import type { SolcOutput } from "@openzeppelin/upgrades-core";

interface Definition {
  nodeType: string;
  id: number;
  name: string;
  linearizedBaseContracts?: readonly number[];
  nodes?: readonly {
    nodeType: string;
    modifiers?: readonly { modifierName?: { name?: string } }[];
  }[];
}

const INITIALIZERS = new Set(["initializer", "onlyInitializing"]);

/**
 * Bases of `to` that have an initializer and are no base of `from`: the proxy never ran theirs. By name and source, so
 * that two builds can be compared.
 */
export function newInitializableBases(
  from: { output: SolcOutput; source: string; name: string },
  to: { output: SolcOutput; source: string; name: string },
): string[] {
  const known = new Set([`${from.source}:${from.name}`, ...bases(from).map(({ key }) => key)]);
  return bases(to)
    .filter(({ key, initializes }) => initializes && !known.has(key))
    .map(({ key }) => key);
}

function bases({ output, source, name }: { output: SolcOutput; source: string; name: string }) {
  const all = Object.entries(output.sources).flatMap(([path, { ast }]) =>
    (ast.nodes as unknown as readonly Definition[])
      .filter(({ nodeType }) => nodeType === "ContractDefinition")
      .map((definition) => ({ key: `${path}:${definition.name}`, definition })),
  );
  const own = all.find(({ key }) => key === `${source}:${name}`)?.definition;
  return all
    .filter(({ definition }) => definition !== own && own?.linearizedBaseContracts?.includes(definition.id))
    .map(({ key, definition }) => ({ key, initializes: initializes(definition) }));
}

function initializes({ nodes = [] }: Definition): boolean {
  return nodes.some(
    ({ nodeType, modifiers = [] }) =>
      nodeType === "FunctionDefinition" &&
      modifiers.some(({ modifierName }) => INITIALIZERS.has(modifierName?.name ?? "")),
  );
}
