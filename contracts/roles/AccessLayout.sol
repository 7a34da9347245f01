// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {GrantWord} from "./GrantWord.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {RoleMarks} from "./RoleMarks.sol";

/// @dev `AccessManager.TargetConfig`, as it is.
struct TargetRecord {
    mapping(bytes4 selector => uint64 roleId) allowedRoles;
    Time.Delay adminDelay;
    bool closed;
}

/// @dev `AccessManager.Role`, with the bits of its second slot and of its members' slots that it leaves unused.
struct RoleRecord {
    mapping(address account => GrantWord) members;
    uint64 admin;
    uint64 guardian;
    Time.Delay grantDelay;
    RoleMarks marks;
}

/// @dev The private storage of OpenZeppelin's AccessManager 5.7.0, slots 0 to 2.
struct AccessStorage {
    mapping(address target => TargetRecord) targets;
    mapping(uint64 roleId => RoleRecord) roles;
    mapping(bytes32 operationId => IRoleManager.ScheduledCall) schedules;
}

/**
 * @dev The storage of AccessManager, seen with its unused bits. A test pins this layout against OpenZeppelin's getters.
 * @dev Trust: only for a contract whose first base with storage is AccessManager 5.7.0.
 */
function accessStorage() pure returns (AccessStorage storage access) {
    // Solidity has no word for a base's private variables: only their slot.
    assembly ("memory-safe") {
        access.slot := 0
    }
}
