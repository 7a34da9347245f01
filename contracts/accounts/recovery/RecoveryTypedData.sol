// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";

/**
 * @title What guardians sign (EIP-712)
 * @notice A recovery's approval names its chain and module itself, under a domain that names neither, so that one
 * signature can cover a tree of approvals for several chains: the EIP-712 hash of nested pairs is their Merkle root.
 */
library RecoveryTypedData {
    /// @dev Height of the tallest tree.
    uint256 private constant MOST_NODES = 10;
    bytes private constant APPROVAL_TYPE =
        "RecoveryApproval(uint256 chainId,address module,address account,uint256 nonce,bytes32 guardians,bytes newOwner,uint48 deadline)";
    bytes32 private constant APPROVAL_TYPEHASH = keccak256(APPROVAL_TYPE);
    bytes32 private constant VETO_TYPEHASH = keccak256(
        "ChangeVeto(address account,bytes32 guardians,uint256 number,uint48 deadline)"
    );
    bytes32 private constant FREEZE_TYPEHASH = keccak256(
        "Freeze(address account,bytes32 guardians,uint256 number,uint48 deadline)"
    );
    bytes32 private constant UNFREEZE_TYPEHASH = keccak256(
        "Unfreeze(address account,bytes32 guardians,uint256 number,uint48 deadline)"
    );
    bytes32 private constant DRILL_TYPEHASH = keccak256("Drill(address account,bytes32 guardians,uint48 signedAt)");
    bytes32 private constant ROTATION_TYPEHASH = keccak256(
        "OwnerRotation(address account,bytes newOwner,uint48 deadline)"
    );
    bytes32 private constant NAME = keccak256("Portcullis GuardianRecovery");
    bytes32 private constant VERSION = keccak256("1");
    bytes32 private constant ANY_CHAIN_DOMAIN = keccak256(
        abi.encode(keccak256("EIP712Domain(string name,string version)"), NAME, VERSION)
    );
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @dev Of a recovery on this chain by this module, the leaf of what is signed.
    function hashApproval(
        address account,
        uint256 nonce,
        bytes32 termsHash,
        bytes32 ownerHash,
        uint48 deadline
    ) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    APPROVAL_TYPEHASH,
                    block.chainid,
                    address(this),
                    account,
                    nonce,
                    termsHash,
                    ownerHash,
                    deadline
                )
            );
    }

    /// @dev What is signed where `node` is an approval signed alone, or a tree of them.
    function toDigest(bytes32 node) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(ANY_CHAIN_DOMAIN, node);
    }

    /// @dev The struct hash of RecoveryApprovals, whose type has one `[2]` per node of the proof.
    function hashTree(bytes32 leaf, bytes32[] calldata proof, uint256 index) internal pure returns (bytes32) {
        if (proof.length == 0 || proof.length > MOST_NODES || index >> proof.length != 0) {
            revert IGuardianRecovery.RecoveryMalformedApprovals();
        }
        bytes32 root = leaf;
        bytes memory pairs = "";
        for (uint256 i = 0; i < proof.length; ++i) {
            bool right = (index >> i) & 1 == 1;
            root = right ? keccak256(abi.encode(proof[i], root)) : keccak256(abi.encode(root, proof[i]));
            pairs = bytes.concat(pairs, "[2]");
        }
        bytes32 typeHash = keccak256(
            bytes.concat("RecoveryApprovals(RecoveryApproval", pairs, " tree)", APPROVAL_TYPE)
        );
        return keccak256(abi.encode(typeHash, root));
    }

    function hashVeto(
        address account,
        bytes32 termsHash,
        uint256 number,
        uint48 deadline
    ) internal view returns (bytes32) {
        return _toDigest(keccak256(abi.encode(VETO_TYPEHASH, account, termsHash, number, deadline)));
    }

    function hashFreeze(
        address account,
        bytes32 termsHash,
        uint256 number,
        uint48 deadline
    ) internal view returns (bytes32) {
        return _toDigest(keccak256(abi.encode(FREEZE_TYPEHASH, account, termsHash, number, deadline)));
    }

    function hashUnfreeze(
        address account,
        bytes32 termsHash,
        uint256 number,
        uint48 deadline
    ) internal view returns (bytes32) {
        return _toDigest(keccak256(abi.encode(UNFREEZE_TYPEHASH, account, termsHash, number, deadline)));
    }

    function hashDrill(address account, bytes32 termsHash, uint48 signedAt) internal view returns (bytes32) {
        return _toDigest(keccak256(abi.encode(DRILL_TYPEHASH, account, termsHash, signedAt)));
    }

    function hashRotation(address account, bytes32 ownerHash, uint48 deadline) internal view returns (bytes32) {
        return _toDigest(keccak256(abi.encode(ROTATION_TYPEHASH, account, ownerHash, deadline)));
    }

    // --- Private ---

    /// @dev Computed each time: a chain that forks must not share signatures.
    function _toDigest(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME, VERSION, block.chainid, address(this)));
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }
}
