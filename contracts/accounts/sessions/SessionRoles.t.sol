// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {SessionFixture} from "./SessionFixture.t.sol";

/// @dev What a manager guards.
contract ManagedTarget is AccessManaged {
    uint256 public value;

    constructor(address authority) AccessManaged(authority) {}

    function set(uint256 value_) external restricted {
        value = value_;
    }
}

/// @dev An account that holds a role, and a session of it.
contract SessionRolesTest is SessionFixture {
    uint64 private constant ROLE = 7;
    AccessManager private _manager;
    ManagedTarget private _managed;

    function setUp() public override {
        super.setUp();
        _manager = new AccessManager(address(this));
        _managed = new ManagedTarget(address(_manager));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = _managed.set.selector;
        _manager.setTargetFunctionRole(address(_managed), selectors, ROLE);
    }

    function test_theSessionUsesTheRoleOfItsAccount() public {
        _manager.grantRole(ROLE, address(account), 0);
        bytes memory session = _session(_may(_terms(), address(_managed), _managed.set.selector, ""));
        assertTrue(_grant(session), "grant");
        assertTrue(_done(_use(session, _setManaged(5))), "use");
        assertEq(_managed.value(), 5, "value");
        _manager.revokeRole(ROLE, address(account));
        assertFalse(_done(_use(session, _setManaged(6))), "the role is gone");
    }

    function test_aDelayedCallCannotBeGranted() public {
        _manager.grantRole(ROLE, address(account), 1 days);
        bytes memory session = _session(_may(_terms(), address(_managed), _managed.set.selector, ""));
        assertFalse(_grant(session), "the manager would delay it");
    }

    /// @dev Validation asks no manager: the target refuses, and what the caps counted comes back.
    function test_aDelayedCallGrantedInsideTheOperationFailsWhenMade() public {
        _manager.grantRole(ROLE, address(account), 1 days);
        Terms memory terms = _may(_terms(), address(_managed), _managed.set.selector, "");
        bytes memory session = _session(terms);
        assertFalse(_done(_useFirst(session, _setManaged(5))), "not scheduled");
        assertEq(_managed.value(), 0, "value");
    }

    /// @dev Delayed since the grant.
    function test_aCallDelayedLaterFailsWhenMade() public {
        _manager.grantRole(ROLE, address(account), 0);
        bytes memory session = _session(_may(_terms(), address(_managed), _managed.set.selector, ""));
        assertTrue(_grant(session), "grant");
        _manager.grantRole(ROLE, address(account), 1 days);
        assertFalse(_done(_use(session, _setManaged(6))), "not scheduled");
    }

    function _setManaged(uint256 value) private view returns (bytes memory) {
        return abi.encodePacked(address(_managed), uint256(0), abi.encodeCall(_managed.set, (value)));
    }
}
