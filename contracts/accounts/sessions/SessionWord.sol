// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev What is stored of a session, per (id, account). Zero: never granted.
 *
 * | bits      | what                                                                       |
 * |-----------|----------------------------------------------------------------------------|
 * | 0         | granted                                                                    |
 * | 1         | revoked; stays so for ever                                                 |
 * | 2         | has a cumulative cap                                                       |
 * | 3         | has a cap per period                                                       |
 * | 16 – 47   | operations validated, kept only where the session limits them              |
 * | 48 – 111  | gas those operations asked for, kept only where the session limits it      |
 * | 112 – 255 | the account's epoch when it was granted                                    |
 */
type SessionWord is uint256;

using SessionWords for SessionWord global;

/// @title How a {SessionWord} is packed and read
library SessionWords {
    uint256 private constant GRANTED = 1;
    uint256 private constant REVOKED = 2;
    uint256 private constant HAS_TOTAL = 4;
    uint256 private constant HAS_PERIOD = 8;

    function create(uint256 epoch_, bool total, bool period) internal pure returns (SessionWord) {
        uint256 word = GRANTED | (epoch_ << 112);
        if (total) word |= HAS_TOTAL;
        if (period) word |= HAS_PERIOD;
        return SessionWord.wrap(word);
    }

    function isGranted(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & (GRANTED | REVOKED) == GRANTED;
    }

    function isRevoked(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & REVOKED != 0;
    }

    function hasTotal(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & HAS_TOTAL != 0;
    }

    function hasPeriod(SessionWord word) internal pure returns (bool) {
        return SessionWord.unwrap(word) & HAS_PERIOD != 0;
    }

    /// @dev Operations validated so far.
    function used(SessionWord word) internal pure returns (uint32) {
        return uint32(SessionWord.unwrap(word) >> 16);
    }

    /// @dev Gas those operations asked for.
    function gasUsed(SessionWord word) internal pure returns (uint64) {
        return uint64(SessionWord.unwrap(word) >> 48);
    }

    function epoch(SessionWord word) internal pure returns (uint256) {
        return SessionWord.unwrap(word) >> 112;
    }

    function withUsed(SessionWord word, uint32 used_) internal pure returns (SessionWord) {
        uint256 rest = SessionWord.unwrap(word) & ~(uint256(type(uint32).max) << 16);
        return SessionWord.wrap(rest | (uint256(used_) << 16));
    }

    function withGasUsed(SessionWord word, uint64 gas_) internal pure returns (SessionWord) {
        uint256 rest = SessionWord.unwrap(word) & ~(uint256(type(uint64).max) << 48);
        return SessionWord.wrap(rest | (uint256(gas_) << 48));
    }

    /// @dev What was used stays on record.
    function revoked(SessionWord word) internal pure returns (SessionWord) {
        return SessionWord.wrap(SessionWord.unwrap(word) | REVOKED);
    }
}
