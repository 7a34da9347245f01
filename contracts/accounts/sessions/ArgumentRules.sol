// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SessionBytes} from "./SessionBytes.sol";

/**
 * @title What a session says about the arguments of a call
 * @dev A rule is: operator (1 byte, its top bit set to compare a hash), length of the path (1), path (1 byte per step),
 * number of values (1), values (32 each).
 *
 * A path names a word of the ABI-encoded arguments, as the called contract reads it. Each step but the last is the index
 * of a word that holds an offset, and is followed; the last is the index of the word compared. [1] is the second
 * argument; [2, 0] the length of the third where that is dynamic, [2, 1] its first word. With a hash, the last step is
 * followed too, and the keccak-256 of the `bytes` or `string` found there is compared. Numbers are unsigned.
 */
library ArgumentRules {
    using SessionBytes for bytes;

    uint256 internal constant EQUAL = 0;
    uint256 internal constant NOT_EQUAL = 1;
    uint256 internal constant LESS = 2;
    uint256 internal constant AT_MOST = 3;
    uint256 internal constant MORE = 4;
    uint256 internal constant AT_LEAST = 5;
    /// @dev Two values, both included.
    uint256 internal constant RANGE = 6;
    uint256 internal constant ONE_OF = 7;

    uint256 internal constant HASHED = 0x80;
    uint256 internal constant MAX_PATH = 8;

    /// @dev Whether `session[at:end]` is a list of well-formed rules.
    function areWellFormed(bytes calldata session, uint256 cursor, uint256 end) internal pure returns (bool) {
        while (cursor < end) {
            (uint256 operator, uint256 path, uint256 steps, uint256 values, uint256 count) = read(session, cursor);
            cursor = values + count * 32;
            if (cursor > end || steps == 0 || steps > MAX_PATH || path + steps + 1 != values) return false;
            bool hashed = operator & HASHED != 0;
            operator &= ~HASHED;
            if (operator > ONE_OF) return false;
            if (hashed && operator != EQUAL && operator != NOT_EQUAL && operator != ONE_OF) return false;
            if (operator == ONE_OF) {
                if (count == 0) return false;
            } else if (count != (operator == RANGE ? 2 : 1)) {
                return false;
            }
            if (operator == RANGE && session.wordAt(values) > session.wordAt(values + 32)) return false;
        }
        return cursor == end;
    }

    /// @dev Whether a call keeps every rule of `session[at:end]`, which is well-formed. Data that ends early keeps none.
    function areKept(
        bytes calldata session,
        uint256 cursor,
        uint256 end,
        bytes calldata data
    ) internal pure returns (bool) {
        while (cursor < end) {
            (uint256 operator, uint256 path, uint256 steps, uint256 values, uint256 count) = read(session, cursor);
            (bool found, uint256 word) = _find(session, path, steps, operator & HASHED != 0, data);
            if (!found || !_holds(session, operator & ~HASHED, word, values, count)) return false;
            cursor = values + count * 32;
        }
        return true;
    }

    /// @dev The parts of the rule at a position.
    function read(
        bytes calldata session,
        uint256 cursor
    ) internal pure returns (uint256 operator, uint256 path, uint256 steps, uint256 values, uint256 count) {
        operator = session.uint8At(cursor);
        steps = session.uint8At(cursor + 1);
        path = cursor + 2;
        values = path + steps + 1;
        count = session.uint8At(values - 1);
    }

    function _find(
        bytes calldata session,
        uint256 path,
        uint256 steps,
        bool hashed,
        bytes calldata data
    ) private pure returns (bool, uint256) {
        uint256 base = 4;
        uint256 last = steps - 1;
        for (uint256 i = 0; i <= last; ++i) {
            uint256 position = base + session.uint8At(path + i) * 32;
            if (position + 32 > data.length) return (false, 0);
            uint256 word = data.wordAt(position);
            if (i == last && !hashed) return (true, word);
            // Larger offsets leave the data anyway, and could overflow.
            if (word > type(uint32).max) return (false, 0);
            base += word;
        }
        if (base + 32 > data.length) return (false, 0);
        uint256 length = data.wordAt(base);
        base += 32;
        if (length > type(uint32).max || base + length > data.length) return (false, 0);
        return (true, uint256(keccak256(data[base:base + length])));
    }

    function _holds(
        bytes calldata session,
        uint256 operator,
        uint256 word,
        uint256 values,
        uint256 count
    ) private pure returns (bool) {
        uint256 value = session.wordAt(values);
        if (operator == EQUAL) return word == value;
        if (operator == NOT_EQUAL) return word != value;
        if (operator == LESS) return word < value;
        if (operator == AT_MOST) return word <= value;
        if (operator == MORE) return word > value;
        if (operator == AT_LEAST) return word >= value;
        if (operator == RANGE) return word >= value && word <= session.wordAt(values + 32);
        for (uint256 i = 0; i < count; ++i) {
            if (word == session.wordAt(values + i * 32)) return true;
        }
        return false;
    }
}
