// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertions} from "../../../test/contracts/Assertions.sol";
import {SessionWord, SessionWords} from "./SessionWord.sol";
import {SpendWord, SpendWords} from "./SpendWord.sol";

contract SessionWordsTest is Assertions {
    function test_sessionWordHoldsWhatItIsGiven(
        uint256 epoch,
        bool total,
        bool period,
        uint32 used,
        uint48 gas
    ) public pure {
        SessionWord word = SessionWords.create(epoch);
        assertFalse(word.isCapped(), "no cap");
        if (total) word = word.withTotal();
        if (period) word = word.withPeriod();
        word = word.withUsed(used).withGasUsed(gas);
        assertTrue(word.isGranted(), "granted");
        assertFalse(word.isRevoked(), "not revoked");
        assertTrue(word.hasTotal() == total, "total");
        assertTrue(word.hasPeriod() == period, "period");
        assertTrue(word.isCapped() == (total || period), "capped");
        assertFalse(word.keeps(address(0)), "keeps nothing");
        assertEq(word.used(), used, "used");
        assertEq(word.gasUsed(), gas, "gas");
        assertEq(word.epoch(), uint40(epoch), "epoch");

        SessionWord revoked = word.revoked();
        assertFalse(revoked.isGranted(), "no longer granted");
        assertEq(revoked.used(), used, "the use stays on record");
    }

    function test_sessionWordKeepsACap(
        uint256 epoch,
        address asset,
        address other,
        uint96 total,
        uint96 amount,
        uint32 used
    ) public pure {
        SessionWord word = SessionWords.create(epoch).withUsed(used).withOwn(asset, total);
        assertTrue(word.keeps(asset) && word.isCapped(), "keeps it");
        assertTrue(
            word.keeps(other) == (uint24(uint160(asset)) == uint24(uint160(other))),
            "by the end of the address"
        );
        assertEq(word.left(), total, "all of it");
        amount = uint96(bound(amount, 0, total));
        word = word.minus(amount);
        assertEq(word.left(), total - amount, "less");
        assertTrue(word.isGranted() && word.keeps(asset), "still");
        assertEq(word.used(), used, "used");
        assertEq(word.gasUsed(), 0, "gas");
        assertEq(word.epoch(), uint40(epoch), "epoch");
    }

    /// @dev The layout the natspec shows.
    function test_sessionWordLayout() public pure {
        SessionWord word = SessionWords.create(0xEE).withTotal().withPeriod().withUsed(0x11223344).withGasUsed(0x55);
        uint256 expected = 0xd | (0x11223344 << 16) | (0x55 << 48) | (0xEE << 216);
        assertEq(SessionWord.unwrap(word), expected, "layout");
        expected |= 0x10 | (0x66 << 96) | (0x777777 << 192);
        word = word.withOwn(address(0x8888777777), 0x66);
        assertEq(SessionWord.unwrap(word), expected, "layout with a cap");
    }

    /// @dev Revoked before it was granted: a later grant finds the mark.
    function test_revokedBeforeGrantedIsNotGranted() public pure {
        SessionWord word = SessionWord.wrap(0).revoked();
        assertTrue(word.isRevoked(), "revoked");
        assertFalse(word.isGranted(), "not granted");
    }

    function test_spendWordNeverPassesItsLimit(uint96 limit, uint256 first, uint256 second) public pure {
        SpendWord word = SpendWords.create(limit, 0);
        (SpendWord next, bool allowed) = word.spend(first, 1);
        assertTrue(allowed == (first <= limit), "first");
        uint256 spent = allowed ? first : 0;
        assertEq(next.spentAt(2), spent, "what was spent");
        (, allowed) = next.spend(second, 3);
        assertTrue(allowed == (second <= limit - spent), "second");
    }

    function test_spendWordStartsAgainWithEachPeriod(uint96 limit, uint32 period, uint40 time) public pure {
        period = uint32(bound(period, 1, type(uint32).max - 1));
        uint256 start = (uint256(time) / period) * period;
        // Numbers are kept in 32 bits.
        if (start / period + 1 > type(uint32).max) return;
        SpendWord word = SpendWords.create(limit, period);
        bool allowed;
        (word, allowed) = word.spend(limit, start);
        assertTrue(allowed, "all of it");
        assertEq(word.spentAt(start + period - 1), limit, "until the period's last second");
        assertEq(word.spentAt(start + period), 0, "nothing of the next");
        (, allowed) = word.spend(1, start + period - 1);
        assertFalse(allowed, "no more in this period");
        assertEq(word.limit(), limit, "limit");
        assertEq(word.period(), period, "period");
    }
}
