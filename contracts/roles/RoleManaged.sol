// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {AuthorityChange} from "./AuthorityChange.sol";
import {RoleManagedUnscheduledValue} from "./UnscheduledValue.sol";

/**
 * @title AccessManaged for a {RoleManager}, without the nested-call hijack
 * @dev Trust: the manager decides who calls `restricted` functions and how fast. Its ADMIN_ROLE alone moves the
 * contract to another manager, by `updateAuthority` and after the target's admin delay; no other call of the manager,
 * nested or not, can.
 */
abstract contract RoleManaged is AccessManaged {
    constructor(address initialAuthority) AccessManaged(initialAuthority) {
        AuthorityChange.check(initialAuthority);
    }

    /// @inheritdoc AccessManaged
    function setAuthority(address newAuthority) public virtual override {
        AuthorityChange.check(authority(), _msgSender(), newAuthority);
        _setAuthority(newAuthority);
    }

    // --- Internal ---

    /// @dev An operation binds its value, and a direct call uses up one without: ETH comes through `executeCall`.
    function _checkCanCall(address caller, bytes calldata data) internal virtual override {
        if (msg.value != 0) {
            (bool immediate, uint32 delay) = AuthorityUtils.canCallWithDelay(
                authority(),
                caller,
                address(this),
                bytes4(data[0:4])
            );
            if (!immediate && delay != 0) revert RoleManagedUnscheduledValue(caller, msg.value);
        }
        super._checkCanCall(caller, data);
    }
}
