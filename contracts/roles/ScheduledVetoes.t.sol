// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";

/**
 * @dev What is scheduled against a role, and who stops it: the guardian of the very role that is granted, or whose admin,
 * guardian or functions would change. Role 50 has no grant delay, so that nothing but the schedule leaves time.
 * @dev Trust: test only.
 */
contract ScheduledVetoesTest is RoleFixture {
    uint64 private constant FAST = 50;
    uint64 private constant WATCH = 51;
    uint64 private constant EVIL = 52;
    uint32 private constant DELAY = 12 hours;

    address private immutable watcher = vm.addr(0xc1);
    address private immutable delayed = vm.addr(0xc2);
    address private immutable thief = vm.addr(0xc3);

    function setUp() public override {
        super.setUp();
        vm.startPrank(admin);
        manager.setRoleAdmin(FAST, OPERATOR_ADMIN);
        manager.setRoleGuardian(FAST, WATCH);
        manager.grantRole(WATCH, watcher, 0);
        manager.grantRole(EVIL, thief, 0);
        vm.stopPrank();
        _grantNow(OPERATOR_ADMIN, delayed, DELAY, 0);
    }

    // --- A scheduled grant ---

    function test_scheduledGrant_isCancelledByTheGuardianOfTheRoleItGrants() public {
        vm.prank(operatorAdmin);
        manager.grantRoleUntil(FAST, stranger, 0, uint48(clock() + 30 days));
        bytes[3] memory grants = [
            abi.encodeCall(manager.grantRole, (FAST, thief, 0)),
            abi.encodeCall(manager.grantRoleUntil, (FAST, thief, 0, 0)),
            abi.encodeCall(manager.renewRole, (FAST, stranger, 0))
        ];
        for (uint256 i = 0; i < grants.length; ++i) {
            _schedule(delayed, grants[i]);
            vm.prank(watcher);
            manager.cancel(delayed, address(manager), grants[i]);
        }
        skip(DELAY);
        for (uint256 i = 0; i < grants.length; ++i) _expectNotScheduled(delayed, grants[i]);
        assertFalse(_isMember(manager, FAST, thief), "the thief got nothing");
    }

    function test_scheduledGrant_withASaltIsCancelledToo() public {
        bytes memory grant = abi.encodeCall(manager.grantRole, (FAST, thief, 0));
        vm.prank(delayed);
        manager.scheduleCall(address(manager), 0, grant, 0, 0, "salt");
        vm.prank(watcher);
        manager.cancelCall(delayed, address(manager), 0, grant, 0, "salt");
        skip(DELAY);
        vm.prank(delayed);
        vm.expectRevert();
        manager.executeCall(address(manager), grant, 0, "salt");
    }

    function test_scheduledGrant_ofAnotherRoleIsNotTheGuardians() public {
        bytes memory grant = abi.encodeCall(manager.grantRole, (OPERATOR, thief, 0));
        _schedule(delayed, grant);
        _expectNoVeto(watcher, delayed, grant);
        vm.prank(guardian);
        manager.cancel(delayed, address(manager), grant);
    }

    /// @dev An account is no role, even where its low bits are a role's id.
    function testFuzz_scheduledConfirmation_isNoRolesBusiness(uint96 high) public {
        high = uint96(bound(high, 1, type(uint96).max));
        _grantNow(_roleId("registrar"), thief, 0, 0);
        vm.prank(admin);
        manager.setGrantDelay(_roleId("registrar"), 1 days);
        vm.prank(admin);
        manager.grantRole(_roleId("registrar"), delayed, 1 days);
        skip(1 days + 1);
        address account = address((uint160(high) << 64) | FAST);
        bytes memory exempts = abi.encodeCall(manager.exempt, (account));
        _schedule(delayed, exempts);
        _expectNoVeto(watcher, delayed, exempts);
    }

    // --- Who administers and guards a role ---

    function test_setRoleGuardian_cannotTakeTheVetoAwayAtOnce() public {
        bytes memory unguard = abi.encodeCall(manager.setRoleGuardian, (OPERATOR, EVIL));
        _expectNotScheduled(admin, unguard);

        _schedule(admin, unguard);
        skip(GRANT_DELAY - 1);
        vm.prank(admin);
        vm.expectRevert();
        manager.setRoleGuardian(OPERATOR, EVIL);
        vm.prank(guardian);
        manager.cancel(admin, address(manager), unguard);
        skip(1);
        _expectNotScheduled(admin, unguard);
        assertEq(manager.getRoleGuardian(OPERATOR), GUARDIAN, "the guardian stays");
    }

    function test_setRoleAdmin_cannotHandTheRoleToAThiefAtOnce() public {
        bytes memory handOver = abi.encodeCall(manager.setRoleAdmin, (OPERATOR, EVIL));
        _expectNotScheduled(admin, handOver);

        _schedule(admin, handOver);
        vm.prank(guardian);
        manager.cancel(admin, address(manager), handOver);
        skip(GRANT_DELAY);
        _expectNotScheduled(admin, handOver);
        assertEq(manager.getRoleAdmin(OPERATOR), OPERATOR_ADMIN, "the admin stays");
    }

    function test_settings_changeAfterTheGrantDelayIfNobodyObjects() public {
        bytes memory guard = abi.encodeCall(manager.setRoleGuardian, (OPERATOR, WATCH));
        bytes memory administer = abi.encodeCall(manager.setRoleAdmin, (OPERATOR, EVIL));
        _schedule(admin, guard);
        _schedule(admin, administer);
        skip(GRANT_DELAY);
        vm.startPrank(admin);
        manager.setRoleGuardian(OPERATOR, WATCH);
        manager.execute(address(manager), administer);
        vm.stopPrank();
        assertEq(manager.getRoleGuardian(OPERATOR), WATCH, "guardian");
        assertEq(manager.getRoleAdmin(OPERATOR), EVIL, "admin");
    }

    /// @dev A first guardian is one more who can object; ADMIN_ROLE as admin takes a role from whoever had it.
    function test_settings_thatTightenActAtOnce() public {
        vm.startPrank(admin);
        manager.setGrantDelay(53, 3 days);
        manager.setRoleGuardian(53, WATCH);
        manager.setRoleAdmin(OPERATOR, ADMIN);
        vm.stopPrank();
        assertEq(manager.getRoleGuardian(53), WATCH, "guarded");
        assertEq(manager.getRoleAdmin(OPERATOR), ADMIN, "taken back");
    }

    /// @dev Nobody ever held the role: there is nothing to hand over.
    function test_settings_ofARoleNeverGrantedGetTheirFirstAdminAtOnce() public {
        vm.startPrank(admin);
        manager.setGrantDelay(53, 3 days);
        manager.setRoleGuardian(53, WATCH);
        manager.setRoleAdmin(53, OPERATOR_ADMIN);
        vm.stopPrank();
        assertEq(manager.getRoleAdmin(53), OPERATOR_ADMIN, "at once");
    }

    // --- Which role calls a function ---

    function test_setTargetFunctionRole_isCancelledByTheGuardianOfTheRoleThatLosesTheFunction() public {
        vm.startPrank(admin);
        manager.setTargetAdminDelay(address(target), 2 days);
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = bytes4("new");
        selectors[1] = ManagedTarget.set.selector;
        bytes memory move = abi.encodeCall(manager.setTargetFunctionRole, (address(target), selectors, EVIL));
        manager.schedule(address(manager), move, 0);
        vm.stopPrank();

        _expectNoVeto(watcher, admin, move);
        vm.prank(guardian);
        manager.cancel(admin, address(manager), move);
        skip(2 days);
        _expectNotScheduled(admin, move);
        assertEq(manager.getTargetFunctionRole(address(target), ManagedTarget.set.selector), OPERATOR, "stays");
    }

    // --- Private ---

    function _schedule(address caller, bytes memory call) private {
        vm.prank(caller);
        manager.schedule(address(manager), call, 0);
    }

    function _expectNotScheduled(address caller, bytes memory call) private {
        bytes32 id = manager.hashOperation(caller, address(manager), call);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.execute(address(manager), call);
    }

    function _expectNoVeto(address by, address caller, bytes memory call) private {
        vm.prank(by);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCancel.selector,
                by,
                caller,
                address(manager),
                bytes4(call)
            )
        );
        manager.cancel(caller, address(manager), call);
    }
}
