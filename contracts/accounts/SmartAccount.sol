// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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
        address validator = address(bytes20(bytes32(userOp.nonce)));
        AccountState state = validator == address(0) ? _ownerState() : _state();
        if (validator != address(0)) {
            validationData = _askValidator(state, validator, userOp, userOpHash);
        } else if (!_isOwner(state, _signableUserOpHash(userOp, userOpHash), _signatureOf(userOp))) {
            validationData = ERC4337Utils.SIG_VALIDATION_FAILED;
        }

        if (missingAccountFunds != 0) {
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
        state = state.recovered(quarantined, block.timestamp);
        _data().state = state;
        _data().owner = newOwner;
        emit OwnerRecovered(newOwner, _epochOf(state));
        if (quarantined) {
            _setQuarantine(quarantineUntil, quarantineLimit);
            emit QuarantineStarted(quarantineUntil, quarantineLimit);
        }
    }

    function freeze(uint48 until) external virtual {
        _setFreeze(_requireRecovery(), until);
        emit Frozen(until);
    }

    // --- Owner ---

    function bumpEpoch() external virtual onlyEntryPointOrSelf {
        _requireActive();
        _bumpEpoch(_state());
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
        _requireActive();
        return _epochOf(_state());
    }

    function recovery()
        external
        view
        virtual
        returns (address module, uint48 frozenUntil, uint48 quarantinedUntil, uint256 left)
    {
        AccountState state = _state();
        (quarantinedUntil, left) = _quarantine(state);
        return (state.recovery(), state.frozenUntil(), quarantinedUntil, left);
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

    /// @dev The likelier first.
    function _checkEntryPointOrSelf() internal view virtual override {
        if (msg.sender != address(entryPoint()) && msg.sender != address(this)) {
            revert AccountUnauthorized(msg.sender);
        }
    }

    function _rawSignatureValidation(
        bytes32 hash,
        bytes calldata signature
    ) internal view virtual override returns (bool) {
        return _isOwner(_ownerState(), hash, signature);
    }

    /// @dev An owner of 20 bytes is a key, whatever code its address has: that code (EIP-7702) would answer to others.
    function _isOwner(AccountState state, bytes32 hash, bytes calldata signature) internal view virtual returns (bool) {
        address signer = state.isReplaced() ? address(0) : _cloneKey();
        if (signer == address(0)) {
            bytes memory owner_ = owner();
            if (owner_.length > 20) return SignatureChecker.isValidSignatureNow(owner_, hash, signature);
            signer = address(bytes20(owner_));
        }
        // What cannot be recovered is address 0, which no owner is.
        (address recovered, , ) = ECDSA.tryRecoverCalldata(hash, signature);
        return recovered == signer && signer != address(0);
    }

    // --- Private ---

    // --- Private ---

    /// @dev `userOp.signature`, unchecked: only the entry point gets here, and it encodes what it sends.
    function _signatureOf(PackedUserOperation calldata userOp) private pure returns (bytes calldata signature) {
        assembly ("memory-safe") {
            let position := add(userOp, calldataload(add(userOp, 0x100)))
            signature.offset := add(position, 0x20)
            signature.length := calldataload(position)
        }
    }

    /**
     * @dev The clone's arguments where they are 20 bytes, else 0. The same as
     *   bytes memory owner_ = Clones.fetchCloneArgs(address(this));
     *   key = owner_.length == 20 ? address(bytes20(owner_)) : address(0);
     */
    function _cloneKey() private view returns (address key) {
        assembly ("memory-safe") {
            if eq(extcodesize(address()), add(CLONE_LENGTH, 20)) {
                mstore(0, 0)
                extcodecopy(address(), 12, CLONE_LENGTH, 20)
                key := mload(0)
            }
        }
    }

    function _requireRecovery() private view returns (AccountState state) {
        state = _state();
        if (msg.sender != state.recovery()) revert SmartAccountUnauthorized(msg.sender);
    }
}
