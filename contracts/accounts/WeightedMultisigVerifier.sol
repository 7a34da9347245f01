// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/**
 * @title ERC-7913 verifier of several keys with weights
 * @notice key = abi.encode(uint64 threshold, bytes[] signers, uint64[] weights): signers are EOAs (20 bytes) or verifier
 * and key, in ascending order of their keccak256, so that none counts twice. signature = abi.encode(uint256[] indexes,
 * bytes[] signatures), indexes ascending.
 *
 * @dev Trust: none; it stores nothing. A signer of 20 bytes is a key: no contract is asked by ERC-1271, whose answer could
 * change after the fact and reads storage that ERC-7562 keeps from validation. Reverts on a key that could never sign,
 * or that counts somebody twice.
 */
contract WeightedMultisigVerifier is IERC7913SignatureVerifier {
    error WeightedMultisigInvalidKey();

    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (uint64 threshold, bytes[] memory signers, uint64[] memory weights) = abi.decode(
            key,
            (uint64, bytes[], uint64[])
        );
        _requireSound(threshold, signers, weights);
        if (signature.length == 0) return 0xffffffff;
        (uint256[] memory indexes, bytes[] memory signatures) = abi.decode(signature, (uint256[], bytes[]));
        if (indexes.length != signatures.length) return 0xffffffff;

        uint256 weight;
        for (uint256 i = 0; i < indexes.length; ++i) {
            uint256 index = indexes[i];
            if (index >= signers.length || (i != 0 && index <= indexes[i - 1])) return 0xffffffff;
            if (!_isSignedBy(signers[index], hash, signatures[i])) return 0xffffffff;
            weight += weights[index];
        }
        return weight >= threshold ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
    }

    // --- Private ---

    function _requireSound(uint64 threshold, bytes[] memory signers, uint64[] memory weights) private pure {
        if (threshold == 0 || signers.length != weights.length) revert WeightedMultisigInvalidKey();
        bytes32 last;
        uint256 total;
        for (uint256 i = 0; i < signers.length; ++i) {
            bytes32 id = keccak256(signers[i]);
            if (id <= last || signers[i].length < 20 || weights[i] == 0) revert WeightedMultisigInvalidKey();
            last = id;
            total += weights[i];
        }
        if (total < threshold) revert WeightedMultisigInvalidKey();
    }

    function _isSignedBy(bytes memory signer, bytes32 hash, bytes memory signature) private view returns (bool) {
        if (signer.length > 20) return SignatureChecker.isValidSignatureNow(signer, hash, signature);
        (address recovered, , ) = ECDSA.tryRecover(hash, signature);
        return recovered != address(0) && recovered == address(bytes20(signer));
    }
}
