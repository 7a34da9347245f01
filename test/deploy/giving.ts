/** Plain OpenZeppelin contracts whose constructor or initializer leaves whoever deploys in power. */
import type { ArtifactResolver } from "@nomicfoundation/ignition-core";
import type { Abi } from "viem";
import { compileSource } from "../snapshot/peers.ts";

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";

contract Owned is Ownable { constructor() Ownable(msg.sender) {} }
contract TwoStep is Ownable2Step { constructor() Ownable(msg.sender) {} }
contract Roles is AccessControl {
  constructor() {
    _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
    _grantRole(keccak256("MINTER_ROLE"), msg.sender);
    _grantRole(keccak256("PAUSER_ROLE"), msg.sender);
  }
}
/// Its admin is there from the start; the deployer keeps a role that it could only give up itself.
contract MintedOnce is AccessControl {
  constructor(address admin) {
    _grantRole(DEFAULT_ADMIN_ROLE, admin);
    _grantRole(keccak256("MINTER_ROLE"), msg.sender);
  }
}
contract Ruled is AccessControlDefaultAdminRules {
  constructor() AccessControlDefaultAdminRules(1 days, msg.sender) {
    _grantRole(keccak256("MINTER_ROLE"), msg.sender);
  }
}
contract Behind is Ownable {
  constructor() Ownable(address(1)) {}
  function initialize() external { require(owner() == address(0)); _transferOwnership(msg.sender); }
}
contract Admin is ProxyAdmin { constructor() ProxyAdmin(msg.sender) {} }
`;

let compiled: ReturnType<typeof compileSource> | undefined;

export function givingAbis(): Record<string, { abi: Abi }> {
  compiled ??= compileSource(SOURCE);
  return compiled;
}

/** Those contracts, and for everything else the project's. */
export function givingArtifacts(project: ArtifactResolver): ArtifactResolver {
  return {
    getBuildInfo: async (name) => (compiled?.[name] === undefined ? project.getBuildInfo(name) : undefined),
    loadArtifact: async (name) => {
      compiled ??= compileSource(SOURCE);
      const found = compiled[name];
      if (found === undefined) return project.loadArtifact(name);
      const { bytecode, deployedBytecode } = found.evm;
      return {
        _format: "hh3-artifact-1",
        contractName: name,
        sourceName: "Giving.sol",
        abi: [...found.abi],
        bytecode: `0x${bytecode.object}`,
        deployedBytecode: `0x${deployedBytecode.object}`,
        linkReferences: {},
        deployedLinkReferences: {},
        immutableReferences: deployedBytecode.immutableReferences ?? {},
      } as never;
    },
  };
}
