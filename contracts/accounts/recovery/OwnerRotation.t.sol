// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../../test/contracts/Vm.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/// @dev How an owner hands over, and when it cannot. @dev Trust: test only.
contract OwnerRotationTest is RecoveryFixture {
    uint48 private _deadline;

    function setUp() public override {
        super.setUp();
        // While frozen the account itself pays for nothing.
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
        _deadline = _tomorrow();
    }

    function test_OwnerHandsOverToOneThatAgrees() external {
        assertTrue(_rotate(), "the operation");
        assertTrue(_ownerIs(account, _newOwner()), "owner");
    }

    function test_OwnerThatDidNotAgreeIsRefused() external {
        bytes memory forged = _agreement(OWNER_KEY);
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidOwner.selector, _newOwner()));
        recovery.rotateOwner(_newOwner(), _deadline, forged);
    }

    /// @dev Which a recovery of the owner would end.
    function test_NotOutOfAFreeze() external {
        this.freeze(ONE);
        assertFalse(_rotate(), "frozen");
        this.unfreeze(TWO);
        assertTrue(_rotate(), "lifted");
    }

    function test_NotAwayFromAPendingRecovery() external {
        _schedule(_newOwner(), TWO);
        assertFalse(_rotate(), "pending");
        _cancel();
        assertTrue(_rotate(), "cancelled");
    }

    /// @dev Else a thief would hand over to itself until the account's count of owners is full, and recoveries with it.
    function test_NotTwiceInAnHour() external {
        assertTrue(_rotate(), "first");
        skip(1 hours - 1);
        uint48 nextAt = uint48(clock() + 1);
        _deadline = _tomorrow();
        bytes memory agreement = _agreement(NEW_KEY);
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryRotatedRecently.selector, nextAt));
        recovery.rotateOwner(_newOwner(), _deadline, agreement);
        skip(1);
        vm.prank(address(account));
        recovery.rotateOwner(_newOwner(), _deadline, agreement);
        // What the rule is for: with the count full, guardians' request is in order and the account cannot follow it.
        bytes32 base = 0xfabcb19e936b63df1ec632586b4d090e5a91affff7afdde62d0b9e7dd3f82b00;
        vm.store(address(account), base, vm.load(address(account), base) | bytes32(uint256(0xffff) << 192));
        _schedule(_ownerOf(0x5), TWO);
        skip(2 days);
        vm.expectRevert();
        recovery.finalize(address(account));
    }

    /// @dev Else a thief would void them at no cost, for ever.
    function test_ApprovalsStayGood() external {
        bytes memory heir = _ownerOf(0x5);
        bytes32 digest = recovery.recoveryDigest(address(account), terms, heir, _deadline);
        assertTrue(_rotate(), "the operation");
        recovery.schedule(address(account), terms, heir, _deadline, _approvals(digest, TWO));
        assertTrue(_isPending(), "pending");
    }

    // --- Private ---

    function _agreement(uint256 key) private view returns (bytes memory) {
        bytes32 type_ = keccak256("OwnerRotation(address account,bytes newOwner,uint48 deadline)");
        return _ecdsa(key, _digest(keccak256(abi.encode(type_, address(account), keccak256(_newOwner()), _deadline))));
    }

    /// @dev By an operation of the owner.
    function _rotate() private returns (bool) {
        bytes memory call = abi.encodeCall(recovery.rotateOwner, (_newOwner(), _deadline, _agreement(NEW_KEY)));
        return _run(_single(address(recovery), 0, call));
    }
}
