// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../../test/contracts/Vm.sol";
import {ISmartAccount, MODULE_TYPE_RECOVERY} from "../ISmartAccount.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/**
 * @dev Who tries again and again: a thief with the owner's key, a minority of guardians, one guardian who freezes.
 * @dev Trust: test only.
 */
contract RecoveryPersistenceTest is RecoveryFixture {
    // --- Vetoes ---

    function test_OwnerVetoesWhatIsPending() external {
        _schedule(_newOwner(), TWO);
        assertTrue(_run(_single(address(recovery), 0, abi.encodeCall(recovery.cancel, (terms)))), "cancel");
        assertFalse(_isPending(), "pending");
        skip(2 days);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNotPending.selector, address(account)));
        recovery.finalize(address(account));
    }

    function test_NobodyElseVetoes() external {
        _schedule(_newOwner(), TWO);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryWrongTerms.selector, address(this)));
        recovery.cancel(terms);
    }

    /// @dev Also those not submitted yet.
    function test_CancelVoidsAllApprovals() external {
        uint48 deadline = _tomorrow();
        bytes memory idle = _approvals(recovery.recoveryDigest(address(account), terms, _newOwner(), deadline), TWO);
        _cancel();
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _newOwner(), deadline, idle);
        _schedule(_newOwner(), TWO);
        bytes memory pending = _approvals(
            recovery.recoveryDigest(address(account), terms, _ownerOf(0x5), deadline),
            ALL
        );
        _cancel();
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _ownerOf(0x5), deadline, pending);
    }

    /// @dev Approvals gathered while another request was pending.
    function test_RecoveryVoidsAllApprovals() external {
        _schedule(_newOwner(), TWO);
        vm.warp(recovery.requestOf(address(account)).readyAt);
        uint48 deadline = _tomorrow();
        bytes memory approvals = _approvals(
            recovery.recoveryDigest(address(account), terms, _ownerOf(0x5), deadline),
            ALL
        );
        uint256 state = vm.snapshotState();
        recovery.schedule(address(account), terms, _ownerOf(0x5), deadline, approvals);
        vm.revertToState(state);
        recovery.finalize(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _ownerOf(0x5), deadline, approvals);
    }

    function test_ThiefRunsOutOfVetoes() external {
        for (uint256 i = 0; i < 3; ++i) {
            _schedule(_newOwner(), TWO);
            vm.warp(recovery.requestOf(address(account)).readyAt - 1);
            _cancel();
        }
        // Nor can approvals be voided for free.
        (, uint48 backAt) = recovery.vetoesOf(address(account), terms);
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryVetoesUsedUp.selector, backAt));
        recovery.cancel(terms);

        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInsufficientWeight.selector, 2, 3));
        this.schedule(_newOwner(), TWO);
        _schedule(_newOwner(), ALL);
        assertTrue(recovery.requestOf(address(account)).isFinal, "final");
        assertEq(recovery.requestOf(address(account)).readyAt, clock() + 4 days, "twice the delay");
        vm.prank(address(account));
        vm.expectRevert(IGuardianRecovery.RecoveryFinal.selector);
        recovery.cancel(terms);
        skip(4 days);
        recovery.finalize(address(account));
        assertTrue(_ownerIs(account, _newOwner()), "owner");
    }

    /// @dev A veto that came back meanwhile does not stop what was asked for without.
    function test_FinalRequestStaysFinal() external {
        Draft memory draft = _draft(keys);
        (draft.delay, draft.expiry) = (20 days, 20 days);
        draft.refill = 122 days;
        terms = _encode(draft);
        account = _fresh();
        for (uint256 i = 0; i < 3; ++i) _cancel();
        skip(100 days);
        _schedule(_newOwner(), ALL);
        skip(39 days);
        (uint256 left, ) = recovery.vetoesOf(address(account), terms);
        assertEq(left, 1, "one is back");
        vm.prank(address(account));
        vm.expectRevert(IGuardianRecovery.RecoveryFinal.selector);
        recovery.cancel(terms);
    }

    function test_VetoesComeBackOneByOne() external {
        for (uint256 i = 0; i < 3; ++i) _cancel();
        skip(30 days - 1);
        (uint256 left, ) = recovery.vetoesOf(address(account), terms);
        assertEq(left, 0, "before");
        skip(1);
        (left, ) = recovery.vetoesOf(address(account), terms);
        assertEq(left, 1, "after one refill");
        skip(365 days);
        (left, ) = recovery.vetoesOf(address(account), terms);
        assertEq(left, 3, "never more than the terms have");
    }

    // --- A minority of guardians ---

    function test_MinorityThatAsksForEverGetsNothing() external {
        _five();
        for (uint256 i = 0; i < 3; ++i) {
            _schedule(_ownerOf(THIEF_KEY), TWO);
            _cancel();
        }
        for (uint256 month = 0; month < 12; ++month) {
            vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInsufficientWeight.selector, 2, 5));
            this.schedule(_ownerOf(THIEF_KEY), TWO);
            skip(30 days);
            // One veto is back, as is one request.
            _schedule(_ownerOf(THIEF_KEY), TWO);
            _cancel();
        }
        assertTrue(_ownerIs(account, _ownerOf(OWNER_KEY)), "owner");
    }

    function test_MajorityReplacesAMinoritysRequest() external {
        _five();
        _schedule(_ownerOf(THIEF_KEY), TWO);
        (uint48 expiresAt, uint16 weight) = (
            recovery.requestOf(address(account)).expiresAt,
            recovery.requestOf(address(account)).weight
        );
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryPending.selector, expiresAt, weight));
        this.schedule(_ownerOf(THIEF_KEY), 12);
        _schedule(_newOwner(), 28);
        // And the minority cannot take it back.
        vm.expectRevert();
        this.schedule(_ownerOf(THIEF_KEY), TWO);
        skip(2 days);
        recovery.finalize(address(account));
        assertTrue(_ownerIs(account, _newOwner()), "owner");
    }

    function test_MinorityDoesNotVetoItsOwnRemoval() external {
        _five();
        uint256[] memory three = new uint256[](3);
        (three[0], three[1], three[2]) = (keys[2], keys[3], keys[4]);
        _propose(_encode(_draft(three)));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInsufficientWeight.selector, 2, 3));
        this.vetoChange(TWO);
        this.vetoChange(28);
        assertEq(recovery.changeOf(address(account)).readyAt, 0, "vetoed");
    }

    function test_ExpiredRequestMakesRoom() external {
        _schedule(_newOwner(), TWO);
        skip(9 days);
        assertFalse(_isPending(), "pending");
        _schedule(_newOwner(), TWO);
        assertTrue(_isPending(), "pending again");
    }

    // --- Changes ---

    function test_ChangeRulesAfterItsWait() external {
        bytes memory next = _weaker();
        _propose(next);
        uint48 readyAt = recovery.changeOf(address(account)).readyAt;
        assertEq(readyAt, clock() + 12 days, "longer than twice the delay and the expiry");
        vm.warp(readyAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IGuardianRecovery.RecoveryChangeNotReady.selector, readyAt, readyAt + 30 days)
        );
        recovery.applyChange(address(account));
        vm.warp(readyAt);
        recovery.applyChange(address(account));
        assertTrue(recovery.hasTerms(address(account), next), "new terms");
        assertFalse(recovery.hasTerms(address(account), terms), "old terms");
    }

    function test_ForgottenChangeExpires() external {
        _propose(_weaker());
        skip(42 days);
        vm.expectRevert();
        recovery.applyChange(address(account));
        // A veto does not bring it back.
        _cancel();
        skip(12 days);
        vm.expectRevert();
        recovery.applyChange(address(account));
    }

    function test_NoChangeWhileARecoveryIsPending() external {
        _propose(_weaker());
        skip(11 days);
        _schedule(_newOwner(), TWO);
        skip(1 days);
        uint48 expiresAt = recovery.requestOf(address(account)).expiresAt;
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryPending.selector, expiresAt, 2));
        recovery.applyChange(address(account));
        skip(1 days);
        recovery.finalize(address(account));
        // What the old owner proposed is void.
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNoChange.selector, address(account)));
        recovery.applyChange(address(account));
        assertTrue(recovery.hasTerms(address(account), terms), "terms");
    }

    /// @dev Without the rule: veto at the last moment, and apply in the same operation what waited meanwhile.
    function test_VetoMakesAChangeWaitAnew() external {
        _propose(_weaker());
        skip(11 days);
        _schedule(_newOwner(), TWO);
        skip(1 days);
        _cancel();
        vm.expectRevert();
        recovery.applyChange(address(account));
        assertEq(recovery.changeOf(address(account)).readyAt, clock() + 12 days, "ready");
    }

    function test_ExpiredRequestDoesNotVoidAChange() external {
        _propose(_weaker());
        _schedule(_newOwner(), TWO);
        skip(12 days);
        recovery.applyChange(address(account));
        assertFalse(recovery.hasTerms(address(account), terms), "changed");
    }

    function test_QuorumVetoesAChange() external {
        _propose(_weaker());
        uint48 deadline = _tomorrow();
        bytes memory approvals = _approvals(_alarmDigest("ChangeVeto", 1, deadline), TWO);
        recovery.vetoChange(address(account), terms, deadline, approvals);
        skip(12 days);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNoChange.selector, address(account)));
        recovery.applyChange(address(account));
        // The veto was for that one, not for the next.
        vm.warp(deadline);
        _propose(_weaker());
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.vetoChange(address(account), terms, deadline, approvals);
    }

    function test_AlarmsAreGoodUntilTheirDeadline() external {
        _propose(_weaker());
        uint48 deadline = _tomorrow();
        bytes memory veto = _approvals(_alarmDigest("ChangeVeto", 1, deadline), TWO);
        bytes memory freeze_ = _approvals(_alarmDigest("Freeze", 1, deadline), ONE);
        bytes memory refusal = abi.encodeWithSelector(IGuardianRecovery.RecoveryDeadlinePassed.selector, deadline);
        vm.warp(uint256(deadline) + 1);
        vm.expectRevert(refusal);
        recovery.vetoChange(address(account), terms, deadline, veto);
        vm.expectRevert(refusal);
        recovery.freeze(address(account), terms, deadline, freeze_);
        this.freeze(ONE);
        bytes memory unfreeze_ = _approvals(_alarmDigest("Unfreeze", 1, deadline), TWO);
        vm.expectRevert(refusal);
        recovery.unfreeze(address(account), terms, deadline, unfreeze_);
    }

    function test_OnlyWhatIsFrozenIsLifted() external {
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNotFrozen.selector, address(account)));
        this.unfreeze(ALL);
    }

    function test_GuardiansDoNotFreezeWhereTheTermsDoNotSaySo() external {
        Draft memory draft = _draft(keys);
        (draft.freeze, draft.rest) = (0, 0);
        terms = _encode(draft);
        account = _fresh();
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryFreezeUsedUp.selector, 0));
        this.freeze(ALL);
    }

    function test_ModuleIsNotRemovedWhileFrozen() external {
        _propose("");
        skip(11 days);
        this.freeze(ONE);
        skip(1 days);
        assertFalse(recovery.isRemovable(address(account)), "frozen");
        skip(2 days);
        assertTrue(recovery.isRemovable(address(account)), "over");
    }

    function test_ChangeVoidsApprovals() external {
        _propose(_weaker());
        vm.warp(recovery.changeOf(address(account)).readyAt);
        uint48 deadline = _tomorrow();
        bytes memory approvals = _approvals(
            recovery.recoveryDigest(address(account), terms, _newOwner(), deadline),
            ALL
        );
        recovery.applyChange(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryWrongTerms.selector, address(account)));
        recovery.schedule(address(account), terms, _newOwner(), deadline, approvals);
    }

    // --- Removal ---

    function test_ModuleIsNotRemovedAtOnce() external {
        bytes memory remove = abi.encodeCall(account.uninstallModule, (MODULE_TYPE_RECOVERY, address(recovery), ""));
        assertFalse(_run(remove), "at once");
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNotRemovable.selector, address(account)));
        recovery.onUninstall("");
        _propose("");
        skip(12 days - 1);
        assertFalse(recovery.isRemovable(address(account)), "before");
        skip(1);
        assertTrue(_run(remove), "after the wait");
        assertFalse(recovery.isInitialized(address(account)), "initialized");
    }

    function test_ModuleIsNotRemovedWhileARecoveryIsPending() external {
        _propose("");
        skip(11 days);
        _schedule(_newOwner(), TWO);
        skip(1 days);
        assertFalse(recovery.isRemovable(address(account)), "pending");
        assertFalse(
            _run(abi.encodeCall(account.uninstallModule, (MODULE_TYPE_RECOVERY, address(recovery), ""))),
            "the operation"
        );
        skip(1 days);
        recovery.finalize(address(account));
        assertFalse(recovery.isRemovable(address(account)), "void after the recovery");
    }

    function test_RemovalIsNotAppliedAsTerms() external {
        _propose("");
        skip(12 days);
        vm.expectRevert(IGuardianRecovery.RecoveryIsRemoval.selector);
        recovery.applyChange(address(account));
    }

    /// @dev Approvals under terms that were removed are not good under the same terms later.
    function test_NothingOldIsGoodAfterARemoval() external {
        _propose("");
        skip(12 days);
        uint48 deadline = _tomorrow();
        bytes memory approvals = _approvals(
            recovery.recoveryDigest(address(account), terms, _newOwner(), deadline),
            TWO
        );
        assertTrue(
            _run(abi.encodeCall(account.uninstallModule, (MODULE_TYPE_RECOVERY, address(recovery), ""))),
            "uninstall"
        );
        assertTrue(_install(MODULE_TYPE_RECOVERY, address(recovery), terms), "install");
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _newOwner(), deadline, approvals);
    }

    function test_TermsAreNotConfiguredTwice() external {
        bytes memory weaker = _weaker();
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryConfigured.selector, address(account)));
        recovery.configure(weaker);
        // Forced out and back in, as some accounts may: the terms are still those of before.
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryConfigured.selector, address(account)));
        recovery.onInstall(weaker);
    }

    // --- Freeze ---

    function test_OneGuardianFreezesValueAndModules() external {
        this.freeze(ONE);
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
        assertFalse(_run(_single(address(0xCAFE), 1, "")), "value");
        assertFalse(_install(1, address(0xCAFE), ""), "modules");
        skip(3 days);
        assertTrue(_run(_single(address(0xCAFE), 1, "")), "over");
    }

    function test_FreezesAreLimitedForAllGuardiansTogether() external {
        this.freeze(ONE);
        (, uint48 until, uint48 nextAt) = recovery.freezeOf(address(account));
        assertEq(until, clock() + 3 days, "until");
        vm.warp(nextAt - 1);
        for (uint256 who = 1; who < 8; ++who) {
            vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryFreezeUsedUp.selector, nextAt));
            this.freeze(who);
        }
        vm.warp(nextAt);
        this.freeze(2);
    }

    function test_FreezeIsNotReplayed() external {
        uint48 deadline = uint48(clock() + 365 days);
        bytes memory approvals = _approvals(_alarmDigest("Freeze", 1, deadline), ONE);
        recovery.freeze(address(account), terms, deadline, approvals);
        skip(30 days);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.freeze(address(account), terms, deadline, approvals);
    }

    function test_FreezeNeedsAGuardian() external {
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInsufficientWeight.selector, 0, 1));
        this.freeze(0);
    }

    function test_QuorumLiftsAFreeze() external {
        this.freeze(ONE);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInsufficientWeight.selector, 1, 2));
        this.unfreeze(4);
        this.unfreeze(TWO);
        assertTrue(_run(_single(address(0xCAFE), 1, "")), "value");
        // What was used of the freezes stays used.
        vm.expectRevert();
        this.freeze(ONE);
    }

    function test_FreezeStopsNeitherCancelNorRevocationNorRecovery() external {
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
        _schedule(_newOwner(), TWO);
        this.freeze(ONE);
        assertTrue(_run(_single(address(recovery), 0, abi.encodeCall(recovery.cancel, (terms)))), "cancel");
        assertFalse(_isPending(), "cancelled");
        uint256 epoch = account.epoch();
        assertTrue(_run(abi.encodeCall(ISmartAccount.bumpEpoch, ())), "revocation");
        assertTrue(account.epoch() != epoch, "epoch");
        _recover(_newOwner(), TWO);
        assertTrue(_ownerIs(account, _newOwner()), "recovery");
    }

    function test_NoChangeTakesEffectWhileFrozen() external {
        _propose(_weaker());
        skip(11 days);
        this.freeze(ONE);
        skip(1 days);
        (, uint48 until, ) = recovery.freezeOf(address(account));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryFrozen.selector, until));
        recovery.applyChange(address(account));
        vm.warp(until);
        recovery.applyChange(address(account));
    }

    // --- Private ---

    /// @dev Terms a thief would like: its own key, alone.
    function _weaker() private pure returns (bytes memory) {
        uint256[] memory one = new uint256[](1);
        one[0] = THIEF_KEY;
        Draft memory draft = _draft(one);
        draft.threshold = 1;
        return _encode(draft);
    }

    /// @dev Five guardians, of whom two suffice.
    function _five() private {
        uint256[] memory five = new uint256[](5);
        for (uint256 i = 0; i < 5; ++i) five[i] = 0xa00 + i;
        keys = _sorted(five);
        terms = _encode(_draft(keys));
        account = _fresh();
    }
}
