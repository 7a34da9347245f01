// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
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

    /// @dev Not `ok` where the lengths say more than there is.
    function split(
        bytes calldata signature
    )
        internal
        pure
        returns (bool ok, bytes calldata session, bytes calldata grant, bytes calldata approval, bytes calldata key)
    {
        unchecked {
            uint256 word = signature.wordAt(0);
            uint256 grantAt = 6 + (word >> 240);
            uint256 approvalAt = grantAt + uint16(word >> 224);
            uint256 keyAt = approvalAt + uint16(word >> 208);
            if (keyAt > signature.length) keyAt = approvalAt = grantAt = 6;
            else ok = true;
            session = signature.slice(6, grantAt - 6);
            grant = signature.slice(grantAt, approvalAt - grantAt);
            approval = signature.slice(approvalAt, keyAt - approvalAt);
            key = signature.slice(keyAt, signature.length - keyAt);
        }
    }

    /// @dev ERC-7913, but 20 bytes are always an EOA: code at its address (EIP-7702) has no say.
    function isSigned(bytes calldata signer, bytes32 hash, bytes calldata signature) internal view returns (bool) {
        if (signer.length == 20) {
            (address recovered, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(hash, signature);
            return problem == ECDSA.RecoverError.NoError && recovered == address(bytes20(signer));
        }
        (bool success, bytes memory answer) = address(bytes20(signer)).staticcall(
            abi.encodeCall(IERC7913SignatureVerifier.verify, (signer[20:], hash, signature))
        );
        return success && answer.length >= 32 && bytes32(answer) == bytes32(IERC7913SignatureVerifier.verify.selector);
    }
}
