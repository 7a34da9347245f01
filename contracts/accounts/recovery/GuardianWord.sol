// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev What rules an account's recovery, in one slot. It is read by every request, and not by {finalize}.
 *
 *   255..88        87..64    63..40      39..0
 * +--------------+---------+-----------+--------------+
 * | commitment   | voided  | requests  | vetoesBackAt |
 * +--------------+---------+-----------+--------------+
 *
 * `commitment`: the first 21 bytes of keccak256(terms), 0 where there are none: to find two that agree takes 2^84 hashes,
 * more than for an address. `requests` were scheduled, `voided` of them ended without a recovery; voiding approvals while
 * nothing is pending counts as one of each. `vetoesBackAt`: when the owner has all vetoes again (seconds).
 *
 * So requests - voided, less one while a request is stored, are the recoveries: {finalize} need not write this word, and
 * what it ends is void all the same.
 */
type GuardianWord is uint256;

using {commitment, requests, voided, vetoesBackAt, nonce, recoveries} for GuardianWord global;
using {withTerms, withRequest, withVoided, withVetoesBackAt, rules} for GuardianWord global;

uint256 constant ONE_REQUEST = 1 << 40;
uint256 constant ONE_VOIDED = 1 << 64;

function commitment(GuardianWord word) pure returns (bytes21) {
    return bytes21(bytes32(GuardianWord.unwrap(word)));
}

/// @dev Whether these are the terms of that hash.
function rules(GuardianWord word, bytes32 termsHash) pure returns (bool) {
    return word.commitment() == bytes21(termsHash);
}

function requests(GuardianWord word) pure returns (uint24) {
    return uint24(GuardianWord.unwrap(word) >> 40);
}

function voided(GuardianWord word) pure returns (uint24) {
    return uint24(GuardianWord.unwrap(word) >> 64);
}

function vetoesBackAt(GuardianWord word) pure returns (uint40) {
    return uint40(GuardianWord.unwrap(word));
}

/// @dev Rises with whatever ends or begins a request. Odd while one is pending.
function nonce(GuardianWord word, bool pending) pure returns (uint256) {
    // 24 bits each, and a request was counted where one is pending.
    unchecked {
        uint256 events = uint256(word.requests()) + word.voided();
        return 2 * events - (pending ? 1 : 0);
    }
}

/// @dev `stored`: whether there is a request in storage, expired or not.
function recoveries(GuardianWord word, bool stored) pure returns (uint24) {
    return word.requests() - word.voided() - (stored ? 1 : 0);
}

/// @dev `hash` 0 for none. Approvals given under the terms before are void.
function withTerms(GuardianWord word, bytes32 hash) pure returns (GuardianWord) {
    uint256 kept = uint88(GuardianWord.unwrap(word.withRequest().withVoided()));
    return GuardianWord.wrap(uint256(bytes32(bytes21(hash))) | kept);
}

/// @dev Panics after 2^24 requests.
function withRequest(GuardianWord word) pure returns (GuardianWord) {
    assert(word.requests() != type(uint24).max);
    unchecked {
        return GuardianWord.wrap(GuardianWord.unwrap(word) + ONE_REQUEST);
    }
}

/// @dev There are never more than requests.
function withVoided(GuardianWord word) pure returns (GuardianWord) {
    unchecked {
        return GuardianWord.wrap(GuardianWord.unwrap(word) + ONE_VOIDED);
    }
}

function withVetoesBackAt(GuardianWord word, uint40 backAt) pure returns (GuardianWord) {
    return GuardianWord.wrap(((GuardianWord.unwrap(word) >> 40) << 40) | backAt);
}
