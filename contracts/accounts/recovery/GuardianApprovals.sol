// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {OwnerForm} from "./OwnerForm.sol";
import {RecoveryTerms} from "./RecoveryTerms.sol";

/**
 * @title Weighs guardians' signatures
 * @notice Guardians and approvals both rise, so that one walk over both finds each guardian at most once.
 */
library GuardianApprovals {
    /// @dev Half the order of secp256k1: above it lies a second signature for each.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /**
     * @dev Every signature must be good. `terms` are taken for checked.
     * @return weight Of those who signed.
     * @return signers Bit i: guardian i signed.
     */
    function weigh(
        bytes calldata terms,
        bytes32 digest,
        bytes calldata approvals
    ) internal view returns (uint256 weight, uint256 signers) {
        uint256 guardian = 0;
        uint256 cursor = RecoveryTerms.HEADER;
        uint256 position = 0;
        // Nothing overflows: all are below the lengths of calldata, 32 guardians, or 255 each.
        unchecked {
            while (position < approvals.length) {
                uint256 index;
                bytes calldata signature;
                (index, signature, position) = _approvalAt(approvals, position);
                // A guardian passed is not found again: no index twice, and all rise.
                if (index < guardian) revert IGuardianRecovery.RecoveryMalformedApprovals();
                uint256 one;
                bytes calldata signer;
                do {
                    if (cursor >= terms.length) revert IGuardianRecovery.RecoveryMalformedApprovals();
                    (one, signer, cursor) = RecoveryTerms.guardianAt(terms, cursor);
                } while (guardian++ < index);

                if (!isSignedBy(signer, digest, signature)) revert IGuardianRecovery.RecoveryInvalidSignature(index);
                weight += one;
                signers |= 1 << index;
            }
        }
    }

    /**
     * @dev An address signs by its key, or else by its code, but never by code that an EOA delegated to (EIP-7702): that
     * may answer to anybody. A static call: whoever is asked can change nothing.
     */
    function isSignedBy(bytes calldata signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        if (signer.length > 20) return SignatureChecker.isValidSignatureNow(signer, digest, signature);
        address key = address(bytes20(signer));
        if (signature.length == 65 && _recover(digest, signature) == key) return key != address(0);
        return
            key.code.length != 0 &&
            !OwnerForm.isDelegated(key) &&
            SignatureChecker.isValidERC1271SignatureNowCalldata(key, digest, signature);
    }

    // --- Private ---

    /// @dev Of 65 bytes. 0 where there is nobody, or for the other half of a signature (high s).
    function _recover(bytes32 digest, bytes calldata signature) private pure returns (address) {
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly ("memory-safe") {
            r := calldataload(signature.offset)
            s := calldataload(add(signature.offset, 0x20))
            v := byte(0, calldataload(add(signature.offset, 0x40)))
        }
        return uint256(s) > HALF_ORDER ? address(0) : ecrecover(digest, v, r, s);
    }

    /// @dev Like slices of `approvals`, but checked once.
    function _approvalAt(
        bytes calldata approvals,
        uint256 position
    ) private pure returns (uint256 index, bytes calldata signature, uint256 next) {
        uint256 length;
        assembly ("memory-safe") {
            let word := calldataload(add(approvals.offset, position))
            index := shr(248, word)
            length := and(shr(232, word), 0xffff)
            signature.offset := add(add(approvals.offset, position), 3)
            signature.length := length
        }
        unchecked {
            next = position + 3 + length;
        }
        if (next > approvals.length) revert IGuardianRecovery.RecoveryMalformedApprovals();
    }
}
