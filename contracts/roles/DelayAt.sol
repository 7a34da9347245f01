// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @dev `Time.get` at a time, at half the gas: the delay's second word from its effect on, its first before.
function delayAt(Time.Delay delay, uint256 time) pure returns (uint32) {
    uint256 raw = Time.Delay.unwrap(delay);
    return uint32(raw >> 64 <= time ? raw : raw >> 32);
}

/// @dev `Time.getFull` at a time: the delay, and what replaces it at `effect` (0: nothing pending).
function fullDelayAt(Time.Delay delay, uint256 time) pure returns (uint32 current, uint32 pending, uint48 effect) {
    (current, pending, effect) = Time.unpack(delay);
    if (effect <= time) return (pending, 0, 0);
}
