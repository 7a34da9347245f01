// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ChangeWord, packChange} from "./ChangeWord.sol";
import {GuardianState} from "./GuardianState.sol";
import {GuardianWord} from "./GuardianWord.sol";
import {RecoveryTerms} from "./RecoveryTerms.sol";
import {RecoveryTypedData} from "./RecoveryTypedData.sol";

/**
 * @dev An account's terms, and how it comes to others or to none.
 * @dev Trust: the account proposes, and waits longer than any recovery takes; while one is pending or the account is
 * frozen, nothing of it takes effect; a finalised recovery voids it; a guardian quorum stops it.
 */
abstract contract GuardianChanges is GuardianState {
    using RecoveryTerms for bytes;

    // --- Account ---

    function configure(bytes calldata terms) external virtual {
        _configure(terms);
    }

    function proposeChange(bytes calldata terms, bytes calldata newTerms) external virtual {
        (Record storage record, , ) = _requireTerms(msg.sender, terms);
        if (newTerms.length != 0) newTerms.check(msg.sender);

        bytes32 hash = newTerms.length == 0 ? bytes32(0) : keccak256(newTerms);
        uint256 readyAt = block.timestamp + terms.changeWait();
        ChangeWord change = packChange(record.change, hash, _recoveriesOf(record), readyAt);
        record.change = change;
        emit ChangeProposed(msg.sender, change.number(), change.readyAt(), newTerms);
    }

    function withdrawChange() external virtual {
        ChangeWord change = _requireChange(msg.sender);
        _records[msg.sender].change = change.without();
        emit ChangeWithdrawn(msg.sender, change.number());
    }

    // --- Anyone, with guardians' signatures ---

    function vetoChange(
        address account,
        bytes calldata terms,
        uint48 deadline,
        bytes calldata approvals
    ) external virtual {
        (Record storage record, , bytes32 termsHash) = _requireTerms(account, terms);
        ChangeWord change = _requireChange(account);
        _requireBefore(deadline);
        bytes32 digest = RecoveryTypedData.hashVeto(account, termsHash, change.number(), deadline);
        _requireWeight(terms, digest, approvals, Math.max(terms.threshold(), terms.totalWeight() / 2 + 1));

        record.change = change.without();
        emit ChangeVetoed(account, change.number());
    }

    // --- Anyone ---

    function applyChange(address account) external virtual {
        ChangeWord change = _requireReady(account);
        if (change.isRemoval()) revert RecoveryIsRemoval();

        Record storage record = _records[account];
        record.guardians = record.guardians.withTerms(change.commitment());
        record.change = change.without();
        emit ChangeApplied(account, change.number());
    }

    function changeOf(address account) external view virtual returns (Change memory) {
        ChangeWord change = _liveChange(account);
        return Change(change.number(), change.readyAt(), change.expiresAt(), change.isRemoval(), change.commitment());
    }

    function changeWait(bytes calldata terms) external pure virtual returns (uint256) {
        return terms.changeWait();
    }

    function checkTerms(address account, bytes calldata terms) external view virtual {
        terms.check(account);
    }

    function hasTerms(address account, bytes calldata terms) external view virtual returns (bool) {
        return terms.length != 0 && _records[account].guardians.rules(keccak256(terms));
    }

    /// @dev Without terms there is nothing to protect.
    function isRemovable(address account) public view virtual returns (bool) {
        if (_records[account].guardians.commitment() == 0) return true;
        ChangeWord change = _liveChange(account);
        return change.isRemoval() && _isReady(account, change);
    }

    // --- Internal ---

    function _configure(bytes calldata terms) internal {
        GuardianWord word = _records[msg.sender].guardians;
        if (word.commitment() != 0) revert RecoveryConfigured(msg.sender);
        terms.check(msg.sender);

        _records[msg.sender].guardians = word.withTerms(keccak256(terms));
        emit TermsAccepted(msg.sender, terms);
    }

    /// @dev The counts stay: what was signed under these terms must not be good under the same ones again.
    function _remove() internal {
        Record storage record = _records[msg.sender];
        if (record.guardians.commitment() == 0) return;
        if (!isRemovable(msg.sender)) revert RecoveryNotRemovable(msg.sender);

        record.guardians = record.guardians.withTerms(0);
        record.change = record.change.without();
        emit TermsRemoved(msg.sender);
    }

    /**
     * @dev A veto gives the guardians the whole wait again, to ask anew: else an owner's thief could veto and, in the same
     * operation, apply the change that waited meanwhile. An expired change stays expired.
     */
    function _postponeChange(address account, uint256 wait) internal {
        ChangeWord change = _liveChange(account);
        if (change.readyAt() == 0 || block.timestamp >= change.expiresAt()) return;
        change = change.withReadyAt(block.timestamp + wait);
        _records[account].change = change;
        emit ChangePostponed(account, change.number(), change.readyAt());
    }

    // --- Private ---

    /// @dev Nothing where a recovery voided it.
    function _liveChange(address account) private view returns (ChangeWord change) {
        Record storage record = _records[account];
        change = record.change;
        if (change.readyAt() != 0 && change.recoveries() != _recoveriesOf(record)) {
            change = change.without();
        }
    }

    function _requireChange(address account) private view returns (ChangeWord change) {
        change = _liveChange(account);
        if (change.readyAt() == 0) revert RecoveryNoChange(account);
    }

    function _requireReady(address account) private view returns (ChangeWord change) {
        change = _requireChange(account);
        _requireNoRequest(account);
        uint48 until = _records[account].freeze.until();
        if (block.timestamp < until) revert RecoveryFrozen(until);
        if (!_isReady(account, change)) revert RecoveryChangeNotReady(change.readyAt(), change.expiresAt());
    }

    function _isReady(address account, ChangeWord change) private view returns (bool) {
        Record storage record = _records[account];
        return
            block.timestamp >= change.readyAt() &&
            block.timestamp < change.expiresAt() &&
            block.timestamp >= record.freeze.until() &&
            !record.request.isLive(block.timestamp);
    }
}
