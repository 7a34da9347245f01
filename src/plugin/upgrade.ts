/** What an upgrade is about: the proxy as it is on the chain, the code it runs by name, and the code it is to run. */
import { type Address, getAddress, isAddress } from "viem";
import { findByName } from "../chain/findEntry.ts";
import type { CodeArtifact } from "../deploy/types.ts";
import { PortcullisError } from "../errors.ts";
import { nearestName } from "../policy/text/nearest.ts";
import { readSnapshot } from "../snapshot/readSnapshot.ts";
import type { ContractState, ProxyState } from "../snapshot/types.ts";
import { identifyArtifact } from "../upgrades/identifyArtifact.ts";
import type { UpgradeValidation } from "../upgrades/types.ts";
import { validateUpgrade } from "../upgrades/validateUpgrade.ts";
import { createCompile, readCompiledContract } from "./builds.ts";
import type { Project } from "./project.ts";

export interface UpgradeSubject {
  name: string;
  proxy: Address;
  state: ProxyState;
  /** Of the code to run. */
  artifact: CodeArtifact;
  validation: UpgradeValidation;
}

export interface UpgradeArguments {
  /** Name in the policy, or an address. */
  contract: string;
  /** Artifact of the code to run. */
  to: string;
}

/** @throws PortcullisError UNKNOWN_CONTRACT, NOT_UPGRADEABLE, UNKNOWN_ARTIFACT, SOURCES_CHANGED, NOTHING_TO_UPGRADE, and validateUpgrade's */
export async function examineUpgrade(
  project: Project,
  { contract, to }: UpgradeArguments,
): Promise<UpgradeSubject> {
  const { hre, client, book, manifest } = project;
  const target = await readCompiledContract(hre, to);
  const artifact = await readArtifact(project, to);
  const proxy = resolveContract(contract, book);
  const { contracts } = await readSnapshot(client, { addresses: [proxy] });
  const state = requireProxy(contract, contracts[0]);

  const code = (await client.getCode({ address: state.implementation })) ?? "0x";
  const likely =
    manifest?.contracts.find(({ address }) => getAddress(address) === proxy)?.artifact ?? undefined;
  const running = await identifyArtifact(code, contract, artifactSource(project), likely);
  const current = await readCompiledContract(hre, running);
  if (current.source === target.source && current.artifact === target.artifact) {
    throw new PortcullisError(
      "NOTHING_TO_UPGRADE",
      `${contract} runs ${target.artifact} already, as it is compiled now`,
      {
        hint: "name the artifact of the new version: --to <Artifact>",
        details: { contract, artifact: to, implementation: state.implementation },
      },
    );
  }
  const kind = state.kind === "unknown" ? "uups" : state.kind;
  const validation = await validateUpgrade({ from: current, to: target, kind, compile: createCompile(hre) });
  return { name: contract, proxy, state, artifact, validation };
}

function resolveContract(contract: string, book: Project["book"]): Address {
  if (isAddress(contract)) return getAddress(contract);
  const entry = findByName(book, contract);
  if (entry) return getAddress(entry.address);
  const nearest = nearestName(
    contract,
    book.entries.map(({ name }) => name),
  );
  throw new PortcullisError("UNKNOWN_CONTRACT", `There is no contract "${contract}" in the policy`, {
    hint: nearest
      ? `did you mean "${nearest}"?`
      : `use one of: ${book.entries.map(({ name }) => name).join(", ")}`,
    details: { contract, written: contract, nearest },
  });
}

function requireProxy(
  contract: string,
  state: ContractState | undefined,
): ProxyState & { kind: "uups" | "transparent" | "beacon" | "unknown" } {
  const proxy = state?.proxy;
  if (proxy !== undefined && proxy.kind !== "clone") return { ...proxy, kind: proxy.kind };
  const words = proxy ? "a clone: its code is fixed for ever" : "no ERC-1967 proxy";
  throw new PortcullisError("NOT_UPGRADEABLE", `${contract} is ${words}`, {
    hint: "name a UUPS, a transparent or a beacon proxy",
    details: { contract, address: state?.address },
  });
}

async function readArtifact({ hre }: Pick<Project, "hre">, name: string): Promise<CodeArtifact> {
  return (await hre.artifacts.readArtifact(name)) as unknown as CodeArtifact;
}

/** The project's compiled contracts, by fully qualified names. */
export function artifactSource(project: Pick<Project, "hre">) {
  return {
    names: async () => [...(await project.hre.artifacts.getAllFullyQualifiedNames())].sort(),
    read: (name: string) => readArtifact(project, name),
  };
}
