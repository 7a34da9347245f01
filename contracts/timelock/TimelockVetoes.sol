// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ITimelock} from "./ITimelock.sol";
import {OperationWord} from "./OperationWord.sol";
import {TimelockOperations} from "./TimelockOperations.sol";

/**
 * @title Cancel, cancel-all, suspend, and the budget that bounds them
 * @dev Trust: a canceller stops one operation, a guardian any or all and any proposer but the last, at once; each pays
 * from a budget of `vetoLimit` that comes back one every `vetoWindow / vetoLimit` (longer than the longest delay), and
 * none of them can stop an operation that takes a role from itself. A proposer withdraws its own proposals freely.
 */
abstract contract TimelockVetoes is TimelockOperations {
    /// @inheritdoc ITimelock
    uint256 public immutable vetoLimit;
    /// @inheritdoc ITimelock
    uint256 public immutable vetoWindow;

    constructor(uint256 limit, uint256 window) {
        vetoLimit = limit;
        vetoWindow = window;
    }

    // --- Proposers (their own operations), cancellers, guardians ---

    /// @inheritdoc TimelockController
    function cancel(bytes32 id) public virtual override {
        OperationWord stored = _operations[id];
        bool own = stored.proposer() == msg.sender;
        if (!own && _members[msg.sender].roles & (CANCELLER | GUARDIAN) == 0) {
            revert AccessControlUnauthorizedAccount(msg.sender, CANCELLER_ROLE);
        }
        if (!isOperationPending(id)) {
            revert TimelockUnexpectedOperationState(
                id,
                _encodeStateBitmap(OperationState.Waiting) | _encodeStateBitmap(OperationState.Ready)
            );
        }
        if (stored.isRemoval() && isRemovalOf(id, msg.sender)) revert TimelockOwnRemoval(id, msg.sender);

        if (!own) _spendVeto();
        _operations[id] = OperationWord.wrap(0);
        emit Cancelled(id);
    }

    // --- Guardians ---

    /// @inheritdoc ITimelock
    function cancelAll() external onlyRole(GUARDIAN_ROLE) {
        _spendVeto();
        uint24 round = _settings.round;
        _endedBy[address(0)][round] = msg.sender;
        _settings.round = round + 1;
        emit AllCancelled(msg.sender, round + 1);
    }

    /// @inheritdoc ITimelock
    function suspend(address proposer) external onlyRole(GUARDIAN_ROLE) {
        Member storage member = _members[proposer];
        if (!_has(member.roles, PROPOSER)) revert TimelockNotProposer(proposer);

        _spendVeto();
        _endedBy[proposer][member.epoch] = msg.sender;
        _deactivate(member, proposer);
        member.roles |= SUSPENDED;
        emit ProposerSuspended(proposer, msg.sender);
    }

    // --- The timelock itself ---

    /// @inheritdoc ITimelock
    function reinstate(address proposer) external onlySelf {
        Member storage member = _members[proposer];
        uint8 roles = member.roles;
        if (roles & SUSPENDED == 0) revert TimelockNotSuspended(proposer);

        member.roles = roles & ~SUSPENDED;
        ++_settings.proposers;
        emit ProposerReinstated(proposer);
    }

    // --- Anyone ---

    /// @inheritdoc ITimelock
    function vetoesLeft(address account) public view returns (uint256) {
        uint256 fullAt = _members[account].vetoesFullAt;
        if (fullAt <= block.timestamp) return vetoLimit;
        uint256 interval = vetoWindow / vetoLimit;
        return (interval * vetoLimit - (fullAt - block.timestamp)) / interval;
    }

    // --- Private ---

    /// @dev A bucket of `vetoLimit`, kept as the one time at which it is full again.
    function _spendVeto() private {
        Member storage member = _members[msg.sender];
        uint256 interval = vetoWindow / vetoLimit;
        uint256 fullAt = member.vetoesFullAt;
        if (fullAt < block.timestamp) fullAt = block.timestamp;
        fullAt += interval;
        uint256 availableAt = fullAt - interval * vetoLimit;
        if (availableAt > block.timestamp) revert TimelockVetoBudgetSpent(msg.sender, availableAt);

        member.vetoesFullAt = uint40(fullAt);
        emit VetoSpent(msg.sender, vetoesLeft(msg.sender));
    }
}
