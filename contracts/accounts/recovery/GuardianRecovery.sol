// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7579Execution, MODULE_TYPE_EXECUTOR} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISmartAccount, MODULE_TYPE_RECOVERY} from "../ISmartAccount.sol";
import {GuardianAlarms} from "./GuardianAlarms.sol";
import {GuardianApprovals} from "./GuardianApprovals.sol";
import {GuardianChanges} from "./GuardianChanges.sol";
import {GuardianWord} from "./GuardianWord.sol";
import {OwnerForm} from "./OwnerForm.sol";
import {RecoveryTerms} from "./RecoveryTerms.sol";
import {RecoveryTypedData} from "./RecoveryTypedData.sol";
import {NO_REQUEST, packRequest, RequestWord} from "./RequestWord.sol";
import {VetoBudget} from "./VetoBudget.sol";

/**
 * @title Guardians who give an account a new owner, slowly and in the open
 * @dev Trust: a threshold of guardians replaces the owner after the delay; the owner stops it, as often as its vetoes
 * last; after that only all guardians together ask, wait twice the delay and are not stopped. One guardian freezes for a
 * while. Whoever has the owner's key neither drops the guardians faster than they can recover nor vetoes for ever. Nobody
 * owns or upgrades this contract, and it acts on one account at a time: the one that called or whose guardians signed.
 */
