// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISmartAccount} from "../ISmartAccount.sol";
import {FreezeWord} from "./FreezeWord.sol";
import {GuardianState} from "./GuardianState.sol";
import {RecoveryTerms} from "./RecoveryTerms.sol";
import {RecoveryTypedData} from "./RecoveryTypedData.sol";

/**
 * @dev What guardians can do at once: freeze, lift a freeze, and show that they are there.
 * @dev Trust: one guardian freezes, for as long and as often as the account's terms allow all of them together; the
 * threshold lifts it. A freeze holds value and modules, not the owner's cancelling, nor a recovery.
 */
abstract contract GuardianAlarms is GuardianState {
    using RecoveryTerms for bytes;

    /// @dev Seconds after which a proof of life is too old to be recorded.
    uint256 private constant DRILL_AGE = 1 days;

    // --- Anyone, with guardians' signatures ---

    function freeze(address account, bytes calldata terms, uint48 deadline, bytes calldata approvals) external virtual {
        (Record storage record, , bytes32 termsHash) = _requireTerms(account, terms);
        _requireBefore(deadline);
        if (terms.freezeTime() == 0) revert RecoveryFreezeUsedUp(0);
        FreezeWord word = record.freeze;
        if (block.timestamp < word.nextAt()) revert RecoveryFreezeUsedUp(word.nextAt());
        uint256 until = block.timestamp + terms.freezeTime();
        word = word.next(until, until + terms.freezeRest());
        _requireWeight(terms, RecoveryTypedData.hashFreeze(account, termsHash, word.number(), deadline), approvals, 1);

        record.freeze = word;
        emit AccountFrozen(account, word.number(), word.until());

        ISmartAccount(account).freeze(word.until());
    }

    function unfreeze(
        address account,
        bytes calldata terms,
        uint48 deadline,
        bytes calldata approvals
    ) external virtual {
        (Record storage record, , bytes32 termsHash) = _requireTerms(account, terms);
        _requireBefore(deadline);
        FreezeWord word = record.freeze;
        if (block.timestamp >= word.until()) revert RecoveryNotFrozen(account);
        bytes32 digest = RecoveryTypedData.hashUnfreeze(account, termsHash, word.number(), deadline);
        _requireWeight(terms, digest, approvals, terms.threshold());

        record.freeze = word.lifted();
        emit AccountUnfrozen(account, word.number());

        ISmartAccount(account).freeze(0);
    }

    function drill(address account, bytes calldata terms, uint48 signedAt, bytes calldata approvals) external virtual {
        (Record storage record, , bytes32 termsHash) = _requireTerms(account, terms);
        if (signedAt > block.timestamp || block.timestamp - signedAt > DRILL_AGE) {
            revert RecoveryInvalidDrill(signedAt, 0);
        }
        bytes32 digest = RecoveryTypedData.hashDrill(account, termsHash, signedAt);
        uint256 signers = _requireWeight(terms, digest, approvals, 1);

        uint256 cursor = RecoveryTerms.HEADER;
        for (uint256 i = 0; cursor < terms.length; ++i) {
            (, bytes calldata signer, uint256 next) = terms.guardianAt(cursor);
            cursor = next;
            if ((signers >> i) & 1 == 1) _recordLife(record, account, keccak256(signer), signedAt);
        }
    }

    // --- Views ---

    function freezeOf(address account) external view virtual returns (uint256 number, uint48 until, uint48 nextAt) {
        FreezeWord word = _records[account].freeze;
        return (word.number(), word.until(), word.nextAt());
    }

    function lastSeen(address account, bytes calldata guardian) external view virtual returns (uint48) {
        return _records[account].lastSeen[keccak256(guardian)];
    }

    // --- Private ---

    function _recordLife(Record storage record, address account, bytes32 guardian, uint48 signedAt) private {
        uint48 onRecord = record.lastSeen[guardian];
        if (signedAt <= onRecord) revert RecoveryInvalidDrill(signedAt, onRecord);
        record.lastSeen[guardian] = signedAt;
        emit GuardianSeen(account, guardian, signedAt);
    }
}
