// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";

/// @dev Rotation: everything moves, nothing is gained, nothing is left. @dev Trust: test only.
contract KeyRotationTest is RoleFixture {
    uint256 private constant NEXT_KEY = 0xb1;
    address private next = vm.addr(NEXT_KEY);

    function test_rotate_movesEveryRoleAfterTheLongestGrantDelay() public {
        _grantNow(OPERATOR_ADMIN, operator, 2 hours, uint48(clock() + 90 days));
        vm.prank(admin);
        manager.setGrantDelay(OPERATOR_ADMIN, 3 days);
        (, uint48 until, , , , , ) = manager.getGrant(OPERATOR_ADMIN, operator);
        _request(operator, operator);

        uint48 readyAt = uint48(clock() + 3 days);
        vm.warp(readyAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRoleManager.RoleManagerRotationNotReady.selector, operator, next, readyAt)
        );
        manager.executeRotation(operator, next);
        vm.warp(readyAt);
        manager.executeRotation(operator, next);

        assertEq(manager.rolesOf(operator).length, 0, "nothing left behind");
        assertEq(manager.rolesOf(next).length, 2, "everything moved");
        (bool member, uint32 delay) = manager.hasRole(OPERATOR, next);
        assertTrue(member && delay == EXECUTION_DELAY, "with its delay");
        (, uint48 movedUntil, uint32 movedDelay, , , , ) = manager.getGrant(OPERATOR_ADMIN, next);
        assertEq(movedUntil, until, "with its expiry");
        assertEq(movedDelay, 2 hours, "with its delay");
    }

    function test_rotate_needsTheNewKeysOwnProof() public {
        IKeyBindings.KeyProof memory proof = _proof(next);
        bytes memory signature = _sign(0xa4, proof);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, next));
        manager.requestRotation(operator, proof, signature);
    }

    function test_rotate_requestedByTheOldKeyOrAnAdminOnly() public {
        IKeyBindings.KeyProof memory proof = _proof(next);
        bytes memory signature = _sign(NEXT_KEY, proof);
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, stranger, ADMIN)
        );
        manager.requestRotation(operator, proof, signature);

        vm.prank(admin);
        manager.requestRotation(operator, proof, signature);
        (address pending, , ) = manager.rotationOf(operator);
        assertEq(pending, next, "an admin can");
    }

    function test_rotate_revokedKeyCannotAsk() public {
        _bind(0xa4);
        vm.prank(registrar);
        manager.revokeBinding(operator);
        IKeyBindings.KeyProof memory proof = _proof(next);
        bytes memory signature = _sign(NEXT_KEY, proof);

        vm.prank(operator);
        vm.expectRevert(
            abi.encodeWithSelector(IRoleManager.RoleManagerRotationUnauthorized.selector, operator, operator)
        );
        manager.requestRotation(operator, proof, signature);
    }

    /// @dev The thief of a key asked first, then the key was revoked: what it asked for must not happen.
    function test_rotate_diesWithTheBindingOfTheKeyThatAsked() public {
        _bind(0xa4);
        _request(operator, operator);
        vm.prank(registrar);
        manager.revokeBinding(operator);
        skip(GRANT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNoRotation.selector, operator, next));
        manager.executeRotation(operator, next);

        _request(operator, admin);
        skip(GRANT_DELAY);
        manager.executeRotation(operator, next);
        assertTrue(_isMember(manager, OPERATOR, next), "an admin can still ask");
    }

    /// @dev What the new key itself had scheduled stays; what the old one had does not pass to it.
    function test_rotate_ontoAMemberKeepsItsOperationsAndItsSince() public {
        _grantNow(OPERATOR, next, EXECUTION_DELAY, 0);
        uint48 since = _since(OPERATOR, next);
        bytes memory own = abi.encodeCall(ManagedTarget.set, (1));
        bytes memory others = abi.encodeCall(ManagedTarget.set, (2));
        _request(operator, operator);
        skip(GRANT_DELAY);
        vm.prank(next);
        manager.schedule(address(target), own, 0);
        vm.prank(operator);
        manager.schedule(address(target), others, 0);
        manager.executeRotation(operator, next);
        skip(EXECUTION_DELAY);

        assertEq(_since(OPERATOR, next), since, "the earlier beginning");
        vm.startPrank(next);
        target.set(1);
        bytes32 id = manager.hashOperation(next, address(target), others);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        target.set(2);
        vm.stopPrank();
    }

    /// @dev An expired grant of the new key is no grant: nothing of it comes back.
    function test_rotate_ontoAnExpiredMemberTakesTheOldKeysGrant() public {
        _grantNow(OPERATOR, next, 2 hours, uint48(clock() + GRANT_DELAY + 2 hours));
        skip(GRANT_DELAY);
        _request(operator, operator);
        skip(GRANT_DELAY);
        manager.executeRotation(operator, next);

        (, uint48 until, uint32 delay, , , , ) = manager.getGrant(OPERATOR, next);
        assertTrue(until == 0 && delay == EXECUTION_DELAY, "the old key's terms");
        assertEq(manager.rolesOf(next).length, 1, "listed once");
    }

    function test_rotate_guardianOfAnyRoleVetoes() public {
        _request(operator, operator);
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IRoleManager.RoleManagerRotationUnauthorized.selector, stranger, operator)
        );
        manager.vetoRotation(operator, next);

        vm.prank(guardian);
        manager.vetoRotation(operator, next);
        skip(GRANT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNoRotation.selector, operator, next));
        manager.executeRotation(operator, next);
    }

    function test_rotate_expires() public {
        _request(operator, operator);
        skip(GRANT_DELAY + 1 weeks);
        vm.expectRevert(
            abi.encodeWithSelector(IRoleManager.RoleManagerRotationExpired.selector, operator, next, uint48(clock()))
        );
        manager.executeRotation(operator, next);
    }

    /// @dev A role with a longer grant delay that came after the request has its own time.
    function test_rotate_waitsForRolesGrantedSince() public {
        _request(operator, operator);
        uint256 requested = clock();
        vm.prank(admin);
        manager.setGrantDelay(OPERATOR, 5 days);

        vm.warp(requested + GRANT_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRoleManager.RoleManagerRotationNotReady.selector,
                operator,
                next,
                uint48(requested + 5 days)
            )
        );
        manager.executeRotation(operator, next);
    }

    function test_rotate_pendingGrantKeepsItsSince() public {
        _request(operator, operator);
        skip(GRANT_DELAY / 2);
        vm.prank(admin);
        manager.grantRole(OPERATOR_ADMIN, operator, 0);
        uint48 since = _since(OPERATOR_ADMIN, operator);
        skip(GRANT_DELAY / 2);
        manager.executeRotation(operator, next);

        assertEq(_since(OPERATOR_ADMIN, next), since, "pending stays pending");
        assertFalse(_isMember(manager, OPERATOR_ADMIN, next), "not active early");
    }

    function test_rotate_dropsExpiredGrants() public {
        uint48 until = uint48(clock() + GRANT_DELAY + 1 hours);
        vm.prank(admin);
        manager.grantRoleUntil(OPERATOR_ADMIN, operator, 0, until);
        _request(operator, operator);
        vm.warp(until);
        manager.executeRotation(operator, next);

        assertEq(_since(OPERATOR_ADMIN, next), 0, "not revived");
        assertEq(manager.rolesOf(operator).length, 0, "not left behind");
    }

    function testFuzz_rotate_longerDelayAndEarlierExpiryWin(uint32 a, uint32 b, uint48 untilA, uint48 untilB) public {
        a = uint32(bound(a, 0, GRANT_DELAY));
        b = uint32(bound(b, 0, GRANT_DELAY));
        uint256 soon = clock() + 10 days;
        untilA = untilA % 3 == 0 ? 0 : uint48(bound(untilA, soon, soon + 300 days));
        untilB = untilB % 3 == 0 ? 0 : uint48(bound(untilB, soon, soon + 300 days));
        _grantNow(OPERATOR, stranger, a, untilA);
        _grantNow(OPERATOR, next, b, untilB);
        _request(stranger, stranger);
        skip(GRANT_DELAY);
        manager.executeRotation(stranger, next);

        (, uint48 until, uint32 delay, , , , ) = manager.getGrant(OPERATOR, next);
        assertEq(delay, a > b ? a : b, "longer delay");
        uint48 earlier = untilA == 0 || (untilB != 0 && untilB < untilA) ? untilB : untilA;
        assertEq(until, earlier, "earlier expiry");
        assertEq(manager.rolesOf(next).length, 1, "listed once");
    }

    function test_rotate_oldKeysOperationsStayDead() public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (5));
        _request(operator, operator);
        skip(GRANT_DELAY);
        vm.prank(operator);
        manager.schedule(address(target), data, uint48(clock() + GRANT_DELAY + 1 hours));
        manager.executeRotation(operator, next);
        _grantNow(OPERATOR, operator, EXECUTION_DELAY, 0);
        skip(1 hours);

        bytes32 id = manager.hashOperation(operator, address(target), data);
        assertTrue(manager.getSchedule(id) != 0, "still on record");
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        target.set(5);
        vm.prank(operator);
        manager.schedule(address(target), data, 0);
    }

    function test_rotate_keyBoundRolesNeedAConfirmedKey() public {
        _bind(0xa5);
        _request(signer, signer);
        skip(GRANT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerBindingRequired.selector, next, SIGNER));
        manager.executeRotation(signer, next);

        IKeyBindings.Binding memory binding = manager.bindingOf(next);
        vm.prank(registrar);
        manager.confirmBinding(next, binding.custody, binding.tier, binding.rotateBy);
        manager.executeRotation(signer, next);
        assertTrue(_isMember(manager, SIGNER, next), "the new key works");
        assertTrue(manager.bindingOf(signer).status == IKeyBindings.Status.Revoked, "the old one is over");
    }

    function test_rotate_lastAdminMoves() public {
        _request(admin, admin);
        manager.executeRotation(admin, next);
        assertTrue(_isMember(manager, ADMIN, next), "admin moved");
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerLastAdmin.selector, next));
        manager.renounceRole(ADMIN, next);
    }

    /// @dev EIP-7825 caps a transaction at 16,777,216 gas.
    function test_rotate_64RolesFitOneTransaction() public {
        vm.startPrank(admin);
        for (uint64 id = 100; id < 163; ++id) {
            manager.setGrantDelay(id, 1 hours);
            manager.grantRoleUntil(id, operator, uint32(id), uint48(clock() + 365 days));
        }
        assertEq(manager.rolesOf(operator).length, 64, "as many as there may be");
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerTooManyRoles.selector, operator, 64));
        manager.grantRole(163, operator, 0);
        vm.stopPrank();
        _request(operator, operator);
        skip(GRANT_DELAY);

        uint256 before = gasleft();
        manager.executeRotation(operator, next);
        assertLe(before - gasleft() + 21_000, 16_777_216, "below the cap");
        assertEq(manager.rolesOf(next).length, 64, "all moved");
        for (uint64 id = 100; id < 163; ++id) assertTrue(_isMember(manager, id, next), "active");
    }

    function _request(address previous, address by) private {
        IKeyBindings.KeyProof memory proof = _proof(next);
        bytes memory signature = _sign(NEXT_KEY, proof);
        vm.prank(by);
        manager.requestRotation(previous, proof, signature);
    }
}