contract GuardianRecovery is GuardianChanges, GuardianAlarms {
    using RecoveryTerms for bytes;

    /// @dev Seconds. An account counts 2^16 owners, and with none left no recovery could install another: a thief of the
    /// owner's key would else hand over to itself until then, in minutes. At this pace it takes seven years.
    uint256 private constant ROTATION_REST = 1 hours;

    // --- Account ---

    /// @dev `data`: terms, or nothing: then {configure} comes later, or the terms of an earlier installation rule on.
    function onInstall(bytes calldata data) external virtual {
        if (data.length != 0) _configure(data);
    }

    function onUninstall(bytes calldata) external virtual {
        _remove();
    }

    function cancel(bytes calldata terms) external virtual {
        (Record storage record, GuardianWord word, ) = _requireTerms(msg.sender, terms);
        RequestWord request = record.request;
        if (request.isFinal() && request.isLive(block.timestamp)) revert RecoveryFinal();
        (uint256 vetoes, uint256 refill) = (terms.vetoes(), terms.refill());
        uint256 left = VetoBudget.left(word.vetoesBackAt(), vetoes, refill, block.timestamp);
        if (left == 0) revert RecoveryVetoesUsedUp(word.vetoesBackAt());

        if (request.isStored()) record.request = NO_REQUEST;
        else word = word.withRequest();
        uint256 backAt = VetoBudget.spend(word.vetoesBackAt(), refill, block.timestamp);
        record.guardians = word.withVoided().withVetoesBackAt(uint40(backAt));
        emit RecoveryCancelled(msg.sender, left - 1);
        _postponeChange(msg.sender, terms.changeWait());
    }

    /// @dev Approvals stay good: voiding them for nothing would spare a thief the vetoes.
    function rotateOwner(bytes calldata newOwner, uint48 deadline, bytes calldata signature) external virtual {
        _requireBefore(deadline);
        _requireNoRequest(msg.sender);
        (, uint48 frozenUntil, uint48 quarantinedUntil, ) = ISmartAccount(msg.sender).recovery();
        uint48 until = frozenUntil > quarantinedUntil ? frozenUntil : quarantinedUntil;
        if (block.timestamp < until) revert RecoveryFrozen(until);
        uint48 rotatableAt = _records[msg.sender].rotatableAt;
        if (block.timestamp < rotatableAt) revert RecoveryRotatedRecently(rotatableAt);
        if (!OwnerForm.isOwner(newOwner, msg.sender) || OwnerForm.isContract(newOwner)) {
            revert RecoveryInvalidOwner(newOwner);
        }
        bytes32 digest = RecoveryTypedData.hashRotation(msg.sender, keccak256(newOwner), deadline);
        if (!GuardianApprovals.isSignedBy(newOwner, digest, signature)) revert RecoveryInvalidOwner(newOwner);

        _records[msg.sender].rotatableAt = uint48(block.timestamp + ROTATION_REST);
        emit OwnerRotated(msg.sender, newOwner);

        ISmartAccount(msg.sender).recoverOwner(newOwner, 0, 0);
    }

    // --- Anyone, with guardians' signatures ---

    function schedule(
        address account,
        bytes calldata terms,
        bytes calldata newOwner,
        uint48 deadline,
        bytes calldata approvals
    ) external virtual {
        (Record storage record, GuardianWord word, bytes32 termsHash) = _requireTerms(account, terms);
        RequestWord last = record.request;
        bytes32 digest = RecoveryTypedData.toDigest(_leafOf(account, word, last, termsHash, newOwner, deadline));
        _requireOwner(account, terms, newOwner);
        uint256 readyAt = _request(record, word, last, terms, newOwner, digest, approvals);
        emit RecoveryScheduled(account, uint48(readyAt), newOwner);
    }

    function scheduleFromTree(
        address account,
        bytes calldata terms,
        bytes calldata newOwner,
        uint48 deadline,
        bytes32[] calldata proof,
        uint256 index,
        bytes calldata approvals
    ) external virtual {
        (Record storage record, GuardianWord word, bytes32 termsHash) = _requireTerms(account, terms);
        RequestWord last = record.request;
        bytes32 digest = _leafOf(account, word, last, termsHash, newOwner, deadline);
        digest = RecoveryTypedData.toDigest(RecoveryTypedData.hashTree(digest, proof, index));
        _requireOwner(account, terms, newOwner);
        uint256 readyAt = _request(record, word, last, terms, newOwner, digest, approvals);
        emit RecoveryScheduled(account, uint48(readyAt), newOwner);
    }

    // --- Anyone ---

    function finalize(address account) external virtual {
        RequestWord request = _takeRequest(account);
        if (!request.isPlain()) revert RecoveryNeedsMore();

        _installKey(account, request.owner());
    }

    function finalizeWith(address account, bytes calldata newOwner, bytes calldata terms) external virtual {
        RequestWord request = _takeRequest(account);
        if (!request.isFor(newOwner)) revert RecoveryWrongOwner(newOwner);

        if (!request.needsTerms()) return ISmartAccount(account).recoverOwner(newOwner, 0, 0);
        _requireTerms(account, terms);
        if (terms.target() != address(0)) return _callTarget(account, newOwner, terms);
        uint256 until = block.timestamp + terms.quarantine();
        ISmartAccount(account).recoverOwner(newOwner, uint48(until), terms.quarantineLimit());
    }

    // --- Views ---

    function nonceOf(address account) public view virtual returns (uint256) {
        return _records[account].guardians.nonce(_records[account].request.isLive(block.timestamp));
    }

    function requestOf(address account) external view virtual returns (Request memory request) {
        RequestWord word = _records[account].request;
        if (!word.isLive(block.timestamp)) return request;
        return
            Request(
                word.readyAt(),
                word.expiresAt(),
                word.weight(),
                word.isFinal(),
                word.needsTerms(),
                word.isKey(),
                word.owner()
            );
    }

    function vetoesOf(
        address account,
        bytes calldata terms
    ) external view virtual returns (uint256 left, uint48 backAt) {
        (, GuardianWord word, ) = _requireTerms(account, terms);
        backAt = word.vetoesBackAt();
        left = VetoBudget.left(backAt, terms.vetoes(), terms.refill(), block.timestamp);
    }

    function recoveryDigest(
        address account,
        bytes calldata terms,
        bytes calldata newOwner,
        uint48 deadline
    ) external view virtual returns (bytes32) {
        bytes32 leaf = RecoveryTypedData.hashApproval(
            account,
            nonceOf(account),
            keccak256(terms),
            keccak256(newOwner),
            deadline
        );
        return RecoveryTypedData.toDigest(leaf);
    }

    function isInitialized(address account) external view virtual returns (bool) {
        return _records[account].guardians.commitment() != 0;
    }

    /// @dev An executor for accounts of others.
    function isModuleType(uint256 moduleTypeId) external pure virtual returns (bool) {
        return moduleTypeId == MODULE_TYPE_RECOVERY || moduleTypeId == MODULE_TYPE_EXECUTOR;
    }

    // --- Private ---

    function _leafOf(
        address account,
        GuardianWord word,
        RequestWord last,
        bytes32 termsHash,
        bytes calldata newOwner,
        uint48 deadline
    ) private view returns (bytes32) {
        _requireBefore(deadline);
        uint256 nonce = word.nonce(last.isLive(block.timestamp));
        return RecoveryTypedData.hashApproval(account, nonce, termsHash, RecoveryTerms.hash(newOwner), deadline);
    }

    /// @dev Stores the request that these approvals make in place of `last`; says when it is ready (seconds).
    function _request(
        Record storage record,
        GuardianWord word,
        RequestWord last,
        bytes calldata terms,
        bytes calldata newOwner,
        bytes32 digest,
        bytes calldata approvals
    ) private returns (uint256 readyAt) {
        (uint256 weight, ) = GuardianApprovals.weigh(terms, digest, approvals);
        bool isFinal = VetoBudget.left(word.vetoesBackAt(), terms.vetoes(), terms.refill(), block.timestamp) == 0;
        uint256 needed = isFinal ? terms.totalWeight() : terms.threshold();
        if (weight < needed) revert RecoveryInsufficientWeight(weight, needed);
        if (last.isStored()) {
            if (last.isLive(block.timestamp) && (last.isFinal() || weight <= last.weight())) {
                revert RecoveryPending(last.expiresAt(), last.weight());
            }
            word = word.withVoided();
        }

        record.guardians = word.withRequest();
        unchecked {
            readyAt = block.timestamp + (isFinal ? 2 * terms.delay() : terms.delay());
            record.request = packRequest(newOwner, readyAt, terms.expiry(), weight, isFinal, terms.isNeededAtEnd());
        }
    }

    function _requireOwner(address account, bytes calldata terms, bytes calldata newOwner) private view {
        bool valid =
            terms.target() == address(0)
                ? OwnerForm.isOwner(newOwner, account)
                : newOwner.length == 20 || (newOwner.length > 20 && terms.form() == 0);
        if (!valid || bytes20(newOwner) == 0) revert RecoveryInvalidOwner(newOwner);
    }

    /// @dev The request that can be finalised now; it is over from here on.
    function _takeRequest(address account) private returns (RequestWord request) {
        Record storage record = _records[account];
        request = record.request;
        if (!request.isReady(block.timestamp)) {
            if (!request.isStored()) revert RecoveryNotPending(account);
            revert RecoveryNotReady(request.readyAt(), request.expiresAt());
        }
        record.request = NO_REQUEST;
    }

    /**
     * @dev The same, without what Solidity copies twice, as
     *   ISmartAccount(account).recoverOwner(abi.encodePacked(key), 0, 0);
     */
    function _installKey(address account, bytes20 key) private {
        bytes4 selector = ISmartAccount.recoverOwner.selector;
        assembly ("memory-safe") {
            if iszero(extcodesize(account)) {
                revert(0, 0)
            }
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x04), 0x60)
            mstore(add(free, 0x24), 0)
            mstore(add(free, 0x44), 0)
            mstore(add(free, 0x64), 20)
            mstore(add(free, 0x84), key)
            if iszero(call(gas(), account, 0, free, 0xa4, 0, 0)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }

    /// @dev What replaces the owner of an account that is not Portcullis's.
    function _callTarget(address account, bytes calldata newOwner, bytes calldata terms) private {
        address target = terms.target();
        // A call to nothing would succeed, and change no owner.
        if (target.code.length == 0) revert RecoveryInvalidTarget(target);
        emit RecoveryFinalized(account, newOwner);

        bytes memory data =
            terms.form() == 1
                ? abi.encodeWithSelector(terms.selector(), address(bytes20(newOwner)))
                : abi.encodeWithSelector(terms.selector(), newOwner);
        IERC7579Execution(account).executeFromExecutor(bytes32(0), abi.encodePacked(target, uint256(0), data));
    }
}
