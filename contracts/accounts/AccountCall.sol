// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev One call of an account that returns nothing, or reverts with what the call reverted with.
library AccountCall {
    /**
     * @dev Without what Solidity copies twice, the same as
     *   if (!LowLevelCall.callNoReturn(target, value, data)) LowLevelCall.bubbleRevert();
     */
    function callOrRevert(address target, uint256 value, bytes calldata data) internal {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, data.offset, data.length)
            if iszero(call(gas(), target, value, free, data.length, 0, 0)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }
}
