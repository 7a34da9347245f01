/** What is read of AccessManager 5.0 and later, and what Portcullis's RoleManager adds. */
import { parseAbi } from "viem";

export const managerAbi = parseAbi([
  "function ADMIN_ROLE() view returns (uint64)",
  "function PUBLIC_ROLE() view returns (uint64)",
  "function expiration() view returns (uint32)",
  "function isTargetClosed(address target) view returns (bool)",
  "function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)",
  "function getTargetAdminDelay(address target) view returns (uint32)",
  "function getRoleAdmin(uint64 roleId) view returns (uint64)",
  "function getRoleGuardian(uint64 roleId) view returns (uint64)",
  "function getRoleGrantDelay(uint64 roleId) view returns (uint32)",
  "function getAccess(uint64 roleId, address account) view returns (uint48 since, uint32 currentDelay, uint32 pendingDelay, uint48 effect)",
  "function getSchedule(bytes32 id) view returns (uint48)",
  "function getNonce(bytes32 id) view returns (uint32)",
  "event OperationScheduled(bytes32 indexed operationId, uint32 indexed nonce, uint48 schedule, address caller, address target, bytes data)",
  "event RoleLabel(uint64 indexed roleId, string label)",
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
  "event RoleRevoked(uint64 indexed roleId, address indexed account)",
  "event RoleAdminChanged(uint64 indexed roleId, uint64 indexed admin)",
  "event RoleGuardianChanged(uint64 indexed roleId, uint64 indexed guardian)",
  "event RoleGrantDelayChanged(uint64 indexed roleId, uint32 delay, uint48 since)",
  "event TargetClosed(address indexed target, bool closed)",
  "event TargetFunctionRoleUpdated(address indexed target, bytes4 selector, uint64 indexed roleId)",
  "event TargetAdminDelayUpdated(address indexed target, uint32 delay, uint48 since)",
]);

/** Events that only a RoleManager emits; its functions are in its own ABI. */
export const roleManagerEvents = parseAbi([
  "event RoleKeyBound(uint64 indexed roleId)",
  "event CallScheduled(bytes32 indexed operationId, uint32 indexed nonce, uint256 value, uint48 deadline, bytes32 salt)",
  "event BindingProposed(address indexed account, string provider, bytes32 custody, uint8 tier, uint48 rotateBy)",
  "event BindingConfirmed(address indexed account, bytes32 custody, uint8 tier, uint48 rotateBy)",
  "event BindingExempted(address indexed account)",
  "event BindingRevoked(address indexed account)",
  "event RotationRequested(address indexed previous, address indexed next, uint48 readyAt, uint48 expiresAt)",
  "event RotationExecuted(address indexed previous, address indexed next)",
]);
