/** The calls of a manager that a plan makes. OpenZeppelin's AccessManager has all but the marked ones. */
import { type Address, encodeFunctionData, type Hash, type Hex, parseAbi } from "viem";
import type { KeyProof } from "../../deploy/keyProof.ts";
import type { Call } from "../../operations/types.ts";

export const MANAGER_ABI = parseAbi([
  "function labelRole(uint64 roleId, string label)",
  "function setRoleAdmin(uint64 roleId, uint64 admin)",
  "function setRoleGuardian(uint64 roleId, uint64 guardian)",
  "function setGrantDelay(uint64 roleId, uint32 newDelay)",
  "function grantRole(uint64 roleId, address account, uint32 executionDelay)",
  "function revokeRole(uint64 roleId, address account)",
  "function setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId)",
  "function setTargetAdminDelay(address target, uint32 newDelay)",
  "function setTargetClosed(address target, bool closed)",
  "function updateAuthority(address target, address newAuthority)",
  // RoleManager only
  "function grantRoleUntil(uint64 roleId, address account, uint32 executionDelay, uint48 until)",
  "function renewRole(uint64 roleId, address account, uint48 until)",
  "function clearExpired(uint64 roleId, address account)",
  "function setKeyBound(uint64 roleId)",
  "struct KeyProof { address account; string provider; bytes32 custody; uint8 tier; uint48 rotateBy; uint32 nonce; uint48 deadline; }",
  "function bind(KeyProof proof, bytes signature)",
  "function confirmBinding(address account, bytes32 custody, uint8 tier, uint48 rotateBy)",
  "function exempt(address account)",
  "function revokeBinding(address account)",
  "function requestRotation(address previous, KeyProof next, bytes signature)",
  "function executeRotation(address previous, address next)",
]);

type Setter =
  | { functionName: "labelRole"; args: readonly [bigint, string] }
  | { functionName: "setRoleAdmin" | "setRoleGuardian"; args: readonly [bigint, bigint] }
  | { functionName: "setGrantDelay"; args: readonly [bigint, number] }
  | { functionName: "grantRole"; args: readonly [bigint, Address, number] }
  | { functionName: "revokeRole" | "clearExpired"; args: readonly [bigint, Address] }
  | { functionName: "grantRoleUntil"; args: readonly [bigint, Address, number, number] }
  | { functionName: "renewRole"; args: readonly [bigint, Address, number] }
  | { functionName: "setKeyBound"; args: readonly [bigint] }
  | { functionName: "bind"; args: readonly [KeyProof, Hex] }
  | { functionName: "confirmBinding"; args: readonly [Address, Hash, number, number] }
  | { functionName: "exempt" | "revokeBinding"; args: readonly [Address] }
  | { functionName: "requestRotation"; args: readonly [Address, KeyProof, Hex] }
  | { functionName: "executeRotation"; args: readonly [Address, Address] }
  | { functionName: "setTargetFunctionRole"; args: readonly [Address, readonly Hex[], bigint] }
  | { functionName: "setTargetAdminDelay"; args: readonly [Address, number] }
  | { functionName: "setTargetClosed"; args: readonly [Address, boolean] }
  | { functionName: "updateAuthority"; args: readonly [Address, Address] };

export function managerCall(manager: Address, call: Setter): Call {
  return { to: manager, value: 0n, data: encodeFunctionData({ abi: MANAGER_ABI, ...call }) };
}
