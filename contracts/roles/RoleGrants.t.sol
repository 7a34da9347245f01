// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Vm, vm} from "../../test/contracts/Vm.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";

/// @dev Expiry, renewal, veto, clearing, lists, and what the admin cannot do. @dev Trust: test only.
contract RoleGrantsTest is RoleFixture {
    bytes private data = abi.encodeCall(ManagedTarget.set, (1));

    // --- Expiry and renewal ---

    function test_expiry_endsPowerInThatVeryBlock() public {
        uint48 until = uint48(clock() + GRANT_DELAY + 1 days);
        _grantNow(OPERATOR, stranger, 0, until);
        vm.prank(stranger);
        target.set(1);

        vm.warp(until);
        (bool immediate, uint32 delay) = manager.canCall(stranger, address(target), ManagedTarget.set.selector);
        assertTrue(!immediate && delay == 0, "canCall");
        vm.prank(stranger);
        vm.expectRevert();
        target.set(2);
    }

    function test_expiry_isNotBeforeTheGrantBegins() public {
        uint48 since = uint48(clock() + GRANT_DELAY);
        vm.prank(operatorAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(IRoleManager.RoleManagerInvalidExpiry.selector, OPERATOR, stranger, since)
        );
        manager.grantRoleUntil(OPERATOR, stranger, 0, since);
    }

    function test_expiry_adminNever() public {
        vm.startPrank(admin);
        bytes memory refusal = abi.encodeWithSelector(IRoleManager.RoleManagerAdminExpiry.selector, stranger);
        vm.expectRevert(refusal);
        manager.grantRoleUntil(ADMIN, stranger, 0, uint48(clock() + 1 days));
        manager.grantRole(ADMIN, stranger, 0);
        vm.expectRevert(refusal);
        manager.renewRole(ADMIN, stranger, uint48(clock() + 1 days));
        vm.stopPrank();
    }

    function testFuzz_renewal_laterWaitsTheGrantDelay(uint256 lifetime, uint256 extension) public {
        lifetime = bound(lifetime, 1, 400 days);
        extension = bound(extension, GRANT_DELAY + 2, 400 days);
        uint48 until = uint48(clock() + GRANT_DELAY + 1 + lifetime);
        _grantNow(OPERATOR, stranger, 0, until);
        uint256 asked = clock();
        uint48 later = uint48(until + extension);
        vm.prank(operatorAdmin);
        manager.renewRole(OPERATOR, stranger, later);

        if (until < asked + GRANT_DELAY) {
            vm.warp(until);
            assertFalse(_isMember(manager, OPERATOR, stranger), "a late renewal leaves a gap");
        }
        (uint48 before, , , , , uint48 pending, uint48 effect) = _expiry(stranger);
        assertTrue(before == until && pending == later, "the old expiry rules, the new one waits");
        assertGe(effect, asked + GRANT_DELAY, "at least the grant delay");
        assertLe(effect, asked + GRANT_DELAY + 1, "kept in steps of two seconds");
        vm.warp(effect);
        (uint48 current, , , , , , uint48 none) = _expiry(stranger);
        assertTrue(current == later && none == 0, "then the new one rules");
        assertTrue(_isMember(manager, OPERATOR, stranger), "a member again");
        vm.warp(later);
        assertFalse(_isMember(manager, OPERATOR, stranger), "to its end");
    }

    function test_renewal_earlierActsAtOnceDespiteAnExecutionDelay() public {
        _grantNow(OPERATOR_ADMIN, stranger, 12 hours, 0);
        uint48 until = uint48(clock() + 1 hours);
        vm.prank(stranger);
        manager.renewRole(OPERATOR, operator, until);
        vm.warp(until);
        assertFalse(_isMember(manager, OPERATOR, operator), "shortened");
    }

    function test_renewal_isNoWayAroundTheGrantDelayForTheExpired() public {
        uint48 until = uint48(clock() + GRANT_DELAY + 1 days);
        _grantNow(OPERATOR, stranger, 0, until);
        vm.warp(until);
        vm.prank(operatorAdmin);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotGranted.selector, OPERATOR, stranger));
        manager.renewRole(OPERATOR, stranger, until + 100 days);
    }

    function test_veto_takesBackARenewalAndAShorterDelay() public {
        uint48 until = uint48(clock() + 30 days);
        _grantNow(OPERATOR, stranger, 4 hours, until);
        vm.prank(operatorAdmin);
        manager.grantRoleUntil(OPERATOR, stranger, 0, until + 30 days);

        vm.prank(guardian);
        manager.vetoGrant(OPERATOR, stranger);
        skip(2 days);
        (uint48 now_, , uint32 delay, , , , ) = _expiry(stranger);
        assertEq(now_, until, "the old expiry");
        assertEq(delay, 4 hours, "the old delay");
    }

    function test_clearExpired_byAnyoneAndOnlyTheExpired() public {
        uint48 until = uint48(clock() + GRANT_DELAY + 1 days);
        _grantNow(OPERATOR, stranger, 0, until);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotExpired.selector, OPERATOR, stranger));
        manager.clearExpired(OPERATOR, stranger);
        vm.warp(until);
        manager.clearExpired(OPERATOR, stranger);
        assertEq(manager.rolesOf(stranger).length, 0, "cleared");
    }

    function test_clearExpired_leavesWhatARenewalWillRevive() public {
        uint48 until = uint48(clock() + GRANT_DELAY + 2 hours);
        _grantNow(OPERATOR, stranger, 0, until);
        vm.prank(operatorAdmin);
        manager.renewRole(OPERATOR, stranger, until + 30 days);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotExpired.selector, OPERATOR, stranger));
        manager.clearExpired(OPERATOR, stranger);
    }

    // --- Revocation and what it leaves ---

    function test_revoke_whatWasScheduledStaysDead() public {
        vm.prank(operator);
        manager.schedule(address(target), data, uint48(clock() + 2 days));
        vm.startPrank(operatorAdmin);
        manager.revokeRole(OPERATOR, operator);
        manager.grantRole(OPERATOR, operator, EXECUTION_DELAY);
        vm.stopPrank();
        skip(2 days);

        bytes32 id = manager.hashOperation(operator, address(target), data);
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        manager.execute(address(target), data);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        target.set(1);
        manager.schedule(address(target), data, 0);
        skip(EXECUTION_DELAY);
        target.set(1);
        vm.stopPrank();
    }

    /// @dev A role admin revokes only its role: what was scheduled under another lives on.
    function test_revoke_leavesOtherRolesOperations() public {
        _grantNow(SIGNER, operator, 0, 0);
        vm.prank(operator);
        manager.schedule(address(target), data, 0);
        vm.prank(operatorAdmin);
        manager.revokeRole(SIGNER, operator);
        skip(EXECUTION_DELAY);
        vm.prank(operator);
        target.set(1);
        assertEq(target.value(), 1, "ran");
    }

    function test_schedule_isVoidOnceTheFunctionMovesToAnotherRole() public {
        _grantNow(OPERATOR_ADMIN, operator, EXECUTION_DELAY, 0);
        vm.prank(operator);
        manager.schedule(address(target), data, 0);
        vm.prank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(ManagedTarget.set.selector), OPERATOR_ADMIN);
        skip(EXECUTION_DELAY);
        bytes32 id = manager.hashOperation(operator, address(target), data);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        target.set(1);
    }

    function test_cancel_byGuardianOfTheRole() public {
        vm.prank(operator);
        (bytes32 id, ) = manager.scheduleCall(address(target), 0, data, 0, 0, "x");
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCancel.selector,
                stranger,
                operator,
                address(target),
                ManagedTarget.set.selector
            )
        );
        manager.cancelCall(operator, address(target), 0, data, 0, "x");
        vm.prank(guardian);
        manager.cancelCall(operator, address(target), 0, data, 0, "x");
        assertEq(manager.getSchedule(id), 0, "cancelled");
    }

    /// @dev Who reads the log can rebuild the id, and so execute.
    function testFuzz_schedule_eventSaysWhatTheIdBinds(uint256 value, bool ends, bytes32 salt) public {
        uint48 deadline = ends ? uint48(clock() + 1 days) : 0;
        vm.recordLogs();
        vm.prank(operator);
        (bytes32 id, uint32 nonce) = manager.scheduleCall(address(target), value, data, 0, deadline, salt);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory log = logs[logs.length - 1];

        assertEq(log.topics[0], IRoleManager.CallScheduled.selector, "event");
        (uint256 value_, uint48 deadline_, bytes32 salt_) = abi.decode(log.data, (uint256, uint48, bytes32));
        assertEq(manager.hashCall(operator, address(target), value_, data, deadline_, salt_), id, "id");
        assertEq(log.topics[1], id, "indexed id");
        assertEq(manager.getNonce(id), nonce, "OpenZeppelin reads the nonce");
        IRoleManager.ScheduledCall memory call = manager.getScheduledCall(id);
        assertEq(manager.getSchedule(id), call.timepoint, "and when it is ready");
        assertEq(call.deadline, ends ? deadline : call.timepoint + 1 weeks, "when it ends");
    }

    function test_schedule_inTheGrantsFirstSecondIsRefused() public {
        vm.prank(operatorAdmin);
        manager.grantRole(OPERATOR, stranger, EXECUTION_DELAY);
        skip(GRANT_DELAY);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerGrantTooFresh.selector, OPERATOR, stranger));
        manager.schedule(address(target), data, 0);
    }

    function test_loosening_byADelayedAdminIsScheduledAndRuns() public {
        _grantNow(OPERATOR_ADMIN, stranger, 12 hours, 0);
        bytes memory grant = abi.encodeCall(
            manager.grantRoleUntil,
            (OPERATOR, stranger, 0, uint48(clock() + 300 days))
        );
        vm.startPrank(stranger);
        manager.schedule(address(manager), grant, 0);
        skip(12 hours);
        manager.execute(address(manager), grant);
        vm.stopPrank();
        assertEq(_since(OPERATOR, stranger), clock() + GRANT_DELAY, "granted, and waits again");
    }

    /// @dev `execute` lets exactly the executed function through.
    function test_execute_multicallOfTheManagerIsNoWayIn() public {
        bytes memory hidden = abi.encodeCall(manager.grantRole, (ADMIN, stranger, 0));
        vm.prank(admin);
        vm.expectRevert();
        manager.execute(address(manager), abi.encodeCall(manager.multicall, (_calls(hidden))));
    }

    // --- Limits ---

    function test_publicRole_administersAndGuardsNothing() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManager.AccessManagerLockedRole.selector, PUBLIC);
        vm.startPrank(admin);
        vm.expectRevert(refusal);
        manager.setRoleAdmin(77, PUBLIC);
        vm.expectRevert(refusal);
        manager.setRoleGuardian(77, PUBLIC);
        vm.expectRevert(refusal);
        manager.grantRole(PUBLIC, stranger, 0);
        vm.stopPrank();
    }

    function test_grant_refusesAccountsNobodyControls() public {
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerInvalidAccount.selector, address(0)));
        manager.grantRole(ADMIN, address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerInvalidAccount.selector, address(manager)));
        manager.grantRole(ADMIN, address(manager), 0);
        vm.stopPrank();
    }

    function test_delays_areAtMostAYear() public {
        vm.startPrank(admin);
        bytes memory refusal = abi.encodeWithSelector(
            IRoleManager.RoleManagerDelayTooLong.selector,
            365 days + 1,
            365 days
        );
        vm.expectRevert(refusal);
        manager.setGrantDelay(OPERATOR, 365 days + 1);
        vm.expectRevert(refusal);
        manager.setTargetAdminDelay(address(target), 365 days + 1);
        vm.stopPrank();
    }

    function testFuzz_tightening_isDecidedByTheArgument(uint32 newDelay) public {
        newDelay = uint32(bound(newDelay, EXECUTION_DELAY, 365 days));
        vm.prank(admin);
        manager.setGrantDelay(ADMIN, 2 days);
        vm.prank(admin);
        manager.grantRole(ADMIN, stranger, 1 days);
        skip(2 days + 1);

        vm.prank(stranger);
        if (newDelay < GRANT_DELAY) vm.expectRevert();
        manager.setGrantDelay(OPERATOR, newDelay);
    }

    function testFuzz_list_holdsExactlyWhatIsGranted(uint64[12] memory ids, uint256 removals) public {
        uint256 expected = 0;
        vm.startPrank(admin);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = uint64(bound(ids[i], 100, 130));
            if (_since(ids[i], stranger) == 0) ++expected;
            manager.grantRole(ids[i], stranger, 0);
        }
        for (uint256 i = 0; i < ids.length; ++i) {
            if ((removals >> i) & 1 == 0 || _since(ids[i], stranger) == 0) continue;
            manager.revokeRole(ids[i], stranger);
            --expected;
        }
        vm.stopPrank();
        uint64[] memory roles = manager.rolesOf(stranger);
        assertEq(roles.length, expected, "as many as granted");
        for (uint256 i = 0; i < roles.length; ++i) assertTrue(_since(roles[i], stranger) != 0, "each granted");
    }

    /// @dev until, then what {getGrant} returns from its third value on.
    function _expiry(
        address account
    )
        private
        view
        returns (
            uint48 until,
            uint48 since,
            uint32 delay,
            uint32 pending,
            uint48 effect,
            uint48 pendingUntil,
            uint48 untilEffect
        )
    {
        (since, until, delay, pending, effect, pendingUntil, untilEffect) = manager.getGrant(OPERATOR, account);
    }
}
