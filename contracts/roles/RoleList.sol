// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRoleManager} from "./IRoleManager.sol";

/// @dev Most roles an account may hold: what bounds a rotation's gas.
uint256 constant MAX_ROLES = 64;

/**
 * @dev The roles of one account: cell 0 is their count, cells 1 to 64 their ids. Four cells share a slot, so the first
 * three roles cost one slot together.
 */
struct RoleList {
    uint64[MAX_ROLES + 1] cells;
}

/**
 * @dev A short unordered list.
 * @dev Trust: storage of the contract that uses it.
 */
library RoleLists {
    function add(RoleList storage list, uint64 roleId, address account) internal {
        uint64 count = list.cells[0];
        if (count == MAX_ROLES) revert IRoleManager.RoleManagerTooManyRoles(account, MAX_ROLES);

        unchecked {
            list.cells[count + 1] = roleId;
            list.cells[0] = count + 1;
        }
    }

    /// @dev The role must be in the list.
    function remove(RoleList storage list, uint64 roleId) internal {
        uint64 last = list.cells[0];
        uint64 index = last;
        unchecked {
            while (list.cells[index] != roleId) --index;

            if (index != last) list.cells[index] = list.cells[last];
            list.cells[last] = 0;
            list.cells[0] = last - 1;
        }
    }

    function all(RoleList storage list) internal view returns (uint64[] memory roles) {
        uint256 count = list.cells[0];
        roles = new uint64[](count);
        for (uint256 i = 0; i < count; ++i) roles[i] = list.cells[i + 1];
    }
}
