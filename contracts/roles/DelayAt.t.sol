// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {Assertions} from "../../test/contracts/Assertions.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {delayAt, fullDelayAt} from "./DelayAt.sol";

/// @dev Delays read as OpenZeppelin's Time reads them. @dev Trust: test only.
contract DelayAtTest is Assertions {
    function testFuzz_agreesWithOpenZeppelin(uint112 raw, uint48 now_, bool near) external {
        Time.Delay delay = Time.Delay.wrap(raw);
        // Around the effect, where the two words change places.
        uint256 time = near ? uint256(raw >> 64) + (now_ % 3) : now_;
        if (time != 0 && near) --time;
        vm.warp(bound(time, 1, type(uint48).max));

        assertEq(delayAt(delay, clock()), Time.get(delay), "get");
        (uint32 current, uint32 pending, uint48 effect) = fullDelayAt(delay, clock());
        (uint32 current_, uint32 pending_, uint48 effect_) = Time.getFull(delay);
        assertTrue(current == current_ && pending == pending_ && effect == effect_, "getFull");
    }
}
