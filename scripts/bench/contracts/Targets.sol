// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

// The same setter under each guard, and without it in the very same contract: what differs is the guard alone.

contract OwnableTarget is Ownable {
    uint256 private _value = 1;

    constructor(address owner) Ownable(owner) {}

    function set(uint256 value) external onlyOwner {
        _value = value;
    }
}

contract OwnableOpenTarget is Ownable {
    uint256 private _value = 1;

    constructor(address owner) Ownable(owner) {}

    function set(uint256 value) external {
        _value = value;
    }
}

contract AccessControlTarget is AccessControl {
    bytes32 private constant SETTER = keccak256("SETTER");
    uint256 private _value = 1;

    constructor(address setter) {
        _grantRole(SETTER, setter);
    }

    function set(uint256 value) external onlyRole(SETTER) {
        _value = value;
    }
}

contract AccessControlOpenTarget is AccessControl {
    bytes32 private constant SETTER = keccak256("SETTER");
    uint256 private _value = 1;

    constructor(address setter) {
        _grantRole(SETTER, setter);
    }

    function set(uint256 value) external {
        _value = value;
    }
}

contract AccessManagedTarget is AccessManaged {
    uint256 private _value = 1;

    constructor(address manager) AccessManaged(manager) {}

    function set(uint256 value) external restricted {
        _value = value;
    }
}

contract AccessManagedOpenTarget is AccessManaged {
    uint256 private _value = 1;

    constructor(address manager) AccessManaged(manager) {}

    function set(uint256 value) external {
        _value = value;
    }
}
