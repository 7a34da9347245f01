// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RoleManaged} from "../../../contracts/roles/RoleManaged.sol";

/// @dev The setter of Targets.sol under Portcullis's guard.
contract RoleManagedTarget is RoleManaged {
    uint256 private _value = 1;

    constructor(address manager) RoleManaged(manager) {}

    function set(uint256 value) external restricted {
        _value = value;
    }
}

/// @dev The same without the guard.
contract RoleManagedOpenTarget is RoleManaged {
    uint256 private _value = 1;

    constructor(address manager) RoleManaged(manager) {}

    function set(uint256 value) external {
        _value = value;
    }
}
