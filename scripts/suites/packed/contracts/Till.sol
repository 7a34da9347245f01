// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RoleManaged} from "portcullis/contracts/roles/RoleManaged.sol";

contract Till is RoleManaged {
    uint256 public limit;

    constructor(address manager) RoleManaged(manager) {}

    function setLimit(uint256 newLimit) external restricted {
        limit = newLimit;
    }
}
