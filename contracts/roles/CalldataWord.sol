// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev A word of calldata, at a tenth of the gas of the plain Solidity. Past the end of `data`, where that reverts, it may
 * be anything: only for calls that the function they are for refuses when they are that short.
 */
function wordAt(bytes calldata data, uint256 offset) pure returns (uint256 word) {
    // return uint256(bytes32(data[offset:offset + 32]));
    assembly ("memory-safe") {
        word := calldataload(add(data.offset, offset))
    }
}
