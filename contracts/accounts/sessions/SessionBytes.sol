// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @title How a session's packed bytes are read
 * @dev Numbers are big-endian. There is one way to write a session, so its hash names it.
 *
 * | at  | bytes | what                                                                                          |
 * |-----|-------|-----------------------------------------------------------------------------------------------|
 * | 0   | 4     | salt                                                                                          |
 * | 4   | 6     | validAfter: first second                                                                      |
 * | 10  | 6     | validUntil: last second, below 2^47                                                           |
 * | 16  | 8     | maxFeePerGas: wei                                                                             |
 * | 24  | 4     | maxGasPerOperation: all gas limits of an operation together                                   |
 * | 28  | 4     | maxUses: operations; 0 for no limit                                                           |
 * | 32  | 6     | maxGasTotal: gas limits of all operations together; 0 for no limit                            |
 * | 38  | 4     | period: seconds, 0 where no cap is per period                                                 |
 * | 42  | 20    | paymaster: 0 for none at all, all ones for any or none, else this one                         |
 * | 62  | 2     | length of the signer                                                                          |
 * | 64  | s     | signer: ERC-7913, 20 bytes of an EOA, or verifier and key                                     |
 * | ..  | 1     | number of caps                                                                                |
 * | ..  | 68 ×  | cap: asset (20, 0 for native), perCall (12), total (12), perPeriod (12), coSignAbove (12)     |
 * | ..  | 1     | number of actions                                                                             |
 * | ..  |       | action: target (20), selector (4, 0 for a call without data), length of its rules (2), rules  |
 *
 * Rules are read by {ArgumentRules}. Positions past the end read as whatever follows: read only what {SessionForm}
 * has accepted, which the hash then stands for.
 */
library SessionBytes {
    uint256 internal constant HEADER = 64;
    uint256 internal constant CAP = 68;
    uint256 internal constant ACTION = 26;

    address internal constant ANY_PAYMASTER = address(type(uint160).max);

    /// @dev The 32 bytes at a position: `uint256(bytes32(data[at:at + 32]))` without its bounds check.
    function wordAt(bytes calldata data, uint256 cursor) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, cursor))
        }
    }

    /// @dev `data[from:from + length]` without its bounds checks.
    function slice(bytes calldata data, uint256 from, uint256 length) internal pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            part.offset := add(data.offset, from)
            part.length := length
        }
    }

    function uint8At(bytes calldata data, uint256 cursor) internal pure returns (uint256) {
        return wordAt(data, cursor) >> 248;
    }

    function uint16At(bytes calldata data, uint256 cursor) internal pure returns (uint256) {
        return wordAt(data, cursor) >> 240;
    }

    function uint96At(bytes calldata data, uint256 cursor) internal pure returns (uint96) {
        return uint96(wordAt(data, cursor) >> 160);
    }

    function addressAt(bytes calldata data, uint256 cursor) internal pure returns (address) {
        return address(uint160(wordAt(data, cursor) >> 96));
    }

    // --- Header ---

    function validAfter(bytes calldata session) internal pure returns (uint48) {
        return uint48(wordAt(session, 0) >> 176);
    }

    function validUntil(bytes calldata session) internal pure returns (uint48) {
        return uint48(wordAt(session, 0) >> 128);
    }

    function maxFeePerGas(bytes calldata session) internal pure returns (uint64) {
        return uint64(wordAt(session, 0) >> 64);
    }

    function maxGasPerOperation(bytes calldata session) internal pure returns (uint32) {
        return uint32(wordAt(session, 0) >> 32);
    }

    function maxUses(bytes calldata session) internal pure returns (uint32) {
        return uint32(wordAt(session, 0));
    }

    function maxGasTotal(bytes calldata session) internal pure returns (uint48) {
        return uint48(wordAt(session, 32) >> 208);
    }

    function period(bytes calldata session) internal pure returns (uint32) {
        return uint32(wordAt(session, 32) >> 176);
    }

    function paymaster(bytes calldata session) internal pure returns (address) {
        return address(uint160(wordAt(session, 32) >> 16));
    }

    function signer(bytes calldata session) internal pure returns (bytes calldata) {
        return slice(session, HEADER, signerLength(session));
    }

    // --- Lists ---

    /// @dev The first cap, and how many there are.
    function caps(bytes calldata session) internal pure returns (uint256 cursor, uint256 count) {
        unchecked {
            cursor = HEADER + signerLength(session);
            return (cursor + 1, uint8At(session, cursor));
        }
    }

    /// @dev The first action, and how many there are.
    function actions(bytes calldata session) internal pure returns (uint256 cursor, uint256 count) {
        (uint256 cap, uint256 capCount) = caps(session);
        unchecked {
            cursor = cap + capCount * CAP;
            return (cursor + 1, uint8At(session, cursor));
        }
    }

    /// @dev The action at a position, and the position of the next.
    function actionAt(
        bytes calldata session,
        uint256 cursor
    ) internal pure returns (address target, bytes4 selector, uint256 rules, uint256 next) {
        uint256 word = wordAt(session, cursor);
        target = address(uint160(word >> 96));
        selector = bytes4(uint32(word >> 64));
        unchecked {
            rules = cursor + ACTION;
            next = rules + uint16(word >> 48);
        }
    }

    function signerLength(bytes calldata session) internal pure returns (uint256) {
        return uint16(wordAt(session, 32));
    }
}
