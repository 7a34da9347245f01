// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/**
 * @title How many vetoes an owner has, from one timestamp
 * @notice Each veto moves the time at which all are back by `refill` seconds; what lies ahead of now is what was used.
 */
library VetoBudget {
    /// @dev `backAt` and `time` in seconds.
    function left(uint256 backAt, uint256 vetoes, uint256 refill, uint256 time) internal pure returns (uint256) {
        if (backAt <= time) return vetoes;
        uint256 used = Math.ceilDiv(backAt - time, refill);
        return used < vetoes ? vetoes - used : 0;
    }

    /// @dev When all vetoes are back after one more (seconds).
    function spend(uint256 backAt, uint256 refill, uint256 time) internal pure returns (uint256) {
        return Math.max(backAt, time) + refill;
    }
}
