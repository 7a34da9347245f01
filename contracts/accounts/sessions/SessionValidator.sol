// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IERC7579Module,
    IERC7579Validator,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IScopeConsumer, ISmartAccount, MODULE_TYPE_SCOPE_CONSUMER} from "../ISmartAccount.sol";
import {ScopedCalls} from "../ScopedCalls.sol";
import {DelayedCalls} from "./DelayedCalls.sol";
import {IEntryPointOf} from "./IEntryPointOf.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionBytes} from "./SessionBytes.sol";
import {SessionForm} from "./SessionForm.sol";
import {SessionScope} from "./SessionScope.sol";
import {SessionSignature} from "./SessionSignature.sol";
import {SessionTypedData} from "./SessionTypedData.sol";
import {SessionWord, SessionWords} from "./SessionWord.sol";
import {SimpleOperation} from "./SimpleOperation.sol";
import {SpendWord, SpendWords} from "./SpendWord.sol";
import {TokenSpending} from "./TokenSpending.sol";

/**
 * @title Session keys of smart accounts
 * @dev Trust: an account's owner grants, at once; a session's key makes the granted calls within their limits, until the
 * session ends, is revoked or the account's epoch changes, each of which the owner does at once. Nobody else has power,
 * and no account reaches another's sessions. Validation keeps to ERC-7562: its storage is keyed by the account, and it
 * asks nothing of anyone but the account and the key's verifier.
 */
