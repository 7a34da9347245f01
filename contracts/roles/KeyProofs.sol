// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP7702Utils} from "@openzeppelin/contracts/account/utils/EIP7702Utils.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/**
 * @title Judges the proofs of key bindings for one manager
 * @dev Trust: has no storage, no owner and no power; the manager deploys it in its own constructor, so that the code of
 * both fits EIP-170.
 */
contract KeyProofs {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    /// @dev The verifying contract of the proofs.
    address public immutable MANAGER;

    constructor() {
        MANAGER = msg.sender;
    }

    // --- Anyone ---

    /// @dev Whether the account itself signed a struct under the manager's domain: a key by ECDSA, a contract by ERC-1271.
    function isValid(address account, bytes32 structHash, bytes calldata signature) external view returns (bool) {
        bytes32 digest = MessageHashUtils.toTypedDataHash(domainSeparator(), structHash);
        if (!isKey(account)) return SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature);
        // A delegate answers ERC-1271 as it likes: it proves nothing about the key.
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(digest, signature);
        return problem == ECDSA.RecoverError.NoError && signer == account;
    }

    /// @dev No code, or the code of an EIP-7702 delegation, which no contract can have (EIP-3541).
    function isKey(address account) public view returns (bool) {
        return account.code.length == 0 || EIP7702Utils.fetchDelegate(account) != address(0);
    }

    /// @dev Computed each time: a chain that forks must not share proofs.
    function domainSeparator() public view returns (bytes32) {
        bytes32 name = keccak256("Portcullis RoleManager");
        return keccak256(abi.encode(DOMAIN_TYPEHASH, name, keccak256("1"), block.chainid, MANAGER));
    }
}
