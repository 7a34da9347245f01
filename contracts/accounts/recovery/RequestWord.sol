// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev A recovery asked for, in one slot; 0 where there is none. Expired ones stay until the next.
 *
 *   255..96   95..91  90      89           88      87..72   71..40   39..0
 * +---------+-------+-------+------------+-------+--------+--------+---------+
 * | owner   | 0     | isKey | needsTerms | final | weight | expiry | readyAt |
 * +---------+-------+-------+------------+-------+--------+--------+---------+
 *
 * `owner`: the new owner itself where it has 20 bytes (`isKey`); of a longer one the first 20 bytes of its keccak256, as
 * strong as an address. `expiry`: seconds after `readyAt`.
 */
type RequestWord is uint256;

using {
    isStored,
    isLive,
    isReady,
    readyAt,
    expiresAt,
    weight,
    isFinal,
    needsTerms,
    isKey,
    isPlain
} for RequestWord global;
using {owner, isFor} for RequestWord global;

RequestWord constant NO_REQUEST = RequestWord.wrap(0);

function packRequest(
    bytes calldata newOwner,
    uint256 readyAt_,
    uint256 expiry,
    uint256 weight_,
    bool final_,
    bool needsTerms_
) pure returns (RequestWord) {
    uint256 flags = (final_ ? 1 : 0) | (needsTerms_ ? 2 : 0) | (newOwner.length == 20 ? 4 : 0);
    uint256 low = uint40(readyAt_) | (uint256(uint32(expiry)) << 40) | (uint256(uint16(weight_)) << 72) | (flags << 88);
    return RequestWord.wrap(uint256(bytes32(_tag(newOwner))) | low);
}

function isStored(RequestWord word) pure returns (bool) {
    return RequestWord.unwrap(word) != 0;
}

/// @dev `time` in seconds.
function isLive(RequestWord word, uint256 time) pure returns (bool) {
    return time < word.expiresAt();
}

/// @dev `time` in seconds.
function isReady(RequestWord word, uint256 time) pure returns (bool) {
    uint256 raw = RequestWord.unwrap(word);
    uint256 start = uint40(raw);
    unchecked {
        return time >= start && time < start + uint32(raw >> 40);
    }
}

/// @dev Seconds.
function readyAt(RequestWord word) pure returns (uint48) {
    return uint40(RequestWord.unwrap(word));
}

/// @dev Seconds.
function expiresAt(RequestWord word) pure returns (uint48) {
    // 40 bits and 32 bits.
    unchecked {
        return word.readyAt() + uint32(RequestWord.unwrap(word) >> 40);
    }
}

function weight(RequestWord word) pure returns (uint16) {
    return uint16(RequestWord.unwrap(word) >> 72);
}

function isFinal(RequestWord word) pure returns (bool) {
    return RequestWord.unwrap(word) & (1 << 88) != 0;
}

function needsTerms(RequestWord word) pure returns (bool) {
    return RequestWord.unwrap(word) & (1 << 89) != 0;
}

function isKey(RequestWord word) pure returns (bool) {
    return RequestWord.unwrap(word) & (1 << 90) != 0;
}

/// @dev Whether it says all that is needed to finalise it.
function isPlain(RequestWord word) pure returns (bool) {
    return (RequestWord.unwrap(word) >> 89) & 3 == 2;
}

/// @dev Whether this is the owner asked for.
function isFor(RequestWord word, bytes calldata newOwner) pure returns (bool) {
    return word.isKey() == (newOwner.length == 20) && word.owner() == _tag(newOwner);
}

function owner(RequestWord word) pure returns (bytes20) {
    return bytes20(bytes32(RequestWord.unwrap(word)));
}

function _tag(bytes calldata newOwner) pure returns (bytes20) {
    return newOwner.length == 20 ? bytes20(newOwner) : bytes20(keccak256(newOwner));
}
