/**
 * Stock contracts to read: OpenZeppelin's own, in the smallest concrete form. They are compiled here, without optimiser, so that
 * the project's build does not pay for them.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Abi, Hex } from "viem";

const require = createRequire(import.meta.url);

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {AccessControlEnumerable} from "@openzeppelin/contracts/access/extensions/AccessControlEnumerable.sol";
import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

contract OwnedBox is Ownable, Pausable {
  uint256 public value;
  constructor(address owner) Ownable(owner) {}
  function set(uint256 next) external onlyOwner { value = next; }
  function pause() external onlyOwner { _pause(); }
}
contract TwoStepBox is Ownable2Step { constructor(address owner) Ownable(owner) {} }
contract RoleBox is AccessControl {
  bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");
  uint256 public value;
  constructor(address admin) { _grantRole(DEFAULT_ADMIN_ROLE, admin); }
  function mint(uint256 next) external onlyRole(MINTER_ROLE) { value = next; }
  function open(uint256 next) external { value = next; }
  function setRoleAdmin(bytes32 role, bytes32 admin) external onlyRole(DEFAULT_ADMIN_ROLE) { _setRoleAdmin(role, admin); }
  function grantMany(bytes32 role, uint256 first, uint256 count) external onlyRole(DEFAULT_ADMIN_ROLE) {
    for (uint256 i = first; i < first + count; i++) _grantRole(role, address(uint160(i)));
  }
  /// Logs without a change: grants and revokes that leave nothing.
  function flip(bytes32 role, address account, uint256 count) external {
    for (uint256 i = 0; i < count; i++) {
      emit RoleGranted(role, account, msg.sender);
      emit RoleRevoked(role, account, msg.sender);
    }
  }
}
contract EnumerableBox is AccessControlEnumerable { constructor(address admin) { _grantRole(DEFAULT_ADMIN_ROLE, admin); } }
contract RulesBox is AccessControlDefaultAdminRules { constructor(uint48 delay, address admin) AccessControlDefaultAdminRules(delay, admin) {} }
contract ManagedBox is AccessManaged, UUPSUpgradeable {
  uint256 public value;
  constructor(address authority) AccessManaged(authority) {}
  function set(uint256 next) external restricted { value = next; }
  function _authorizeUpgrade(address) internal override restricted {}
}
contract OwnedUups is Ownable, UUPSUpgradeable {
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external { _transferOwnership(owner); }
  function set(uint256) external onlyOwner {}
  function _authorizeUpgrade(address) internal override onlyOwner {}
}
/// Answers every call, so its answers say nothing.
contract Parrot { fallback() external payable { assembly { mstore(0, 1) return(0, 32) } } }
/// Takes any call and answers nothing.
contract Sink { fallback() external payable {} }
/// Owns a contract, and gives it away while it is asked who owns itself.
contract Meddler {
  Ownable internal immutable target;
  constructor() { target = new OwnedBox(address(this)); }
  function owned() external view returns (address) { return address(target); }
  function owner() external returns (address) { if (target.owner() == address(this)) target.transferOwnership(address(0xdead)); return address(this); }
}
/// Has the names of everybody's functions, and answers each with what it does not return.
contract Liar {
  function owner() external pure returns (uint256) { return type(uint256).max; }
  function pendingOwner() external pure returns (string memory) { return "me"; }
  function authority() external pure returns (bytes memory) { return hex"01"; }
  function paused() external pure returns (uint256) { return 2; }
  function VERSION() external pure returns (uint256) { return 1; }
  function getThreshold() external pure returns (uint256) { return 1; }
  function nonce() external pure returns (uint256) { return 0; }
  function getOwners() external pure { assembly { mstore(0, 32) mstore(32, 0xffffffff) return(0, 64) } }
  function hasRole(bytes32, address) external pure returns (uint256) { return 7; }
  function getRoleAdmin(bytes32) external pure returns (string memory) { return "admin"; }
  function PUBLIC_ROLE() external pure returns (uint256) { return 2 ** 64 - 1; }
  function ADMIN_ROLE() external pure returns (bytes memory) { return hex""; }
}
/// Answers some calls with half a megabyte.
contract Flood {
  function owner() external pure { assembly { return(0, 500000) } }
  function authority() external pure { assembly { return(0, 500000) } }
  function getOwners() external pure { assembly { return(0, 500000) } }
}
/// Looks like a manager and a Safe, and reverts at the last question.
contract Torn is Ownable {
  constructor() Ownable(msg.sender) {}
  function PUBLIC_ROLE() external pure returns (uint64) { return type(uint64).max; }
  function ADMIN_ROLE() external pure returns (uint64) { return 0; }
  function expiration() external pure returns (uint32) { revert("gone"); }
  function VERSION() external pure returns (string memory) { return "1.4.1"; }
  function getThreshold() external pure returns (uint256) { return 1; }
  function getOwners() external pure returns (address[] memory) { revert("gone"); }
}
/// Burns all gas on any call.
contract Furnace { fallback() external payable { assembly { invalid() } } }
`;

export interface Artifact {
  abi: Abi;
  bytecode: Hex;
}

interface CompiledContract {
  abi: Abi;
  evm: {
    bytecode: { object: string };
    deployedBytecode: {
      object: string;
      immutableReferences?: Record<string, { start: number; length: number }[]>;
    };
  };
}

interface SolcOutput {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, CompiledContract>>;
}

let compiled: SolcOutput["contracts"][string] | undefined;

export function peer(name: string): Artifact {
  compiled ??= compile();
  const contract = compiled[name];
  if (!contract) throw new Error(`no peer ${name}`);
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

/** OpenZeppelin's published build. */
export function openzeppelin(name: string): Artifact {
  return require(`@openzeppelin/contracts/build/contracts/${name}.json`) as Artifact;
}

function compile(): NonNullable<typeof compiled> {
  return compileSource(SOURCE);
}

/** Without optimiser; imports are found in node_modules. */
export function compileSource(source: string): SolcOutput["contracts"][string] {
  const solc = require("solc") as {
    compile(input: string, callbacks: { import(path: string): { contents: string } }): string;
  };
  const evm = ["evm.bytecode.object", "evm.deployedBytecode"];
  const input = {
    language: "Solidity",
    sources: { "Peers.sol": { content: source } },
    settings: {
      evmVersion: "prague",
      outputSelection: { "Peers.sol": { "*": ["abi", ...evm] } },
    },
  };
  const find = (path: string) => ({ contents: readFileSync(require.resolve(path), "utf8") });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find })) as SolcOutput;
  const error = output.errors?.find((e) => e.severity === "error");
  if (error) throw new Error(error.formattedMessage);
  return output.contracts["Peers.sol"] ?? {};
}
