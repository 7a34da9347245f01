// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {RoleFixture} from "./RoleFixture.t.sol";
import {RoleMarks} from "./RoleMarks.sol";

/// @dev Gap 10: the storage of AccessManager 5.7.0 as we use it, against its own getters. @dev Trust: test only.
contract AccessLayoutTest is RoleFixture {
    AccessManager private stock;

    function setUp() public override {
        super.setUp();
        stock = new AccessManager(admin);
        vm.prank(admin);
        stock.grantRole(OPERATOR, operator, 0);
    }

    function test_gap10_stock_unusedBitsSurviveWritesAndFallToDelete() public {
        bytes32 slot = _grantSlot(OPERATOR, operator);
        uint256 high = uint256(keccak256("anything")) << 160;
        vm.store(address(stock), slot, bytes32(uint256(vm.load(address(stock), slot)) | high));

        vm.startPrank(admin);
        stock.grantRole(OPERATOR, operator, 7);
        uint256 word = uint256(vm.load(address(stock), slot));
        assertEq((word >> 160) << 160, high, "a field write leaves the 96 high bits");
        stock.revokeRole(OPERATOR, operator);
        vm.stopPrank();
        assertEq(vm.load(address(stock), slot), bytes32(0), "delete clears them");
    }

    function testFuzz_gap10_ours_readsGrantsAsOpenZeppelinDoes(uint256 word, uint64 roleId, address account) public {
        vm.assume(roleId != PUBLIC);
        bytes32 slot = _grantSlot(roleId, account);
        vm.store(address(stock), slot, bytes32(word));
        vm.store(address(manager), slot, bytes32(word));

        (uint48 since, uint32 delay, uint32 pending, uint48 effect) = stock.getAccess(roleId, account);
        (uint48 ourSince, uint48 until, uint32 ourDelay, uint32 ourPending, uint48 ourEffect, , ) = manager.getGrant(
            roleId,
            account
        );
        assertEq(ourSince, since, "since");
        assertEq(ourDelay, delay, "delay");
        assertEq(ourPending, pending, "pending delay");
        assertEq(ourEffect, effect, "effect");

        (bool stockMember, uint32 stockDelay) = stock.hasRole(roleId, account);
        (bool member, uint32 executionDelay) = manager.hasRole(roleId, account);
        bool expired = until != 0 && clock() >= until;
        bool unbound = word >> 255 != 0;
        assertTrue(member == (stockMember && !expired && !unbound), "a member, unless expired or unbound");
        assertEq(executionDelay, stockDelay, "execution delay");
    }

    function testFuzz_gap10_ours_readsRolesAsOpenZeppelinDoes(uint256 word, uint64 roleId) public {
        bytes32 slot = bytes32(uint256(keccak256(abi.encode(roleId, uint256(1)))) + 1);
        vm.store(address(stock), slot, bytes32(word));
        vm.store(address(manager), slot, bytes32(word));

        (uint32 grantDelay, , , bool keyBound, ) = manager.getRoleSettings(roleId);
        assertEq(grantDelay, stock.getRoleGrantDelay(roleId), "grant delay");
        assertEq(manager.getRoleAdmin(roleId), stock.getRoleAdmin(roleId), "admin");
        assertEq(manager.getRoleGuardian(roleId), stock.getRoleGuardian(roleId), "guardian");
        assertTrue(keyBound == ((word >> 240) & 1 != 0), "key-bound is the first of the 16 unused bits");
    }

    function testFuzz_gap10_ours_readsTargetsAsOpenZeppelinDoes(uint256 word, address account) public {
        bytes32 slot = bytes32(uint256(keccak256(abi.encode(account, uint256(0)))) + 1);
        vm.store(address(stock), slot, bytes32(word));
        vm.store(address(manager), slot, bytes32(word));

        (uint32 adminDelay, , ) = manager.getAdminDelay(account);
        assertEq(adminDelay, stock.getTargetAdminDelay(account), "admin delay");
        assertTrue(manager.isTargetClosed(account) == stock.isTargetClosed(account), "closed");
        (bool immediate, ) = manager.canCall(admin, account, 0x12345678);
        assertTrue(immediate == !stock.isTargetClosed(account), "canCall reads the same flag");
    }

    /// @dev 14 bits hold a year's delay: never less than it was, exact for whole units.
    function testFuzz_marks_longestDelayIsRoundedUpOnly(uint32 delay, uint16 raw) public pure {
        delay = uint32(bound(delay, 0, 365 days));
        RoleMarks before = RoleMarks.wrap(raw & 3);
        RoleMarks marks = before.withDelay(delay);

        assertTrue(marks.isGranted(), "granted");
        assertTrue(marks.isKeyBound() == before.isKeyBound(), "key-bound stays");
        assertTrue(marks.isVital() == before.isVital(), "vital stays");
        assertGe(marks.longestDelay(), delay, "never less");
        uint32 unit =
            delay <= 4095
                ? 1
                : delay <= 4095 minutes
                    ? 1 minutes
                    : delay <= 4095 hours
                        ? 1 hours
                        : 1 days;
        assertEq(marks.longestDelay(), ((delay + unit - 1) / unit) * unit, "up to the next whole unit");
    }

    function _grantSlot(uint64 roleId, address account) private pure returns (bytes32) {
        return keccak256(abi.encode(account, keccak256(abi.encode(roleId, uint256(1)))));
    }
}
