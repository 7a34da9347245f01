// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertions} from "../../test/contracts/Assertions.sol";
import {wordAt} from "./CalldataWord.sol";

/// @dev The assembly reads what the Solidity beside it reads. @dev Trust: test only.
contract CalldataWordTest is Assertions {
    function testFuzz_assemblyAndSolidityAgree(
        bytes calldata before,
        bytes calldata data,
        uint256 offset
    ) external pure {
        // A slice that begins anywhere, as calldata inside calldata does.
        for (uint256 start = 0; start < data.length && start <= before.length; ++start) {
            _compare(data[start:], offset);
        }
    }

    function _compare(bytes calldata data, uint256 offset) private pure {
        if (data.length < 32) return;
        offset = offset % (data.length - 31);
        assertEq(wordAt(data, offset), uint256(bytes32(data[offset:offset + 32])), "a word within the data");
    }
}
