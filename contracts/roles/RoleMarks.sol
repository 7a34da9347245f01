// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev What a role remembers in the 16 bits that OpenZeppelin's role slot leaves unused.
 *
 *   15..14      13..2              1         0
 * +-----------+------------------+---------+----------+
 * | unit      | count            | vital   | keyBound |
 * +-----------+------------------+---------+----------+
 *
 * `unit` and `count` are the longest execution delay any member had, in the finest of seconds, minutes, hours and days
 * whose count fits, rounded up; plus one, so that 0 says the role was never granted. `vital` marks a role that must work
 * for late keys too (guardian, canceller, pauser): it can never be key-bound.
 */
type RoleMarks is uint16;

using {isKeyBound, isVital, isGranted, longestDelay, withKeyBound, withVital, withDelay} for RoleMarks global;

function isKeyBound(RoleMarks marks) pure returns (bool) {
    return RoleMarks.unwrap(marks) & 1 != 0;
}

function isVital(RoleMarks marks) pure returns (bool) {
    return RoleMarks.unwrap(marks) & 2 != 0;
}

function isGranted(RoleMarks marks) pure returns (bool) {
    return RoleMarks.unwrap(marks) >> 2 != 0;
}

/// @dev Seconds; 0 where the role was never granted.
function longestDelay(RoleMarks marks) pure returns (uint32) {
    uint32 code = RoleMarks.unwrap(marks) >> 2;
    if (code == 0) return 0;
    return ((code - 1) & 0xfff) * _unit((code - 1) >> 12);
}

function withKeyBound(RoleMarks marks) pure returns (RoleMarks) {
    return RoleMarks.wrap(RoleMarks.unwrap(marks) | 1);
}

function withVital(RoleMarks marks) pure returns (RoleMarks) {
    return RoleMarks.wrap(RoleMarks.unwrap(marks) | 2);
}

/// @dev Remembers a grant with an execution delay of at most 365 days, the longest so far.
function withDelay(RoleMarks marks, uint32 executionDelay) pure returns (RoleMarks) {
    uint32 unit = 0;
    uint32 count = executionDelay;
    while (count > 0xfff) {
        ++unit;
        count = (executionDelay + _unit(unit) - 1) / _unit(unit);
    }
    return RoleMarks.wrap(uint16((((unit << 12) | count) + 1) << 2) | (RoleMarks.unwrap(marks) & 3));
}

function _unit(uint32 index) pure returns (uint32) {
    return
        index == 0
            ? 1 seconds
            : index == 1
                ? 1 minutes
                : index == 2
                    ? 1 hours
                    : 1 days;
}
