// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev The freezes of an account, whoever asked for them, in one slot.
 *
 *   255..104  103..80    79..40   39..0
 * +---------+----------+--------+--------+
 * | 0       | number   | nextAt | until  |
 * +---------+----------+--------+--------+
 *
 * `number`: how many there were. `nextAt`: when the next may begin (seconds). `until`: when the last one ends (seconds).
 */
type FreezeWord is uint256;

using {number, nextAt, until, next, lifted} for FreezeWord global;

function number(FreezeWord word) pure returns (uint24) {
    return uint24(FreezeWord.unwrap(word) >> 80);
}

/// @dev Seconds.
function nextAt(FreezeWord word) pure returns (uint48) {
    return uint40(FreezeWord.unwrap(word) >> 40);
}

/// @dev Seconds.
function until(FreezeWord word) pure returns (uint48) {
    return uint40(FreezeWord.unwrap(word));
}

/// @dev Seconds.
function next(FreezeWord word, uint256 until_, uint256 nextAt_) pure returns (FreezeWord) {
    return FreezeWord.wrap(uint40(until_) | (uint256(uint40(nextAt_)) << 40) | (uint256(word.number() + 1) << 80));
}

/// @dev What was used of the freezes stays used.
function lifted(FreezeWord word) pure returns (FreezeWord) {
    return FreezeWord.wrap((FreezeWord.unwrap(word) >> 40) << 40);
}
