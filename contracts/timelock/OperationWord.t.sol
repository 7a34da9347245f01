// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertions} from "../../test/contracts/Assertions.sol";
import {OperationWord, OperationWords} from "./OperationWord.sol";

contract OperationWordTest is Assertions {
    function test_packAndReadAgree(
        uint40 readyAt,
        address proposer,
        uint24 epoch,
        uint24 round,
        bool removal
    ) public pure {
        OperationWord word = OperationWords.pack(readyAt, proposer, epoch, round, removal);
        assertEq(word.readyAt(), readyAt, "readyAt");
        assertEq(word.proposer(), proposer, "proposer");
        assertEq(word.epoch(), epoch, "epoch");
        assertEq(word.round(), round, "round");
        assertTrue(word.isRemoval() == removal, "removal");

        OperationWord done = word.done();
        assertEq(done.readyAt(), 1, "done");
        assertEq(done.proposer(), proposer, "the proposer stays on record");
    }

    /// @dev The layout the natspec shows.
    function test_layout() public pure {
        OperationWord word = OperationWords.pack(0x1122334455, address(0xAB), 0x010203, 0x0A0B0C, true);
        uint256 expected = 0x1122334455 | (0xAB << 40) | (0x010203 << 200) | (0x0A0B0C << 224) | (1 << 248);
        assertEq(OperationWord.unwrap(word), expected, "layout");
    }
}
