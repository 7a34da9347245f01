// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ITimelock} from "./ITimelock.sol";
import {TimelockFixture} from "./TimelockFixture.t.sol";

contract TimelockVetoesTest is TimelockFixture {
    // --- Suspension ---

    function test_suspensionTakesPowerAtOnceAndVoidsWhatIsPending() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        vm.prank(guardian);
        timelock.suspend(council);

        assertTrue(timelock.isSuspended(council), "suspended");
        assertFalse(timelock.hasRole(timelock.PROPOSER_ROLE(), council), "without power");
        _assertStatus(id, ITimelock.OperationStatus.Void, "void");

        bytes32 role = timelock.PROPOSER_ROLE();
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, council, role)
        );
        vm.prank(council);
        timelock.schedule(address(box), 0, _set(3), 0, 0, DELAY);
    }

    function test_reinstatementIsTimelockedAndRevivesNothing() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        bytes32 salt = _lastSalt();
        vm.prank(guardian);
        timelock.suspend(council);

        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, guardian));
        vm.prank(guardian);
        timelock.reinstate(council);

        _govern(abi.encodeCall(timelock.reinstate, (council)));
        assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), council), "power again");
        _assertStatus(id, ITimelock.OperationStatus.Void, "still void");

        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockOperationVoid.selector, id, council));
        vm.prank(executor);
        timelock.execute(address(box), 0, _set(2), 0, salt);
    }

    function test_aSuspendedProposerIsNotGrantedPastItsSuspension() public {
        vm.prank(guardian);
        timelock.suspend(council);
        bytes memory grant = _grant(timelock.PROPOSER_ROLE(), council);
        _propose(timelock, backup, address(timelock), grant);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockSuspended.selector, council));
        _execute(timelock, address(timelock), grant);
    }

    function test_nobodySuspendsTheLastProposer() public {
        vm.prank(guardian);
        timelock.suspend(council);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockLastProposer.selector, backup));
        vm.prank(watch);
        timelock.suspend(backup);
        assertEq(timelock.activeProposers(), 1, "one is left");
    }

    function test_onlyGuardiansSuspendAndCancelAll() public {
        bytes32 role = timelock.GUARDIAN_ROLE();
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            canceller,
            role
        );
        vm.expectRevert(refusal);
        vm.prank(canceller);
        timelock.suspend(council);
        vm.expectRevert(refusal);
        vm.prank(canceller);
        timelock.cancelAll();
    }

    function test_suspendingWhoIsNoProposerIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockNotProposer.selector, executor));
        vm.prank(guardian);
        timelock.suspend(executor);
    }

    // --- Cancel ---

    function test_cancelAllVoidsEverythingPendingAndNothingLater() public {
        bytes32 first = _propose(timelock, council, address(box), _set(2));
        bytes32 second = _propose(timelock, backup, address(box), _set(3));
        vm.prank(guardian);
        timelock.cancelAll();
        _assertStatus(first, ITimelock.OperationStatus.Void, "first");
        _assertStatus(second, ITimelock.OperationStatus.Void, "second");

        _propose(timelock, council, address(box), _set(4));
        skip(DELAY);
        _execute(timelock, address(box), _set(4));
        assertEq(box.value(), 4, "what came later runs");
    }

    function test_cancellersAndGuardiansCancelOneOperation() public {
        bytes32 first = _propose(timelock, council, address(box), _set(2));
        bytes32 second = _propose(timelock, council, address(box), _set(3));
        vm.prank(canceller);
        timelock.cancel(first);
        vm.prank(guardian);
        timelock.cancel(second);
        _assertStatus(first, ITimelock.OperationStatus.Unset, "first");
        _assertStatus(second, ITimelock.OperationStatus.Unset, "second");
    }

    function test_aProposerWithdrawsItsOwnWithoutABudget() public {
        for (uint256 i = 0; i < 2 * VETOES; ++i) {
            bytes32 id = _propose(timelock, council, address(box), _set(2));
            vm.prank(council);
            timelock.cancel(id);
            _assertStatus(id, ITimelock.OperationStatus.Unset, "withdrawn");
        }
    }

    function test_aProposerCannotCancelAnothersOperation() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        bytes32 role = timelock.CANCELLER_ROLE();
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, backup, role));
        vm.prank(backup);
        timelock.cancel(id);
    }

    // --- Budgets ---

    function test_stock_aCancellerHaltsGovernanceForEver() public {
        for (uint256 i = 0; i < 50; ++i) {
            bytes32 id = _propose(stock, backup, address(stockBox), _set(2));
            skip(DELAY);
            vm.prank(council);
            stock.cancel(id);
        }
    }

    function test_aVetoBudgetRunsOutAndComesBackOneByOne() public {
        for (uint256 i = 0; i < VETOES; ++i) {
            assertEq(timelock.vetoesLeft(guardian), VETOES - i, "left");
            vm.prank(guardian);
            timelock.cancelAll();
        }
        assertEq(timelock.vetoesLeft(guardian), 0, "none left");
        _assertSpent(guardian, vm.getBlockTimestamp() + REFILL);
        skip(REFILL - 1);
        _assertSpent(guardian, vm.getBlockTimestamp() + 1);
        skip(1);
        assertEq(timelock.vetoesLeft(guardian), 1, "one came back");
        vm.prank(guardian);
        timelock.cancelAll();
        _assertSpent(guardian, vm.getBlockTimestamp() + REFILL);
        assertEq(timelock.vetoesLeft(watch), VETOES, "a budget each");
        skip(VETOES * REFILL);
        assertEq(timelock.vetoesLeft(guardian), VETOES, "full again, and not more");
    }

    function test_everyKindOfVetoIsPaidFromTheSameBudget() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        vm.prank(guardian);
        timelock.cancel(id);
        vm.prank(guardian);
        timelock.cancelAll();
        vm.prank(guardian);
        timelock.suspend(council);
        id = _propose(timelock, backup, address(box), _set(2));
        vm.expectRevert(
            abi.encodeWithSelector(
                ITimelock.TimelockVetoBudgetSpent.selector,
                guardian,
                vm.getBlockTimestamp() + REFILL
            )
        );
        vm.prank(guardian);
        timelock.cancel(id);
    }

    /// @dev Whatever a guardian spends and when, proposing again after its last veto gets through.
    function test_nobodyAloneHaltsGovernanceForEver(uint256 pauses) public {
        uint256 vetoes = 0;
        for (uint256 attempt = 0; attempt < 2 * VETOES + 2; ++attempt) {
            _propose(timelock, council, address(box), _set(attempt + 2));
            skip(bound(uint256(keccak256(abi.encode(pauses, attempt))), DELAY, DELAY + EXPIRY - 1));
            if (timelock.vetoesLeft(guardian) == 0) {
                _execute(timelock, address(box), _set(attempt + 2));
                assertEq(box.value(), attempt + 2, "executed");
                return;
            }
            vm.prank(guardian);
            timelock.cancelAll();
            ++vetoes;
            if (vetoes > 2 * VETOES) break;
        }
        assertTrue(false, "halted for ever");
    }

    /// @dev In any stretch of time the vetoes of one account are at most the budget and what came back in it.
    function test_budgetBoundsEverySequence(uint256 seed) public {
        uint256 begin = vm.getBlockTimestamp();
        uint256 spent = 0;
        for (uint256 i = 0; i < 40; ++i) {
            skip(uint256(keccak256(abi.encode(seed, i))) % (REFILL / 2));
            vm.prank(guardian);
            try timelock.cancelAll() {
                ++spent;
            } catch {}
            assertLe(spent, VETOES + (vm.getBlockTimestamp() - begin) / REFILL, "spent");
        }
    }

    // --- Nobody alone cancels its own removal ---

    function test_stock_aCancellerCancelsItsOwnRemovalForEver() public {
        bytes memory revoke = abi.encodeCall(stock.revokeRole, (stock.CANCELLER_ROLE(), council));
        for (uint256 i = 0; i < 10; ++i) {
            bytes32 id = _propose(stock, backup, address(stock), revoke);
            vm.prank(council);
            stock.cancel(id);
        }
        assertTrue(stock.hasRole(stock.CANCELLER_ROLE(), council), "still there");
    }

    function test_noneOfTheRolesCanCancelItsOwnRemoval() public {
        _assertOwnRemoval(canceller, timelock.CANCELLER_ROLE());
        _assertOwnRemoval(guardian, timelock.GUARDIAN_ROLE());
    }

    function test_aProposerCannotWithdrawItsOwnRemoval() public {
        bytes32 id = _propose(timelock, council, address(timelock), _revoke(timelock.PROPOSER_ROLE(), council));
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockOwnRemoval.selector, id, council));
        vm.prank(council);
        timelock.cancel(id);
    }

    function test_anotherGuardianCanCancelARemoval() public {
        bytes32 id = _propose(timelock, council, address(timelock), _revoke(timelock.GUARDIAN_ROLE(), guardian));
        vm.prank(watch);
        timelock.cancel(id);
        _assertStatus(id, ITimelock.OperationStatus.Unset, "cancelled");
    }

    function test_cancelAllSparesTheCallersRemovalOnly() public {
        bytes32 own = _propose(timelock, council, address(timelock), _revoke(timelock.GUARDIAN_ROLE(), guardian));
        bytes32 others = _propose(timelock, council, address(timelock), _revoke(timelock.GUARDIAN_ROLE(), watch));
        vm.prank(guardian);
        timelock.cancelAll();
        _assertStatus(own, ITimelock.OperationStatus.Waiting, "own removal survives");
        _assertStatus(others, ITimelock.OperationStatus.Void, "another's does not");
        vm.prank(watch);
        timelock.cancelAll();
        _assertStatus(own, ITimelock.OperationStatus.Void, "until somebody else cancels all");
    }

    function test_suspendingTheProposerSparesTheCallersRemoval() public {
        bytes memory revoke = _revoke(timelock.GUARDIAN_ROLE(), guardian);
        bytes32 own = _propose(timelock, council, address(timelock), revoke);
        bytes32 salt = _lastSalt();
        bytes32 other = _propose(timelock, council, address(box), _set(2));
        vm.prank(guardian);
        timelock.suspend(council);
        _assertStatus(own, ITimelock.OperationStatus.Waiting, "survives");
        _assertStatus(other, ITimelock.OperationStatus.Void, "void");

        skip(DELAY);
        vm.prank(executor);
        timelock.execute(address(timelock), 0, revoke, 0, salt);
        assertFalse(timelock.hasRole(timelock.GUARDIAN_ROLE(), guardian), "removed");
    }

    function test_aRemovalDiesWhenTheTimelockRevokesItsProposer() public {
        bytes32 id = _propose(timelock, council, address(timelock), _revoke(timelock.GUARDIAN_ROLE(), guardian));
        _govern(_revoke(timelock.PROPOSER_ROLE(), council));
        _assertStatus(id, ITimelock.OperationStatus.Void, "void");
    }

    function test_aRemovalOfNobodyProtectsNothing() public {
        bytes32 id = _propose(timelock, council, address(timelock), _revoke(timelock.PROPOSER_ROLE(), address(0)));
        _govern(_revoke(timelock.PROPOSER_ROLE(), council));
        _assertStatus(id, ITimelock.OperationStatus.Void, "void");
    }

    function test_removalIsFoundAnywhereInABatch(uint256 position, uint256 length) public {
        length = bound(length, 1, 8);
        position = bound(position, 0, length - 1);
        address[] memory targets = new address[](length);
        bytes[] memory payloads = new bytes[](length);
        for (uint256 i = 0; i < length; ++i) {
            targets[i] = address(timelock);
            payloads[i] =
                i == position
                    ? _revoke(timelock.GUARDIAN_ROLE(), guardian)
                    : _revoke(timelock.EXECUTOR_ROLE(), guardian);
        }
        bytes32 id = _proposeBatch(timelock, council, targets, payloads);
        assertTrue(timelock.getOperation(id).removal, "removal");
        assertTrue(timelock.isRemovalOf(id, guardian), "of the guardian");
        assertFalse(timelock.isRemovalOf(id, watch), "of nobody else");
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockOwnRemoval.selector, id, guardian));
        vm.prank(guardian);
        timelock.cancel(id);
    }

    /// @dev Otherwise a theft would ride on the removal of the one who could stop it.
    function test_nothingElseRidesOnTheRemovalOfAVeto() public {
        bytes32[2] memory roles = [timelock.CANCELLER_ROLE(), timelock.GUARDIAN_ROLE()];
        address[2] memory holders = [canceller, guardian];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ITimelock.TimelockRemovalNotAlone.selector, holders[i], address(box))
            );
            _proposeBatch(
                timelock,
                council,
                _list(address(timelock), address(box)),
                _list(_revoke(roles[i], holders[i]), _set(2))
            );
        }
    }

    function test_nothingElseRidesOnTheRemovalOfAProposerThatCouldVeto() public {
        _govern(_grant(timelock.CANCELLER_ROLE(), council));
        bytes32 role = timelock.PROPOSER_ROLE();
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockRemovalNotAlone.selector, council, address(box)));
        _proposeBatch(timelock, backup, _list(address(timelock), address(box)), _list(_revoke(role, council), _set(2)));
    }

    /// @dev In one batch nobody could object: each guardian is barred from its own removal.
    function test_twoVetoesCannotGoInOneOperation() public {
        bytes32 role = timelock.GUARDIAN_ROLE();
        bytes[] memory payloads = _list(_revoke(role, guardian), _revoke(role, watch));
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockRemovalNotAlone.selector, watch, address(timelock)));
        _proposeBatch(timelock, council, _list(address(timelock), address(timelock)), payloads);

        bytes32 first = _propose(timelock, council, address(timelock), _revoke(role, guardian));
        bytes32 second = _propose(timelock, council, address(timelock), _revoke(role, watch));
        vm.prank(watch);
        timelock.cancel(first);
        vm.prank(guardian);
        timelock.cancel(second);
    }

    function test_noGrantRidesOnTheRemovalOfAVeto() public {
        bytes[] memory payloads = _list(
            _revoke(timelock.GUARDIAN_ROLE(), guardian),
            _grant(timelock.PROPOSER_ROLE(), thief)
        );
        vm.expectRevert(
            abi.encodeWithSelector(ITimelock.TimelockRemovalNotAlone.selector, guardian, address(timelock))
        );
        _proposeBatch(timelock, council, _list(address(timelock), address(timelock)), payloads);
    }

    function test_noSettingRidesOnTheRemovalOfAVeto() public {
        bytes memory lower = abi.encodeCall(timelock.updateDelay, (FLOOR));
        bytes32 role = timelock.GUARDIAN_ROLE();
        vm.expectRevert(
            abi.encodeWithSelector(ITimelock.TimelockRemovalNotAlone.selector, guardian, address(timelock))
        );
        _proposeBatch(
            timelock,
            council,
            _list(address(timelock), address(timelock)),
            _list(_revoke(role, guardian), lower)
        );
    }

    // --- Private ---

    function _assertSpent(address account, uint256 availableAt) private {
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockVetoBudgetSpent.selector, account, availableAt));
        vm.prank(account);
        timelock.cancelAll();
    }

    function _assertOwnRemoval(address account, bytes32 role) private {
        bytes32 id = _propose(timelock, council, address(timelock), _revoke(role, account));
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockOwnRemoval.selector, id, account));
        vm.prank(account);
        timelock.cancel(id);
        skip(DELAY);
        _execute(timelock, address(timelock), _revoke(role, account));
        assertFalse(timelock.hasRole(role, account), "removed");
    }
}
