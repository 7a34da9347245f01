// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev Other terms that an owner proposed, or the module's removal, in one slot.
 *
 *   255..88   87..64       63..40   39..0
 * +---------+------------+--------+---------+
 * | terms   | recoveries | number | readyAt |
 * +---------+------------+--------+---------+
 *
 * `terms`: the first 21 bytes of keccak256(terms), 0 for a removal. `recoveries`: of the account, when it was proposed;
 * after another one the change is void. `number`: how many were proposed; it stays. `readyAt`: seconds, 0 for no change.
 */
type ChangeWord is uint256;

using {commitment, recoveries, number, readyAt, expiresAt, isRemoval, without, withReadyAt} for ChangeWord global;

/// @dev Seconds in which a change can be applied: one long forgotten must not come to a thief's use.
uint256 constant CHANGE_EXPIRY = 30 days;

/// @dev The next change after those counted in `last`. `hash` 0 for a removal.
function packChange(ChangeWord last, bytes32 hash, uint24 recoveries_, uint256 readyAt_) pure returns (ChangeWord) {
    uint256 low = uint40(readyAt_) | (uint256(last.number() + 1) << 40) | (uint256(recoveries_) << 64);
    return ChangeWord.wrap(uint256(bytes32(bytes21(hash))) | low);
}

function commitment(ChangeWord word) pure returns (bytes21) {
    return bytes21(bytes32(ChangeWord.unwrap(word)));
}

function recoveries(ChangeWord word) pure returns (uint24) {
    return uint24(ChangeWord.unwrap(word) >> 64);
}

function number(ChangeWord word) pure returns (uint24) {
    return uint24(ChangeWord.unwrap(word) >> 40);
}

/// @dev Seconds; 0 where none is proposed.
function readyAt(ChangeWord word) pure returns (uint48) {
    return uint40(ChangeWord.unwrap(word));
}

/// @dev Seconds; 0 where none is proposed.
function expiresAt(ChangeWord word) pure returns (uint48) {
    return word.readyAt() == 0 ? 0 : word.readyAt() + uint48(CHANGE_EXPIRY);
}

function isRemoval(ChangeWord word) pure returns (bool) {
    return word.readyAt() != 0 && word.commitment() == 0;
}

/// @dev The number stays.
function without(ChangeWord word) pure returns (ChangeWord) {
    return ChangeWord.wrap(uint256(word.number()) << 40);
}

function withReadyAt(ChangeWord word, uint256 readyAt_) pure returns (ChangeWord) {
    return ChangeWord.wrap(((ChangeWord.unwrap(word) >> 40) << 40) | uint40(readyAt_));
}
