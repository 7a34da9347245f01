// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";

/**
 * @title Who can be an owner or a guardian
 */
library OwnerForm {
    /**
     * @dev What {ISmartAccount-isValidOwner} accepts, and not the account itself. 20 bytes are a key, whether or not the
     * address has code: a contract's cannot sign for an account. To ask would cost each request a cold read; clients do.
     */
    function isOwner(bytes calldata owner, address account) internal view returns (bool) {
        if (owner.length != 20) return isVerifiable(owner);
        address key = address(bytes20(owner));
        return key != address(0) && key != account;
    }

    /// @dev A contract that answers as an ERC-7913 verifier, and a key it does not choke on.
    function isVerifiable(bytes calldata signer) internal view returns (bool) {
        if (signer.length <= 20) return false;
        (bool success, bytes memory answer) = address(bytes20(signer)).staticcall(
            abi.encodeCall(IERC7913SignatureVerifier.verify, (signer[20:], bytes32(0), ""))
        );
        return success && answer.length == 32 && bytes32(answer) == bytes32(bytes4(0xffffffff));
    }

    /// @dev Whether 20 bytes name a contract, which has no key.
    function isContract(bytes calldata owner) internal view returns (bool) {
        if (owner.length != 20) return false;
        address key = address(bytes20(owner));
        return key.code.length != 0 && !isDelegated(key);
    }

    /// @dev Whether the code is an EOA's delegation (EIP-7702): 0xef0100 and an address.
    function isDelegated(address account) internal view returns (bool) {
        return account.code.length == 23 && bytes3(account.code) == 0xef0100;
    }
}
