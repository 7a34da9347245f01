// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISmartAccount} from "./ISmartAccount.sol";

/**
 * @dev The calls inside {ISmartAccount-executeAdmitted}, read in the one way that is accepted: offsets where the ABI
 * encoder puts them, clean words, zero padding, nothing before, between or after. So what a validator judged is what runs.
 *
 * Operation: selector, validator, context, mode, 0x80, length, execution.
 * Execution, single (mode 0): target (20 bytes), value (32), data.
 * Execution, batch (mode 0x01 and 31 zeros): abi.encode(Execution[]).
 */
library ScopedCalls {
    error ScopedCallsNotCanonical();

    bytes32 internal constant SINGLE = bytes32(0);
    bytes32 internal constant BATCH = bytes32(uint256(1) << 248);

    // Positions in the operation's callData.
    uint256 private constant CONTEXT = 0x24;
    uint256 private constant MODE = 0x44;
    uint256 private constant OFFSET = 0x64;
    uint256 private constant LENGTH = 0x84;
    uint256 private constant EXECUTION = 0xa4;

    /// @dev Fails on what is not a canonical call of `executeAdmitted` by `validator`.
    function decodeOperation(
        bytes calldata callData,
        address validator
    ) internal pure returns (bytes32 context, bytes32 mode, bytes calldata execution) {
        if (
            callData.length < EXECUTION ||
            bytes4(callData) != ISmartAccount.executeAdmitted.selector ||
            _wordAt(callData, 4) != uint160(validator) ||
            _wordAt(callData, OFFSET) != 0x80
        ) revert ScopedCallsNotCanonical();
        uint256 end = _requirePadded(callData, LENGTH);
        if (end != callData.length) revert ScopedCallsNotCanonical();

        (context, mode, execution) = readOperation(callData);
        if (mode == SINGLE) {
            if (execution.length < 52) revert ScopedCallsNotCanonical();
        } else if (mode == BATCH) {
            _requireCanonicalBatch(execution);
        } else {
            revert ScopedCallsNotCanonical();
        }
    }

    /// @dev The parts of an operation that {decodeOperation} accepted.
    function readOperation(
        bytes calldata callData
    ) internal pure returns (bytes32 context, bytes32 mode, bytes calldata execution) {
        context = bytes32(_wordAt(callData, CONTEXT));
        mode = bytes32(_wordAt(callData, MODE));
        execution = _slice(callData, EXECUTION, _wordAt(callData, LENGTH));
    }

    /// @dev How many calls, of an execution that {decodeOperation} accepted.
    function count(bytes32 mode, bytes calldata execution) internal pure returns (uint256) {
        return mode == SINGLE ? 1 : _wordAt(execution, 0x20);
    }

    /// @dev One call, of an execution that {decodeOperation} accepted.
    function callAt(
        bytes32 mode,
        bytes calldata execution,
        uint256 index
    ) internal pure returns (address target, uint256 value, bytes calldata data) {
        if (mode == SINGLE) {
            return decodeSingle(execution);
        }
        unchecked {
            uint256 position = 0x40 + _wordAt(execution, 0x40 + index * 0x20);
            target = address(uint160(_wordAt(execution, position)));
            value = _wordAt(execution, position + 0x20);
            data = _slice(execution, position + 0x80, _wordAt(execution, position + 0x60));
        }
    }

    /**
     * @dev The same, for less gas, as
     *   if (execution.length < 52) revert ScopedCallsNotCanonical();
     *   return (address(bytes20(execution)), uint256(bytes32(execution[20:52])), execution[52:]);
     */
    function decodeSingle(
        bytes calldata execution
    ) internal pure returns (address target, uint256 value, bytes calldata data) {
        if (execution.length < 52) revert ScopedCallsNotCanonical();
        assembly ("memory-safe") {
            target := shr(96, calldataload(execution.offset))
            value := calldataload(add(execution.offset, 20))
            data.offset := add(execution.offset, 52)
            data.length := sub(execution.length, 52)
        }
    }

    // --- Private ---

    function _requireCanonicalBatch(bytes calldata execution) private pure {
        if (execution.length < 0x40 || _wordAt(execution, 0) != 0x20) revert ScopedCallsNotCanonical();
        uint256 calls = _wordAt(execution, 0x20);
        if (calls == 0 || calls > (execution.length - 0x40) / 0xa0) revert ScopedCallsNotCanonical();

        uint256 position = 0x40 + calls * 0x20;
        for (uint256 i = 0; i < calls; ++i) {
            if (
                execution.length < position + 0x80 ||
                _wordAt(execution, 0x40 + i * 0x20) != position - 0x40 ||
                _wordAt(execution, position) >> 160 != 0 ||
                _wordAt(execution, position + 0x40) != 0x60
            ) revert ScopedCallsNotCanonical();
            position = _requirePadded(execution, position + 0x60);
        }
        if (position != execution.length) revert ScopedCallsNotCanonical();
    }

    /// @dev The end of the `bytes` whose length is at `position`: inside, and padded with zeros.
    function _requirePadded(bytes calldata data, uint256 position) private pure returns (uint256 end) {
        // The caller knows that the length's own word is inside, and lengths are compared before they are added.
        unchecked {
            uint256 length = _wordAt(data, position);
            uint256 begin = position + 0x20;
            if (length > data.length - begin) revert ScopedCallsNotCanonical();
            end = begin + ((length + 0x1f) & ~uint256(0x1f));
            if (end > data.length) revert ScopedCallsNotCanonical();
            uint256 rest = length & 0x1f;
            if (rest != 0 && _wordAt(data, end - 0x20) << (rest * 8) != 0) revert ScopedCallsNotCanonical();
        }
    }

    /// @dev `uint256(bytes32(data[position:position + 0x20]))`, for positions known to be inside.
    function _wordAt(bytes calldata data, uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, position))
        }
    }

    /// @dev `data[from:from + length]`, for parts known to be inside.
    function _slice(bytes calldata data, uint256 from, uint256 length) private pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            part.offset := add(data.offset, from)
            part.length := length
        }
    }
}
