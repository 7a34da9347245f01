// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {AccountCall} from "./AccountCall.sol";
import {ScopedCalls} from "./ScopedCalls.sol";

/**
 * @title Portcullis's smart account for an EOA to delegate to (EIP-7702, EntryPoint v0.9)
 * @notice What an EOA does most, its own operation of one call, is here; everything else is {FullAccount7702}'s, run by
 * DELEGATECALL. So the selectors of the many rare functions are not compared in each operation (500 gas).
 *
 * @dev Trust: as {FullAccount7702}, fixed when this is deployed; this part reads and writes no storage.
 */
contract SmartAccount7702 is Proxy {
    address private immutable FULL_ACCOUNT;

    constructor(address fullAccount) {
        FULL_ACCOUNT = fullAccount;
    }

    receive() external payable {}

    // --- Entry point ---

    /// @dev The key's own operation; what another validator is to judge, or another caller asks, is not answered here.
    function validateUserOp(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        uint256 missingAccountFunds
    ) external returns (uint256 validationData) {
        if (!_isEntryPoint() || userOp.nonce >> 96 != 0) _delegate(FULL_ACCOUNT);
        (address recovered, , ) = ECDSA.tryRecoverCalldata(userOpHash, userOp.signature);
        if (recovered != address(this)) validationData = ERC4337Utils.SIG_VALIDATION_FAILED;
        if (missingAccountFunds != 0) LowLevelCall.callNoReturn(msg.sender, missingAccountFunds, "");
    }

    /// @dev One call, as the entry point asks for it.
    function execute(bytes32 mode, bytes calldata executionCalldata) external payable {
        if (!_isEntryPoint() || mode != ScopedCalls.SINGLE) _delegate(FULL_ACCOUNT);
        (address target, uint256 value, bytes calldata data) = ScopedCalls.decodeSingle(executionCalldata);
        if (target == address(0)) _delegate(FULL_ACCOUNT);
        AccountCall.callOrRevert(target, value, data);
    }

    // --- Internal ---

    function _implementation() internal view override returns (address) {
        return FULL_ACCOUNT;
    }

    // --- Private ---

    function _isEntryPoint() private view returns (bool) {
        return msg.sender == address(ERC4337Utils.ENTRYPOINT_V09);
    }
}
