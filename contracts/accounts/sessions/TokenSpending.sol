// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SessionBytes} from "./SessionBytes.sol";

/**
 * @title What a call takes from a token
 * @dev An allowance counts as spent when it is given: what is pulled later is beyond anyone's reach. `transferFrom`
 * counts whoever pays.
 */
library TokenSpending {
    using SessionBytes for bytes;

    bytes4 internal constant TRANSFER = 0xa9059cbb; // transfer(address,uint256)
    bytes4 internal constant APPROVE = 0x095ea7b3; // approve(address,uint256)
    bytes4 internal constant INCREASE_ALLOWANCE = 0x39509351; // increaseAllowance(address,uint256)
    bytes4 internal constant TRANSFER_FROM = 0x23b872dd; // transferFrom(address,address,uint256)
    bytes4 internal constant PERMIT = 0xd505accf; // permit(address,address,uint256,uint256,uint8,bytes32,bytes32)

    // Give away more than an amount says, in ways caps cannot follow.
    bytes4 private constant SET_APPROVAL_FOR_ALL = 0xa22cb465; // setApprovalForAll(address,bool)
    bytes4 private constant DAI_PERMIT = 0x8fcbaf0c; // permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)
    bytes4 private constant BYTES_PERMIT = 0x9fd5a6cf; // permit(address,address,uint256,uint256,bytes)
    bytes4 private constant APPROVE_AND_CALL = 0x3177029f; // approveAndCall(address,uint256)
    bytes4 private constant APPROVE_AND_CALL_DATA = 0xcae9ca51; // approveAndCall(address,uint256,bytes)
    bytes4 private constant PERMIT2_APPROVE = 0x87517c45; // approve(address,address,uint160,uint48)

    /// @dev Whether an amount can be read from calls with this selector.
    function isUnderstood(bytes4 selector) internal pure returns (bool) {
        return selector == TRANSFER || selector == TRANSFER_FROM || isAllowance(selector);
    }

    /// @dev Whether it lets another take an amount later.
    function isAllowance(bytes4 selector) internal pure returns (bool) {
        return selector == APPROVE || selector == INCREASE_ALLOWANCE || selector == PERMIT;
    }

    /// @dev Whether no session may have it, on any target.
    function isForbidden(bytes4 selector) internal pure returns (bool) {
        return
            selector == SET_APPROVAL_FOR_ALL ||
            selector == DAI_PERMIT ||
            selector == BYTES_PERMIT ||
            selector == APPROVE_AND_CALL ||
            selector == APPROVE_AND_CALL_DATA ||
            selector == PERMIT2_APPROVE;
    }

    /**
     * @dev The amount a call takes, in the token's smallest unit. Not understood: another selector, or calldata that is
     * not exactly as long as the arguments.
     */
    function amountOf(bytes calldata data) internal pure returns (bool understood, uint256 amount) {
        if (data.length < 4) return (false, 0);
        bytes4 selector = bytes4(bytes32(data.wordAt(0)));
        if (selector == TRANSFER || selector == APPROVE || selector == INCREASE_ALLOWANCE) {
            return data.length == 68 ? (true, data.wordAt(36)) : (false, 0);
        }
        if (selector == TRANSFER_FROM) return data.length == 100 ? (true, data.wordAt(68)) : (false, 0);
        if (selector == PERMIT) return data.length == 228 ? (true, data.wordAt(68)) : (false, 0);
        return (false, 0);
    }
}
