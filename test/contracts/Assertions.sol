// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/**
 * @dev What a Solidity test inherits to judge. A failed assertion reverts with both sides.
 * @dev Trust: exists only under the test runner.
 */
abstract contract Assertions {
    error AssertionFailed(string what);
    error AssertionUintsDiffer(uint256 actual, uint256 expected, string what);
    error AssertionAddressesDiffer(address actual, address expected, string what);
    error AssertionBytesDiffer(bytes32 actual, bytes32 expected, string what);

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert AssertionFailed(what);
    }

    function assertFalse(bool condition, string memory what) internal pure {
        if (condition) revert AssertionFailed(what);
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert AssertionUintsDiffer(actual, expected, what);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert AssertionAddressesDiffer(actual, expected, what);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert AssertionBytesDiffer(actual, expected, what);
    }

    function assertLe(uint256 actual, uint256 ceiling, string memory what) internal pure {
        if (actual > ceiling) revert AssertionUintsDiffer(actual, ceiling, what);
    }

    function assertGe(uint256 actual, uint256 floor, string memory what) internal pure {
        if (actual < floor) revert AssertionUintsDiffer(actual, floor, what);
    }

    /// @dev Fuzz input folded into [low, high].
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return value >= low && value <= high ? value : low + (value % (high - low + 1));
    }

    /// @dev The time now. Not `block.timestamp`, which the optimizer moves over `vm.warp`.
    function clock() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    /// @dev Lets `seconds_` pass.
    function skip(uint256 seconds_) internal {
        vm.warp(vm.getBlockTimestamp() + seconds_);
    }
}
