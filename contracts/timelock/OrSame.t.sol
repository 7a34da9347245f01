// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertions} from "../../test/contracts/Assertions.sol";
import {orSame} from "./OrSame.sol";

/// @dev The assembly says what the Solidity beside it says. @dev Trust: test only.
contract OrSameTest is Assertions {
    function testFuzz_assemblyAndSolidityAgree(bool found, address a, address b) external pure {
        assertTrue(orSame(found, a, b) == (found || a == b), "two addresses");
        assertTrue(orSame(found, a, a) == (found || a == a), "the same address");
    }

    function testFuzz_assemblyAndSolidityAgreeOverABatch(address[] calldata targets, uint256 self) external view {
        bool assembly_;
        bool solidity;
        for (uint256 i = 0; i < targets.length; ++i) {
            address target = i == self % (targets.length * 2) ? address(this) : targets[i];
            assembly_ = orSame(assembly_, target, address(this));
            solidity = solidity || target == address(this);
        }
        assertTrue(assembly_ == solidity, "found anywhere in a batch");
    }
}
