// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IRoleManager} from "./IRoleManager.sol";

/// @dev The account is no contract that answers `updatingAuthority`: nobody could ever change the authority again.
error RoleManagedUnsupportedAuthority(address authority);

/// @dev The authority calls, but is not executing `updateAuthority`: the change was hidden inside another call.
error RoleManagedHiddenAuthorityChange(address authority, address newAuthority);

/**
 * @title When a managed contract may change its authority
 * @dev Trust: the authority itself, and only while it executes `updateAuthority` for this very contract. That it is the
 * caller proves nothing: in a self-delegatecall (`Multicall`) it is the caller of every nested call.
 */
library AuthorityChange {
    /// @dev Refuses an authority that could never confirm a change.
    function check(address authority) internal view {
        if (authority.code.length == 0) revert RoleManagedUnsupportedAuthority(authority);
        try IRoleManager(authority).updatingAuthority(address(this)) returns (address) {} catch {
            revert RoleManagedUnsupportedAuthority(authority);
        }
    }

    /// @dev Refuses a change that the authority did not set out to make.
    function check(address authority, address caller, address newAuthority) internal view {
        if (caller != authority) revert IAccessManaged.AccessManagedUnauthorized(caller);
        if (IRoleManager(authority).updatingAuthority(address(this)) != newAuthority) {
            revert RoleManagedHiddenAuthorityChange(authority, newAuthority);
        }
        check(newAuthority);
    }
}
