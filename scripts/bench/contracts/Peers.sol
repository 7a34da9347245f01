// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Timelock} from "solady/src/accounts/Timelock.sol";

// The peers, unchanged, under names of their own.

contract OpenZeppelinManager is AccessManager {
    constructor(address admin) AccessManager(admin) {}
}

contract OpenZeppelinTimelock is TimelockController {
    constructor(
        uint256 delay,
        address[] memory proposers,
        address[] memory executors
    ) TimelockController(delay, proposers, executors, address(0)) {}
}

contract SoladyTimelock is Timelock {}
