// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SmartAccount} from "./SmartAccount.sol";

/**
 * @title Portcullis's smart account, for EntryPoint v0.7
 * @dev Trust: as {SmartAccount}. The owner signs the same typed data as under v0.8 and v0.9 (`PackedUserOperation` in the
 * entry point's domain), which v0.7 itself does not know: nobody is asked to sign a bare hash.
 */
contract SmartAccountV07 is SmartAccount {
    bytes32 private constant USER_OPERATION = keccak256(
        "PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)"
    );
    bytes32 private constant DOMAIN = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    constructor(
        bytes32[3] memory delegateCode,
        address sessionValidator
    ) SmartAccount(delegateCode, sessionValidator) {}

    function entryPoint() public pure override returns (IEntryPoint) {
        return ERC4337Utils.ENTRYPOINT_V07;
    }

    function _signableUserOpHash(
        PackedUserOperation calldata userOp,
        bytes32
    ) internal view override returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN, keccak256("ERC4337"), keccak256("1"), block.chainid, address(entryPoint()))
        );
        bytes32 operation = keccak256(
            abi.encode(
                USER_OPERATION,
                userOp.sender,
                userOp.nonce,
                keccak256(userOp.initCode),
                keccak256(userOp.callData),
                userOp.accountGasLimits,
                userOp.preVerificationGas,
                userOp.gasFees,
                keccak256(userOp.paymasterAndData)
            )
        );
        return MessageHashUtils.toTypedDataHash(domain, operation);
    }
}
