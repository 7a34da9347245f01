// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountFixture} from "./AccountFixture.t.sol";

/// @dev The account through its entry point. @dev Trust: test only.
contract SmartAccountTest is AccountFixture {
    function test_OwnerSendsEther() external {
        assertTrue(_run(_single(address(0xcafe), 1 ether, "")), "the operation");
        assertEq(address(0xcafe).balance, 1 ether, "received");
    }
}
