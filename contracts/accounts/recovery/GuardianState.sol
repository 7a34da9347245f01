// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChangeWord} from "./ChangeWord.sol";
import {FreezeWord} from "./FreezeWord.sol";
import {GuardianApprovals} from "./GuardianApprovals.sol";
import {GuardianWord} from "./GuardianWord.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryTerms} from "./RecoveryTerms.sol";
import {RequestWord} from "./RequestWord.sol";

/**
 * @dev What is stored of each account, and the questions every entry asks of it.
 * @dev Trust: none of its own. Whatever is written is written under the account that called, or whose guardians signed.
 */
abstract contract GuardianState is IGuardianRecovery {
    struct Record {
        GuardianWord guardians;
        RequestWord request;
        ChangeWord change;
        FreezeWord freeze;
        /// When the owner may hand over again (seconds).
        uint48 rotatableAt;
        mapping(bytes32 guardian => uint48) lastSeen;
    }

    mapping(address account => Record) internal _records;

    // --- Internal ---

    /// @dev The account's record, its first word and the hash of its terms, if `terms` are those.
    function _requireTerms(
        address account,
        bytes calldata terms
    ) internal view returns (Record storage record, GuardianWord word, bytes32 termsHash) {
        record = _records[account];
        word = record.guardians;
        termsHash = RecoveryTerms.hash(terms);
        if (!word.rules(termsHash) || terms.length == 0) revert RecoveryWrongTerms(account);
    }

    function _requireBefore(uint48 deadline) internal view {
        if (block.timestamp > deadline) revert RecoveryDeadlinePassed(deadline);
    }

    /// @dev Returns who signed: bit i for guardian i.
    function _requireWeight(
        bytes calldata terms,
        bytes32 digest,
        bytes calldata approvals,
        uint256 needed
    ) internal view returns (uint256 signers) {
        uint256 weight;
        (weight, signers) = GuardianApprovals.weigh(terms, digest, approvals);
        if (weight < needed) revert RecoveryInsufficientWeight(weight, needed);
    }

    function _requireNoRequest(address account) internal view {
        RequestWord request = _records[account].request;
        if (request.isLive(block.timestamp)) revert RecoveryPending(request.expiresAt(), request.weight());
    }

    /// @dev How often the account was recovered.
    function _recoveriesOf(Record storage record) internal view returns (uint24) {
        return record.guardians.recoveries(record.request.isStored());
    }
}
