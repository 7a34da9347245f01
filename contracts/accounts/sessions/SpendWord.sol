// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev A cap over many operations on one asset, per (id, asset, kind, account). Zero: no such cap.
 *
 *   255..224         223..192          191..96         95..0
 * +----------------+-----------------+---------------+--------------+
 * | period number  | period length   | spent         | limit        |
 * | uint32         | uint32, seconds | uint96        | uint96       |
 * +----------------+-----------------+---------------+--------------+
 *
 * Amounts are in the asset's smallest unit. Period length 0: a cumulative cap. Period n lasts from n × length up to, not
 * including, (n + 1) × length seconds since the epoch.
 */
type SpendWord is uint256;

using SpendWords for SpendWord global;

/// @title How a {SpendWord} is packed, read and added to
library SpendWords {
    function create(uint96 limit_, uint32 period_) internal pure returns (SpendWord) {
        return SpendWord.wrap(limit_ | (uint256(period_) << 192));
    }

    function limit(SpendWord word) internal pure returns (uint96) {
        return uint96(SpendWord.unwrap(word));
    }

    /// @dev The length of a period in seconds, 0 for a cumulative cap.
    function period(SpendWord word) internal pure returns (uint32) {
        return uint32(SpendWord.unwrap(word) >> 192);
    }

    /// @dev What was spent at a time: of this period only, where there are periods.
    function spentAt(SpendWord word, uint256 time) internal pure returns (uint96) {
        uint256 length = period(word);
        if (length != 0 && time / length != SpendWord.unwrap(word) >> 224) return 0;
        return uint96(SpendWord.unwrap(word) >> 96);
    }

    /// @dev The word after spending, and whether the cap allows it.
    function spend(SpendWord word, uint256 amount, uint256 time) internal pure returns (SpendWord, bool) {
        uint256 before = spentAt(word, time);
        uint256 most = limit(word);
        // First alone, so that the sum cannot overflow.
        if (amount > most || before + amount > most) return (word, false);
        uint256 length = period(word);
        uint256 number = length == 0 ? 0 : uint32(time / length);
        return (SpendWord.wrap(most | ((before + amount) << 96) | (length << 192) | (number << 224)), true);
    }
}
