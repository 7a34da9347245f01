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

    mapping(bytes32 id => mapping(address account => SessionWord)) private _sessions;
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
    function consume(bytes32 context, bytes32 mode, bytes calldata executionCalldata, uint256 epoch) external {
        SessionWord word = _sessions[context][msg.sender];
        if (!word.isGranted() || word.epoch() != epoch) revert SessionValidatorRevoked(context);
        if (!word.hasTotal() && !word.hasPeriod()) return;

        uint256 calls = ScopedCalls.count(mode, executionCalldata);
        for (uint256 i = 0; i < calls; ++i) {
            (address target, uint256 value, bytes calldata data) = ScopedCalls.callAt(mode, executionCalldata, i);
            if (value != 0) _spend(context, word, address(0), value);
            (, uint256 amount) = TokenSpending.amountOf(data);
            if (amount != 0) _spend(context, word, target, amount);
        }
    }

    // --- Account: owner ---

    /// @inheritdoc ISessionValidator
    function grant(bytes calldata session) external returns (bytes32 id) {
        SessionForm.check(session, msg.sender, _entryPointOf(msg.sender));
        DelayedCalls.check(session, msg.sender);
        uint256 epoch = ISmartAccount(msg.sender).epoch();
        id = _idOf(msg.sender, epoch, session);
        SessionWord word = _sessions[id][msg.sender];
        if (word.isRevoked()) revert SessionValidatorRevoked(id);
        if (word.isGranted()) revert SessionValidatorAlreadyGranted(id);

        _sessions[id][msg.sender] = _grant(id, epoch, session);
    }

    /// @inheritdoc ISessionValidator
    function revoke(bytes32 id) external {
        _sessions[id][msg.sender] = _sessions[id][msg.sender].revoked();
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
        SessionWord word = _sessions[id][account];
        return SessionState(word.isGranted(), word.isRevoked(), word.used(), word.gasUsed(), word.epoch());
    }

    /// @inheritdoc ISessionValidator
    function leftOf(bytes32 id, address account, address asset) external view returns (uint256 total, uint256 period) {
        return (_left(_capOf(id, asset, false), account), _left(_capOf(id, asset, true), account));
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
        (
            bool readable,
            bytes calldata session,
            bytes calldata grant_,
            bytes calldata approval,
            bytes calldata signature
        ) = SessionSignature.split(SessionScope.signatureOf(op));
        if (!readable) revert SessionValidatorInvalidSignature();

        bytes32 id = _idOf(msg.sender, epoch, session);
        bool signed = _useSession(op, id, epoch, session, grant_);
        (address asset, uint256 amount, uint256 above) = SessionScope.check(op, id, session);
        if (amount > above) {
            if (approval.length == 0) revert SessionValidatorNeedsOwner(asset, amount, above);
            bytes32 digest = SessionTypedData.hashApproval(msg.sender, id, userOpHash);
            signed = ISmartAccount(msg.sender).isOwnerSignature(digest, approval) && signed;
        }
        signed = SessionSignature.isSigned(session.signer(), userOpHash, signature) && signed;
        (uint48 from, uint48 until) = SessionScope.window(session, op.nonce);
        return (signed ? 0 : 1) | (uint256(until) << 160) | (uint256(from) << 208);
    }

    // --- Private: grants ---

    /// @dev Grants the session if it has to be, and counts its use. False where the owner's signature is wrong.
    function _useSession(
        PackedUserOperation calldata op,
        bytes32 id,
        uint256 epoch,
        bytes calldata session,
        bytes calldata grant_
    ) private returns (bool signed) {
        SessionWord word = _sessions[id][msg.sender];
        if (word.isRevoked()) revert SessionValidatorRevoked(id);
        signed = true;
        SessionWord next = word;
        if (!word.isGranted()) {
            if (grant_.length == 0) revert SessionValidatorNotGranted(id);
            SessionForm.check(session, msg.sender, _entryPointOf(msg.sender));
            bytes32 digest = SessionTypedData.hashGrant(msg.sender, id, session);
            signed = ISmartAccount(msg.sender).isOwnerSignature(digest, grant_);
            next = _grant(id, epoch, session);
        }
        next = SessionScope.count(op, session, next);
        if (SessionWord.unwrap(next) != SessionWord.unwrap(word)) _sessions[id][msg.sender] = next;
    }

    /// @dev Records the caps; the caller records the session.
    function _grant(bytes32 id, uint256 epoch, bytes calldata session) private returns (SessionWord) {
        (uint256 cursor, uint256 count) = session.caps();
        (bool hasTotal, bool hasPeriod) = (false, false);
        for (uint256 i = 0; i < count; ++i) {
            address asset = session.addressAt(cursor);
            (uint96 total, uint96 perPeriod) = (session.uint96At(cursor + 32), session.uint96At(cursor + 44));
            if (total != 0) {
                hasTotal = true;
                _spent[_capOf(id, asset, false)][msg.sender] = SpendWords.create(total, 0);
            }
            if (perPeriod != 0) {
                hasPeriod = true;
                _spent[_capOf(id, asset, true)][msg.sender] = SpendWords.create(perPeriod, session.period());
            }
            cursor += SessionBytes.CAP;
        }
        emit SessionGranted(msg.sender, id, session);
        return SessionWords.create(epoch, hasTotal, hasPeriod);
    }

    // --- Private: caps ---

    function _spend(bytes32 id, SessionWord word, address asset, uint256 amount) private {
        if (word.hasTotal()) _spendFrom(_capOf(id, asset, false), asset, amount);
        if (word.hasPeriod()) _spendFrom(_capOf(id, asset, true), asset, amount);
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

    function _idOf(address account, uint256 epoch, bytes calldata session) private view returns (bytes32) {
        return keccak256(abi.encodePacked(block.chainid, address(this), account, epoch, session));
    }

    function _entryPointOf(address account) private view returns (address) {
        return IEntryPointOf(account).entryPoint();
    }
}
