// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/**
 * @dev A grant in one slot. The low 160 bits are OpenZeppelin's `AccessManager.Access`, read by its own getters; the
 * 96 bits it leaves unused hold the expiry. Times are seconds since the epoch.
 *
 *   255        254..224          223..192        191..160   159..48                47..0
 * +----------+-----------------+---------------+----------+----------------------+---------+
 * | keyBound | renewalEffect/2 | pendingUntil  | until    | execution delay      | since   |
 * | 1 bit    | uint31, up      | uint32        | uint32   | Time.Delay (uint112) | uint48  |
 * +----------+-----------------+---------------+----------+----------------------+---------+
 *
 * `since` 0: not granted. `until`: first second without the role, 0 for never. From `renewalEffect` on (0: nothing
 * pending) `pendingUntil` is the expiry. The effect is kept in steps of two seconds, rounded up, so that it never comes
 * early. `keyBound` is the role's flag, which is fixed before the role's first grant.
 */
type GrantWord is uint256;

using {
    since,
    delay,
    delayAt,
    until,
    expiry,
    expiredAt,
    activeAt,
    keyBound,
    withSince,
    withDelay,
    withExpiry,
    withPendingExpiry
} for GrantWord global;

/// @dev With nothing pending.
function createGrant(uint48 since_, uint32 executionDelay, uint48 until_, bool keyBound_) pure returns (GrantWord) {
    return
        GrantWord.wrap(
            uint256(since_) |
                (uint256(executionDelay) << 48) |
                (uint256(uint32(until_)) << 160) |
                (uint256(keyBound_ ? 1 : 0) << 255)
        );
}

/// @dev When the grant begins.
function since(GrantWord word) pure returns (uint48) {
    return uint48(GrantWord.unwrap(word));
}

/// @dev The execution delay with its pending change.
function delay(GrantWord word) pure returns (Time.Delay) {
    return Time.Delay.wrap(uint112(GrantWord.unwrap(word) >> 48));
}

/// @dev The execution delay at a time: `Time.Delay`'s second word from its effect on, its first before.
function delayAt(GrantWord word, uint256 time) pure returns (uint32) {
    uint256 raw = GrantWord.unwrap(word);
    return uint32(uint48(raw >> 112) <= time ? raw >> 48 : raw >> 80);
}

/// @dev The expiry at a time, 0 for never.
function until(GrantWord word, uint256 time) pure returns (uint48) {
    uint256 raw = GrantWord.unwrap(word);
    uint256 effect = ((raw >> 224) & 0x7fffffff) << 1;
    return uint32(effect != 0 && effect <= time ? raw >> 192 : raw >> 160);
}

/// @dev The expiry at a time, and what replaces it at `effect` (0: nothing pending).
function expiry(GrantWord word, uint256 time) pure returns (uint48 current, uint48 pending, uint48 effect) {
    uint256 raw = GrantWord.unwrap(word);
    current = until(word, time);
    effect = uint48(((raw >> 224) & 0x7fffffff) << 1);
    if (effect <= time) return (current, 0, 0);
    return (current, uint32(raw >> 192), effect);
}

/// @dev Granted once, over now, and no pending renewal will revive it.
function expiredAt(GrantWord word, uint256 time) pure returns (bool) {
    (uint48 current, uint48 pending, uint48 effect) = expiry(word, time);
    if (since(word) == 0 || current == 0 || time < current) return false;
    return effect == 0 || (pending != 0 && pending <= effect);
}

/// @dev Whether the grant gives power at a time, a key's binding apart.
function activeAt(GrantWord word, uint256 time) pure returns (bool) {
    uint256 begins = since(word);
    uint256 ends = until(word, time);
    unchecked {
        // One less, so that 0 is later than any time: never begun, and never ending.
        return begins - 1 < time && ends - 1 >= time;
    }
}

function keyBound(GrantWord word) pure returns (bool) {
    return GrantWord.unwrap(word) >> 255 != 0;
}

function withSince(GrantWord word, uint48 since_) pure returns (GrantWord) {
    return GrantWord.wrap(((GrantWord.unwrap(word) >> 48) << 48) | since_);
}

function withDelay(GrantWord word, Time.Delay delay_) pure returns (GrantWord) {
    uint256 raw = GrantWord.unwrap(word);
    return GrantWord.wrap(((raw >> 160) << 160) | (uint256(Time.Delay.unwrap(delay_)) << 48) | uint48(raw));
}

/// @dev A settled expiry; what was pending is dropped.
function withExpiry(GrantWord word, uint48 until_) pure returns (GrantWord) {
    uint256 raw = GrantWord.unwrap(word);
    return GrantWord.wrap(((raw >> 255) << 255) | (uint256(uint32(until_)) << 160) | uint160(raw));
}

/// @dev The expiry `current` until `effect`, `pending` from then on.
function withPendingExpiry(GrantWord word, uint48 current, uint48 pending, uint48 effect) pure returns (GrantWord) {
    uint256 raw = GrantWord.unwrap(withExpiry(word, current));
    return GrantWord.wrap(raw | (uint256(uint32(pending)) << 192) | (((uint256(effect) + 1) >> 1) << 224));
}
