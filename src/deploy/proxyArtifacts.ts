/** OpenZeppelin's proxies as they publish them: the same bytes for every project, whatever its compiler settings. */
import erc1967 from "@openzeppelin/contracts/build/contracts/ERC1967Proxy.json" with { type: "json" };
import transparent from "@openzeppelin/contracts/build/contracts/TransparentUpgradeableProxy.json" with {
  type: "json",
};
import type { Abi, Hex } from "viem";
import type { CodeArtifact } from "./types.ts";

export type ProxyName = "ERC1967Proxy" | "TransparentUpgradeableProxy";

interface PublishedArtifact {
  sourceName: string;
  abi: unknown;
  bytecode: string;
  deployedBytecode: string;
}

export const proxyArtifacts: Readonly<Record<ProxyName, CodeArtifact & { sourceName: string }>> = {
  ERC1967Proxy: read(erc1967),
  TransparentUpgradeableProxy: read(transparent),
};

function read({ sourceName, abi, bytecode, deployedBytecode }: PublishedArtifact) {
  return {
    sourceName,
    abi: abi as Abi,
    bytecode: bytecode as Hex,
    deployedBytecode: deployedBytecode as Hex,
  };
}
