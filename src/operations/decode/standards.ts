/**
 * Interfaces that wrap, move or administer, by the standard that defines them. They name selectors only where the
 * target's own ABI does not: what comes from here is marked as such.
 */
import { type Abi, type AbiFunction, type Hex, parseAbi, toFunctionSelector } from "viem";
import { multiSendAbi, safeAbi, safeProxyFactoryAbi } from "../../safe/abi.ts";

export const timelockControllerAbi = parseAbi([
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) payable",
  "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) payable",
  "function cancel(bytes32 id)",
  "function updateDelay(uint256 newDelay)",
]);

export const accessManagerAbi = parseAbi([
  "function schedule(address target, bytes data, uint48 when) returns (bytes32 operationId, uint32 nonce)",
  "function execute(address target, bytes data) payable returns (uint32)",
  "function cancel(address caller, address target, bytes data) returns (uint32)",
  "function grantRole(uint64 roleId, address account, uint32 executionDelay)",
  "function revokeRole(uint64 roleId, address account)",
  "function renounceRole(uint64 roleId, address callerConfirmation)",
  "function setRoleAdmin(uint64 roleId, uint64 admin)",
  "function setRoleGuardian(uint64 roleId, uint64 guardian)",
  "function setGrantDelay(uint64 roleId, uint32 newDelay)",
  "function labelRole(uint64 roleId, string label)",
  "function setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId)",
  "function setTargetAdminDelay(address target, uint32 newDelay)",
  "function setTargetClosed(address target, bool closed)",
  "function updateAuthority(address target, address newAuthority)",
]);

/** What our RoleManager adds (contracts/roles/IRoleManager.sol). */
export const managerCallsAbi = parseAbi([
  "function scheduleCall(address target, uint256 value, bytes data, uint48 when, uint48 deadline, bytes32 salt)",
  "function executeCall(address target, bytes data, uint48 deadline, bytes32 salt) payable",
  "function cancelCall(address caller, address target, uint256 value, bytes data, uint48 deadline, bytes32 salt)",
]);

const standards: readonly (readonly [string, Abi])[] = [
  ["Safe", safeAbi],
  ["Safe proxy factory", safeProxyFactoryAbi],
  ["Safe MultiSend", multiSendAbi],
  ["TimelockController", timelockControllerAbi],
  ["AccessManager", accessManagerAbi],
  ["RoleManager", managerCallsAbi],
  ["UUPS", parseAbi(["function upgradeToAndCall(address newImplementation, bytes data) payable"])],
  ["ERC-1967 proxy", parseAbi(["function upgradeTo(address newImplementation)"])],
  [
    "ProxyAdmin",
    parseAbi([
      "function upgradeAndCall(address proxy, address implementation, bytes data) payable",
      "function upgrade(address proxy, address implementation)",
      "function changeProxyAdmin(address proxy, address newAdmin)",
    ]),
  ],
  ["Multicall", parseAbi(["function multicall(bytes[] data) returns (bytes[] results)"])],
  [
    "Ownable",
    parseAbi([
      "function transferOwnership(address newOwner)",
      "function renounceOwnership()",
      "function acceptOwnership()",
    ]),
  ],
  [
    "AccessControl",
    parseAbi([
      "function grantRole(bytes32 role, address account)",
      "function revokeRole(bytes32 role, address account)",
      "function renounceRole(bytes32 role, address callerConfirmation)",
      "function beginDefaultAdminTransfer(address newAdmin)",
      "function acceptDefaultAdminTransfer()",
      "function cancelDefaultAdminTransfer()",
      "function changeDefaultAdminDelay(uint48 newDelay)",
    ]),
  ],
  ["AccessManaged", parseAbi(["function setAuthority(address newAuthority)"])],
  ["Pausable", parseAbi(["function pause()", "function unpause()"])],
  [
    "ERC-20",
    parseAbi([
      "function transfer(address to, uint256 value) returns (bool)",
      "function transferFrom(address from, address to, uint256 value) returns (bool)",
      "function approve(address spender, uint256 value) returns (bool)",
    ]),
  ],
  ["ERC-721 and ERC-1155", parseAbi(["function setApprovalForAll(address operator, bool approved)"])],
];

const bySelector: ReadonlyMap<Hex, { standard: string; item: AbiFunction }> = new Map(
  standards
    .flatMap(([standard, abi]) =>
      abi
        .filter((item): item is AbiFunction => item.type === "function")
        .map((item) => [toFunctionSelector(item), { standard, item }] as const),
    )
    // the first standard that names a selector keeps it
    .reverse(),
);

export function findStandard(selector: Hex): { standard: string; item: AbiFunction } | undefined {
  return bySelector.get(selector);
}
