// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";

/// @dev Consumes what others scheduled on another contract, or tries to. @dev Trust: test only.
contract HostileTarget {
    IAccessManager private immutable MANAGER;

    constructor(IAccessManager manager) {
        MANAGER = manager;
    }

    function isConsumingScheduledOp() external pure returns (bytes4) {
        return this.isConsumingScheduledOp.selector;
    }

    function steal(address caller, bytes calldata data) external {
        MANAGER.consumeScheduledOp(caller, data);
    }

    /// @dev Enters the manager again while it executes.
    fallback() external payable {
        MANAGER.grantRole(0, address(this), 0);
    }
}

/// @dev What an outsider, a member or a role's admin may try, beyond the numbered gaps. @dev Trust: test only.
contract RoleAttacksTest is RoleFixture {
    // --- 64 roles ---

    /// @dev Whoever administers 64 roles can fill a list, but not keep it full.
    function test_cap_victimRenouncesWhatOthersFilledItsListWith() public {
        vm.startPrank(admin);
        for (uint64 id = 100; id < 164; ++id) {
            manager.setGrantDelay(id, 1 days);
            manager.grantRole(id, stranger, 0);
        }
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerTooManyRoles.selector, stranger, 64));
        manager.grantRole(164, stranger, 0);
        vm.stopPrank();

        // Pending ones too.
        vm.startPrank(stranger);
        for (uint64 id = 100; id < 164; ++id) manager.renounceRole(id, stranger);
        vm.stopPrank();
        assertEq(manager.rolesOf(stranger).length, 0, "empty again");
        vm.prank(admin);
        manager.grantRole(164, stranger, 0);
        assertTrue(_isMember(manager, 164, stranger), "and open for the right one");
    }

    function test_cap_aListIsNotFilledForARotationToFail() public {
        address next = vm.addr(0xb1);
        vm.startPrank(admin);
        for (uint64 id = 100; id < 164; ++id) manager.grantRole(id, next, 0);
        vm.stopPrank();
        IKeyBindings.KeyProof memory proof = _proof(next);
        bytes memory signature = _sign(0xb1, proof);
        vm.prank(operator);
        manager.requestRotation(operator, proof, signature);
        skip(GRANT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerTooManyRoles.selector, next, 64));
        manager.executeRotation(operator, next);
        assertTrue(_isMember(manager, OPERATOR, operator), "nothing moved, nothing lost");

        vm.prank(next);
        manager.renounceRole(100, next);
        manager.executeRotation(operator, next);
        assertTrue(_isMember(manager, OPERATOR, next), "the new key makes room itself");
    }

    // --- Renouncing ---

    function test_renounce_onlyForOneself() public {
        vm.prank(stranger);
        vm.expectRevert(IAccessManager.AccessManagerBadConfirmation.selector);
        manager.renounceRole(OPERATOR, operator);
    }

    function test_renounce_killsWhatWasScheduled() public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (1));
        vm.startPrank(operator);
        manager.schedule(address(target), data, 0);
        manager.renounceRole(OPERATOR, operator);
        skip(EXECUTION_DELAY);
        vm.expectRevert();
        target.set(1);
        vm.stopPrank();
        _grantNow(OPERATOR, operator, EXECUTION_DELAY, 0);
        bytes32 id = manager.hashOperation(operator, address(target), data);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        target.set(1);
    }

    // --- Admins ---

    /// @dev A pending admin is none yet: the last active one stays.
    function test_lastAdmin_isNotReplacedByAPendingOne() public {
        vm.startPrank(admin);
        manager.setGrantDelay(ADMIN, 1 days);
        manager.grantRole(ADMIN, stranger, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerLastAdmin.selector, admin));
        manager.revokeRole(ADMIN, admin);
        skip(1 days);
        manager.revokeRole(ADMIN, admin);
        vm.stopPrank();
        assertTrue(_isMember(manager, ADMIN, stranger), "one is left");
    }

    function test_admin_cannotGrantARoleItDoesNotAdminister() public {
        vm.prank(admin);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, admin, OPERATOR_ADMIN)
        );
        manager.grantRole(OPERATOR, admin, 0);
    }

    // --- Operations ---

    /// @dev A target consumes only what was scheduled on itself.
    function test_consume_noOtherContractUsesAnOperationUp() public {
        HostileTarget hostile = new HostileTarget(IAccessManager(address(manager)));
        bytes memory data = abi.encodeCall(ManagedTarget.set, (1));
        vm.prank(admin);
        manager.setTargetFunctionRole(address(hostile), _selectors(ManagedTarget.set.selector), OPERATOR);
        vm.prank(operator);
        manager.schedule(address(target), data, 0);
        skip(EXECUTION_DELAY);
        bytes32 id = manager.hashOperation(operator, address(hostile), data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        hostile.steal(operator, data);
        vm.prank(operator);
        target.set(1);
    }

    /// @dev The manager calls as nobody: what it executes has no power over it.
    function test_execute_aTargetThatEntersTheManagerGainsNothing() public {
        address hostile = address(new HostileTarget(IAccessManager(address(manager))));
        vm.prank(admin);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, hostile, ADMIN)
        );
        manager.execute(hostile, hex"12345678");
    }

    /// @dev A longer setback than the role's own cannot be had around: the operation waits in full.
    function testFuzz_schedule_neverRunsBeforeItsDelay(uint48 when, uint256 early) public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (1));
        uint256 asked = clock();
        when = uint48(bound(when, asked, asked + 30 days));
        vm.prank(operator);
        if (when < asked + EXECUTION_DELAY) vm.expectRevert();
        manager.schedule(address(target), data, when);
        if (when < asked + EXECUTION_DELAY) return;

        skip(bound(early, 0, when - asked - 1));
        bytes32 id = manager.hashOperation(operator, address(target), data);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        target.set(1);
        vm.warp(when);
        vm.prank(operator);
        target.set(1);
    }

    /// @dev A closed target is closed to what was scheduled before, too.
    function test_closed_stopsWhatIsReady() public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (1));
        vm.prank(operator);
        manager.schedule(address(target), data, 0);
        skip(EXECUTION_DELAY);
        vm.prank(pauser);
        manager.setTargetClosed(address(target), true);
        vm.startPrank(operator);
        vm.expectRevert();
        target.set(1);
        vm.expectRevert();
        manager.execute(address(target), data);
        vm.stopPrank();
    }
}
