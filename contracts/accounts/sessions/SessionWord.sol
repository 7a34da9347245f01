// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev What is stored of a session, per (id, account). Zero: never granted.
 *
 * | bits      | what                                                                                      |
 * |-----------|-------------------------------------------------------------------------------------------|
 * | 0         | granted                                                                                   |
 * | 1         | revoked; stays so for ever                                                                |
 * | 2         | has a cumulative cap in a slot of its own                                                 |
 * | 3         | has a cap per period                                                                      |
 * | 4         | keeps a cumulative cap here                                                               |
 * | 16 – 47   | operations validated, kept only where the session limits them                             |
 * | 48 – 95   | gas those operations asked for, kept only where the session limits it                     |
 * | 96 – 191  | what is left of the cap kept here, in the asset's smallest unit                           |
 * | 192 – 215 | the end of that asset's address: no other target of the session has it, and no token's is 0 |
 * | 216 – 255 | the end of the account's epoch when it was granted; the id is bound to all of it          |
 */
type SessionWord is uint256;

using SessionWords for SessionWord global;

/// @title How a {SessionWord} is packed and read
library SessionWords {
    uint256 private constant GRANTED = 1;
    uint256 private constant REVOKED = 2;
    uint256 private constant HAS_TOTAL = 4;
    uint256 private constant HAS_PERIOD = 8;
    uint256 private constant HAS_OWN = 16;

    function create(uint256 epoch_) internal pure returns (SessionWord) {
        return SessionWord.wrap(GRANTED | (epoch_ << 216));
    }

    function isGranted(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & (GRANTED | REVOKED) == GRANTED;
    }

    function isRevoked(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & REVOKED != 0;
    }

    /// @dev Whether it has a cap over several operations.
    function isCapped(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & (HAS_TOTAL | HAS_PERIOD | HAS_OWN) != 0;
    }

    /// @dev In a slot of its own.
    function hasTotal(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & HAS_TOTAL != 0;
    }

    function hasPeriod(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & HAS_PERIOD != 0;
    }

    /// @dev Whether this asset's cumulative cap is kept here; of an asset or target of the session, or address 0.
    function keeps(SessionWord word, address asset) internal pure returns (bool) {
        return SessionWord.unwrap(word) & HAS_OWN != 0 && uint24(SessionWord.unwrap(word) >> 192) == tagOf(asset);
    }

    /// @dev What is left of the cap kept here.
    function left(SessionWord word) internal pure returns (uint96) {
        return uint96(SessionWord.unwrap(word) >> 96);
    }

    /// @dev Operations validated so far.
    function used(SessionWord word) internal pure returns (uint32) {
        return uint32(SessionWord.unwrap(word) >> 16);
    }

    /// @dev Gas those operations asked for.
    function gasUsed(SessionWord word) internal pure returns (uint48) {
        return uint48(SessionWord.unwrap(word) >> 48);
    }

    /// @dev The last 40 bits of it.
    function epoch(SessionWord word) internal pure returns (uint40) {
        return uint40(SessionWord.unwrap(word) >> 216);
    }

    /// @dev By which an asset is told from the session's other targets.
    function tagOf(address asset) internal pure returns (uint24) {
        return uint24(uint160(asset));
    }

    function withTotal(SessionWord word) internal pure returns (SessionWord) {
        return SessionWord.wrap(SessionWord.unwrap(word) | HAS_TOTAL);
    }

    function withPeriod(SessionWord word) internal pure returns (SessionWord) {
        return SessionWord.wrap(SessionWord.unwrap(word) | HAS_PERIOD);
    }

    /// @dev A word that keeps no cap yet now keeps this.
    function withOwn(SessionWord word, address asset, uint96 total) internal pure returns (SessionWord) {
        uint256 own = HAS_OWN | (uint256(total) << 96) | (uint256(tagOf(asset)) << 192);
        return SessionWord.wrap(SessionWord.unwrap(word) | own);
    }

    /// @dev After spending no more than is left.
    function minus(SessionWord word, uint256 amount) internal pure returns (SessionWord) {
        unchecked {
            return SessionWord.wrap(SessionWord.unwrap(word) - (amount << 96));
        }
    }

    function withUsed(SessionWord word, uint32 used_) internal pure returns (SessionWord) {
        uint256 rest = SessionWord.unwrap(word) & ~(uint256(type(uint32).max) << 16);
        return SessionWord.wrap(rest | (uint256(used_) << 16));
    }

    function withGasUsed(SessionWord word, uint48 gas_) internal pure returns (SessionWord) {
        uint256 rest = SessionWord.unwrap(word) & ~(uint256(type(uint48).max) << 48);
        return SessionWord.wrap(rest | (uint256(gas_) << 48));
    }

    /// @dev What was used stays on record.
    function revoked(SessionWord word) internal pure returns (SessionWord) {
        return SessionWord.wrap(SessionWord.unwrap(word) | REVOKED);
    }
}
