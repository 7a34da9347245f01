// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionBytes} from "./SessionBytes.sol";

/**
 * @title The signature field of a session's operation
 * @dev Three lengths of 2 bytes, then the parts; the key's signature is the rest.
 *
 * | bytes | what                                                                                     |
 * |-------|------------------------------------------------------------------------------------------|
 * | 2     | length of the session                                                                    |
 * | 2     | length of the owner's grant, 0 where the session was granted before                      |
 * | 2     | length of the owner's approval, 0 where nothing is above an amount to co-sign            |
 * | ..    | session, grant, approval, the session key's signature of the operation's hash            |
 */
library SessionSignature {
    using SessionBytes for bytes;

    /// @dev Of secp256k1: larger s are the same signature once more.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @dev The session and its length. Reverts where the lengths say more than there is.
    function sessionOf(bytes calldata field) internal pure returns (bytes calldata session) {
        unchecked {
            uint256 lengths = field.wordAt(0) >> 208;
            uint256 length = lengths >> 32;
            if (6 + length + uint16(lengths >> 16) + uint16(lengths) > field.length) {
                revert ISessionValidator.SessionValidatorInvalidSignature();
            }
            return field.slice(6, length);
        }
    }

    /// @dev The owner's signature of the grant, of a field that {sessionOf} read.
    function grantOf(bytes calldata field) internal pure returns (bytes calldata) {
        unchecked {
            uint256 lengths = field.wordAt(0) >> 208;
            return field.slice(6 + (lengths >> 32), uint16(lengths >> 16));
        }
    }

    /// @dev The owner's signature of the operation.
    function approvalOf(bytes calldata field) internal pure returns (bytes calldata) {
        unchecked {
            uint256 lengths = field.wordAt(0) >> 208;
            return field.slice(6 + (lengths >> 32) + uint16(lengths >> 16), uint16(lengths));
        }
    }

    /// @dev The session key's signature of the operation.
    function keyOf(bytes calldata field) internal pure returns (bytes calldata) {
        unchecked {
            uint256 lengths = field.wordAt(0) >> 208;
            uint256 begin = 6 + (lengths >> 32) + uint16(lengths >> 16) + uint16(lengths);
            return field.slice(begin, field.length - begin);
        }
    }

    /// @dev ERC-7913, but 20 bytes are always an EOA: code at its address (EIP-7702) has no say.
    function isSigned(bytes calldata signer, bytes32 hash, bytes calldata signature) internal view returns (bool) {
        if (signer.length == 20) {
            return isKeys(signer.addressAt(0), hash, signature);
        }
        (bool success, bytes memory answer) = address(bytes20(signer)).staticcall(
            abi.encodeCall(IERC7913SignatureVerifier.verify, (signer[20:], hash, signature))
        );
        return success && answer.length >= 32 && bytes32(answer) == bytes32(IERC7913SignatureVerifier.verify.selector);
    }

    /**
     * @dev Whether a key signed, by its address, which is not 0. For less gas, the same as
     *   (address recovered, , ) = ECDSA.tryRecoverCalldata(hash, signature);
     *   return recovered == key;
     */
    function isKeys(address key, bytes32 hash, bytes calldata signature) internal view returns (bool same) {
        if (signature.length != 65 || signature.wordAt(32) > HALF_ORDER) return false;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, hash)
            mstore(add(input, 0x20), byte(0, calldataload(add(signature.offset, 0x40))))
            calldatacopy(add(input, 0x40), signature.offset, 0x40)
            // Where nobody is recovered, nothing is returned.
            mstore(0, 0)
            pop(staticcall(gas(), 1, input, 0x80, 0, 0x20))
            same := eq(mload(0), key)
        }
    }
}