contract SessionValidator is ISessionValidator {
    using SessionBytes for bytes;

    /// @dev What is at {_recordOf}.
    struct Record {
        SessionWord word;
    }

    mapping(bytes32 cap => mapping(address account => SpendWord)) private _spent;

    // --- Account: validation ---

    /// @inheritdoc IERC7579Validator
    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external returns (uint256) {
        // The account does not look at it for this entry.
        ScopedCalls.decodeOperation(userOp.callData, address(this));
        return _validate(userOp, userOpHash, ISmartAccount(msg.sender).epoch());
    }

    /**
     * @inheritdoc IScopeConsumer
     * @dev Uses and gas are counted here, and stay counted if the operation reverts. A wrong signature is answered, not
     * reverted, so that gas can be estimated with a dummy; what it wrote the entry point then undoes.
     */
    function validateScoped(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        uint256 epoch
    ) external returns (uint256) {
        return _validate(userOp, userOpHash, epoch);
    }

    // --- Account: execution ---

    /**
     * @inheritdoc IScopeConsumer
     * @dev Cumulative caps are counted here, so that a reverted operation gives them back. Revocation is looked at once
     * more: an operation earlier in the same bundle may have revoked the session after this one was validated.
     */
    function consume(uint256 epoch, bytes32 context, bytes32 mode, bytes calldata executionCalldata) external {
        Record storage record = _recordOf(context, msg.sender);
        SessionWord word = record.word;
        if (!word.isGranted()) revert SessionValidatorRevoked(context);
        if (word.epoch() != uint40(epoch)) revert SessionValidatorRevoked(context);
        if (!word.isCapped()) return;

        SessionWord next = word;
        if (mode == ScopedCalls.SINGLE) {
            (address target, uint256 value, bytes calldata data) = ScopedCalls.decodeSingle(executionCalldata);
            next = _spend(context, next, target, value, data);
        } else {
            uint256 calls = ScopedCalls.count(mode, executionCalldata);
            for (uint256 i = 0; i < calls; ++i) {
                (address target, uint256 value, bytes calldata data) = ScopedCalls.callAt(mode, executionCalldata, i);
                next = _spend(context, next, target, value, data);
            }
        }
        if (SessionWord.unwrap(next) != SessionWord.unwrap(word)) record.word = next;
    }

    // --- Account: owner ---

    /// @inheritdoc ISessionValidator
    function grant(bytes calldata session) external returns (bytes32 id) {
        SessionForm.check(session, msg.sender, _entryPointOf(msg.sender));
        DelayedCalls.check(session, msg.sender);
        uint256 epoch = ISmartAccount(msg.sender).epoch();
        id = _idOf(msg.sender, epoch, session);
        Record storage record = _recordOf(id, msg.sender);
        if (record.word.isRevoked()) revert SessionValidatorRevoked(id);
        if (record.word.isGranted()) revert SessionValidatorAlreadyGranted(id);

        record.word = _grant(id, epoch, session);
    }

    /// @inheritdoc ISessionValidator
    function revoke(bytes32 id) external {
        Record storage record = _recordOf(id, msg.sender);
        record.word = record.word.revoked();
        emit SessionRevoked(msg.sender, id);
    }

    /// @inheritdoc IERC7579Module
    /// @dev Nothing to set up: sessions are granted one by one.
    function onInstall(bytes calldata) external {}

    /// @inheritdoc IERC7579Module
    /// @dev Nothing to clear: the account's epoch, which removal bumps, voids what is on record.
    function onUninstall(bytes calldata) external {}

    // --- Anyone ---

    /// @inheritdoc IERC7579Module
    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_VALIDATOR || moduleTypeId == MODULE_TYPE_SCOPE_CONSUMER;
    }

    /// @inheritdoc IERC7579Validator
    /// @dev Never: a signature could be a permit, which no cap would see.
    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }

    /// @inheritdoc ISessionValidator
    function idOf(address account, bytes calldata session) external view returns (bytes32) {
        return _idOf(account, ISmartAccount(account).epoch(), session);
    }

    /// @inheritdoc ISessionValidator
    function stateOf(bytes32 id, address account) external view returns (SessionState memory) {
        SessionWord word = _recordOf(id, account).word;
        return SessionState(word.isGranted(), word.isRevoked(), word.used(), word.gasUsed(), word.epoch());
    }

    /// @inheritdoc ISessionValidator
    function leftOf(bytes32 id, address account, address asset) external view returns (uint256 total, uint256 period) {
        SessionWord word = _recordOf(id, account).word;
        total = word.keeps(asset) ? word.left() : _left(_capOf(id, asset, false), account);
        period = _left(_capOf(id, asset, true), account);
    }

    /// @inheritdoc ISessionValidator
    function grantDigest(address account, bytes calldata session) external view returns (bytes32) {
        SessionForm.check(session, account, _entryPointOf(account));
        bytes32 id = _idOf(account, ISmartAccount(account).epoch(), session);
        return SessionTypedData.hashGrant(account, id, session);
    }

    /// @inheritdoc ISessionValidator
    function approvalDigest(address account, bytes32 id, bytes32 userOpHash) external view returns (bytes32) {
        return SessionTypedData.hashApproval(account, id, userOpHash);
    }

    // --- Private: validation ---

    function _validate(PackedUserOperation calldata op, bytes32 userOpHash, uint256 epoch) private returns (uint256) {
        bytes calldata field = SessionScope.signatureOf(op);
        bytes calldata session = SessionSignature.sessionOf(field);
        bytes32 id = _idOf(msg.sender, epoch, session);
        Record storage record = _recordOf(id, msg.sender);
        if (record.word.isGranted()) {
            uint256 simple = SimpleOperation.judge(op, userOpHash, id, field, session);
            if (simple != 0) return simple;
        }
        bool signed = _useSession(op, id, record, epoch, session, field);
        (address asset, uint256 amount, uint256 above) = SessionScope.check(op, id, session);
        if (amount > above) {
            bytes calldata approval = SessionSignature.approvalOf(field);
            if (approval.length == 0) revert SessionValidatorNeedsOwner(asset, amount, above);
            bytes32 digest = SessionTypedData.hashApproval(msg.sender, id, userOpHash);
            signed = ISmartAccount(msg.sender).isOwnerSignature(digest, approval) && signed;
        }
        signed = SessionSignature.isSigned(session.signer(), userOpHash, SessionSignature.keyOf(field)) && signed;
        return SessionScope.window(session, op.nonce) | (signed ? 0 : 1);
    }

    // --- Private: grants ---

    /// @dev Grants the session if it has to be, and counts its use. False where the owner's signature is wrong.
    function _useSession(
        PackedUserOperation calldata op,
        bytes32 id,
        Record storage record,
        uint256 epoch,
        bytes calldata session,
        bytes calldata field
    ) private returns (bool) {
        SessionWord word = record.word;
        if (word.isGranted()) {
            SessionWord next = SessionScope.count(op, session, word);
            if (SessionWord.unwrap(next) != SessionWord.unwrap(word)) record.word = next;
            return true;
        }
        if (word.isRevoked()) revert SessionValidatorRevoked(id);
        bytes calldata signature = SessionSignature.grantOf(field);
        if (signature.length == 0) revert SessionValidatorNotGranted(id);
        SessionForm.check(session, msg.sender, _entryPointOf(msg.sender));
        bytes32 digest = SessionTypedData.hashGrant(msg.sender, id, session);
        word = _grant(id, epoch, session);
        record.word = SessionScope.count(op, session, word);
        return ISmartAccount(msg.sender).isOwnerSignature(digest, signature);
    }

    /// @dev Records the caps; the caller records the session, which keeps the first cap itself where it can.
    function _grant(bytes32 id, uint256 epoch, bytes calldata session) private returns (SessionWord word) {
        (uint256 cursor, uint256 count) = session.caps();
        word = SessionWords.create(epoch);
        for (uint256 i = 0; i < count; ++i) {
            address asset = session.addressAt(cursor);
            (uint96 total, uint96 perPeriod) = (session.uint96At(cursor + 32), session.uint96At(cursor + 44));
            if (total != 0) {
                if (i == 0 && SessionForm.isTagUnique(session, asset)) {
                    word = word.withOwn(asset, total);
                } else {
                    word = word.withTotal();
                    _spent[_capOf(id, asset, false)][msg.sender] = SpendWords.create(total, 0);
                }
            }
            if (perPeriod != 0) {
                word = word.withPeriod();
                _spent[_capOf(id, asset, true)][msg.sender] = SpendWords.create(perPeriod, session.period());
            }
            cursor += SessionBytes.CAP;
        }
        emit SessionGranted(msg.sender, id, session);
    }

    // --- Private: caps ---

    /// @dev Counts one call; returns the session's word after it.
    function _spend(
        bytes32 id,
        SessionWord word,
        address target,
        uint256 value,
        bytes calldata data
    ) private returns (SessionWord) {
        if (value != 0) word = _spendAsset(id, word, address(0), value);
        (, uint256 amount) = TokenSpending.amountOf(data);
        if (amount == 0) return word;
        return _spendAsset(id, word, target, amount);
    }

    function _spendAsset(bytes32 id, SessionWord word, address asset, uint256 amount) private returns (SessionWord) {
        if (word.keeps(asset)) {
            if (amount > word.left()) revert SessionValidatorCapExceeded(asset, amount, word.left());
            word = word.minus(amount);
        } else if (word.hasTotal()) {
            _spendFrom(_capOf(id, asset, false), asset, amount);
        }
        if (word.hasPeriod()) _spendFrom(_capOf(id, asset, true), asset, amount);
        return word;
    }

    function _spendFrom(bytes32 cap, address asset, uint256 amount) private {
        SpendWord word = _spent[cap][msg.sender];
        if (SpendWord.unwrap(word) == 0) return;
        (SpendWord next, bool allowed) = word.spend(amount, block.timestamp);
        if (!allowed) {
            uint256 left = word.limit() - word.spentAt(block.timestamp);
            revert SessionValidatorCapExceeded(asset, amount, left);
        }
        _spent[cap][msg.sender] = next;
    }

    function _left(bytes32 cap, address account) private view returns (uint256) {
        SpendWord word = _spent[cap][account];
        if (SpendWord.unwrap(word) == 0) return type(uint256).max;
        return word.limit() - word.spentAt(block.timestamp);
    }

    function _capOf(bytes32 id, address asset, bool periodic) private pure returns (bytes32) {
        return keccak256(abi.encode(id, asset, periodic));
    }

    // --- Private: account ---

    /**
     * @dev A session's word is at keccak256(account, id) + 1: associated with the account as ERC-7562 has it, in one hash.
     * One further, as an account may name any id to {revoke}, also what {_spent} hashes; that stays at the hash itself.
     */
    function _recordOf(bytes32 id, address account) private pure returns (Record storage record) {
        assembly ("memory-safe") {
            mstore(0, account)
            mstore(0x20, id)
            record.slot := add(keccak256(0, 0x40), 1)
        }
    }

    /// @dev For less gas, the same as `keccak256(abi.encodePacked(block.chainid, address(this), account, epoch, session))`.
    function _idOf(address account, uint256 epoch, bytes calldata session) private view returns (bytes32 id) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, chainid())
            mstore(add(input, 0x20), shl(96, address()))
            mstore(add(input, 0x34), shl(96, account))
            mstore(add(input, 0x48), epoch)
            calldatacopy(add(input, 0x68), session.offset, session.length)
            id := keccak256(input, add(0x68, session.length))
        }
    }

    function _entryPointOf(address account) private view returns (address) {
        return IEntryPointOf(account).entryPoint();
    }
}
