// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ERC7739} from "@openzeppelin/contracts/utils/cryptography/signers/draft-ERC7739.sol";
import {AccountExecution} from "./AccountExecution.sol";
import {AccountState} from "./AccountState.sol";
import {ISmartAccount} from "./ISmartAccount.sol";

/**
 * @title Portcullis's smart account, for EntryPoint v0.9
 * @dev Trust: the owner does everything but replace itself. The recovery module replaces the owner, freezes and
 * quarantines, and moves nothing. Validators authorise foreign calls, executors make them. Nobody upgrades a clone.
 */
contract SmartAccount is AccountExecution, ERC7739 {
    /// @dev A clone's code is this long, its arguments follow.
    uint256 private constant CLONE_LENGTH = 0x2d;

    constructor(
        bytes32[3] memory delegateCode,
        address sessionValidator
    ) AccountExecution(delegateCode, sessionValidator) EIP712("Portcullis SmartAccount", "1") {}

    // --- Entry point ---

    /**
     * @dev While a freeze or a quarantine may be on, the account pays for no operation before their end: else whoever has
     * the owner's key could take its ether as fees. Its deposit and paymasters still pay.
     */
    function validateUserOp(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        uint256 missingAccountFunds
    ) public virtual override onlyEntryPoint returns (uint256 validationData) {
        validationData = _validateUserOp(userOp, userOpHash, userOp.signature);
        if (missingAccountFunds != 0) {
            AccountState state = _state();
            if (state.isRestricted()) {
                uint256 later = ERC4337Utils.packValidationData(address(0), _restrictedUntil(state), 0);
                validationData = ERC4337Utils.combineValidationData(validationData, later);
            }
            _payPrefund(missingAccountFunds);
        }
    }

    // --- Recovery module ---

    function recoverOwner(bytes calldata newOwner, uint48 quarantineUntil, uint256 quarantineLimit) external virtual {
        AccountState state = _requireRecovery();
        if (!isValidOwner(newOwner)) revert SmartAccountInvalidOwner(newOwner);
        bool quarantined = quarantineUntil > block.timestamp;
        state = state.recovered(quarantined);
        _data().state = state;
        _data().owner = newOwner;
        emit OwnerRecovered(newOwner, state.epoch());
        if (quarantined) {
            _setQuarantine(quarantineUntil, quarantineLimit);
            emit QuarantineStarted(quarantineUntil, quarantineLimit);
        }
    }

    function freeze(uint48 until) external virtual {
        _setFreeze(_requireRecovery(), until);
        emit Frozen(until);
    }

    function unfreeze() external virtual {
        _setFreeze(_requireRecovery(), 0);
        emit Unfrozen();
    }

    // --- Owner ---

    function bumpEpoch() external virtual onlyEntryPointOrSelf {
        AccountState state = _state().withEpochBumped();
        _data().state = state;
        emit EpochBumped(state.epoch());
    }

    // --- Anyone ---

    /// @dev Owner only, nested as ERC-7739 has it, and not while restricted: a Permit moves value too. Modules never answer.
    function isValidSignature(
        bytes32 hash,
        bytes calldata signature
    ) public view virtual override(ERC7739, IERC1271) returns (bytes4) {
        AccountState state = _state();
        if (state.isRestricted() && block.timestamp < _restrictedUntil(state)) return 0xffffffff;
        return super.isValidSignature(hash, signature);
    }

    function isOwnerSignature(bytes32 hash, bytes calldata signature) external view virtual returns (bool) {
        return _rawSignatureValidation(hash, signature);
    }

    function owner() public view virtual returns (bytes memory) {
        return _state().isReplaced() ? _data().owner : Clones.fetchCloneArgs(address(this));
    }

    function epoch() external view virtual returns (uint256) {
        return _state().epoch();
    }

    function recoveryModule() external view virtual returns (address) {
        return _state().recovery();
    }

    function isValidOwner(bytes calldata owner_) public view virtual returns (bool) {
        if (owner_.length <= 20) return owner_.length == 20 && bytes20(owner_) != bytes20(0);
        (bool success, bytes memory answer) = address(bytes20(owner_)).staticcall(
            abi.encodeCall(IERC7913SignatureVerifier.verify, (owner_[20:], bytes32(0), ""))
        );
        return success && answer.length == 32 && bytes32(answer) == bytes32(bytes4(0xffffffff));
    }

    function accountId() external pure virtual returns (string memory) {
        return "portcullis.smart-account.1.0.0";
    }

    // --- Internal ---

    /// @dev The top 20 bytes of the nonce name the validator; 0 is the owner.
    function _validateUserOp(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        bytes calldata signature
    ) internal virtual override returns (uint256) {
        address validator = address(bytes20(bytes32(userOp.nonce)));
        if (validator == address(0)) return super._validateUserOp(userOp, userOpHash, signature);

        return _askValidator(_state(), validator, userOp, userOpHash);
    }

    /// @dev An owner of 20 bytes is a key, whatever code its address has: that code (EIP-7702) would answer to others.
    function _rawSignatureValidation(
        bytes32 hash,
        bytes calldata signature
    ) internal view virtual override returns (bool) {
        bytes memory signer = owner();
        if (signer.length > 20) return SignatureChecker.isValidSignatureNow(signer, hash, signature);
        (address recovered, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(hash, signature);
        return err == ECDSA.RecoverError.NoError && signer.length == 20 && recovered == address(bytes20(signer));
    }

    // --- Private ---

    function _requireRecovery() private view returns (AccountState state) {
        state = _state();
        if (msg.sender != state.recovery()) revert SmartAccountUnauthorized(msg.sender);
    }
}
