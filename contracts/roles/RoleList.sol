// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRoleManager} from "./IRoleManager.sol";

/// @dev Most roles an account may hold: what bounds a rotation's gas.
uint256 constant MAX_ROLES = 64;

/**
 * @dev The roles of one account, four cells of 64 bits to a word, the lowest first. Cell 0 is their count, cells 1 to 64
 * their ids, so the first three roles cost one slot together.
 *
 *            255..192    191..128    127..64     63..0
 *          +-----------+-----------+-----------+---------+
 * words[0] | role 3    | role 2    | role 1    | count   |
 * words[1] | role 7    | role 6    | role 5    | role 4  |
 *          +-----------+-----------+-----------+---------+
 */
struct RoleList {
    uint256[MAX_ROLES / 4 + 1] words;
}

/**
 * @dev A short unordered list.
 * @dev Trust: storage of the contract that uses it.
 */
library RoleLists {
    function add(RoleList storage list, uint64 roleId, address account) internal {
        uint256 head = list.words[0];
        uint256 cell = uint64(head) + 1;
        if (cell > MAX_ROLES) revert IRoleManager.RoleManagerTooManyRoles(account, MAX_ROLES);

        uint256 value = uint256(roleId) << ((cell & 3) * 64);
        if (cell < 4) {
            list.words[0] = (head | value) + 1;
        } else {
            list.words[cell >> 2] |= value;
            list.words[0] = head + 1;
        }
    }

    /// @dev The role must be in the list. The last role takes its place.
    function remove(RoleList storage list, uint64 roleId) internal {
        uint256 last = uint64(list.words[0]);
        uint256 cell = last;
        while (_at(list, cell) != roleId) --cell;

        // Both changes are differences: right too where the two cells are one, or share a word.
        list.words[cell >> 2] ^= uint256(roleId ^ _at(list, last)) << ((cell & 3) * 64);
        list.words[last >> 2] ^= uint256(_at(list, last)) << ((last & 3) * 64);
        list.words[0] -= 1;
    }

    function all(RoleList storage list) internal view returns (uint64[] memory roles) {
        roles = new uint64[](uint64(list.words[0]));
        for (uint256 i = 0; i < roles.length; ++i) roles[i] = _at(list, i + 1);
    }

    function _at(RoleList storage list, uint256 cell) private view returns (uint64) {
        return uint64(list.words[cell >> 2] >> ((cell & 3) * 64));
    }
}
