// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev A scheduled operation in one slot; zero where nothing was scheduled, or it was cancelled.
 *
 * | bits      | what                                                                    |
 * |-----------|-------------------------------------------------------------------------|
 * | 0 – 39    | when it becomes ready, in seconds since the epoch; 1 once it is done    |
 * | 40 – 199  | who proposed it                                                         |
 * | 200 – 223 | the proposer's epoch when it was scheduled                              |
 * | 224 – 247 | the round of cancel-all when it was scheduled                           |
 * | 248       | whether it takes a proposer, canceller or guardian from the timelock    |
 */
type OperationWord is uint256;

using OperationWords for OperationWord global;

/// @title How an {OperationWord} is packed and read
library OperationWords {
    /// @dev A struct would be written field by field, at 200 gas each.
    function pack(
        uint256 readyAt_,
        address proposer_,
        uint24 epoch_,
        uint24 round_,
        bool removal
    ) internal pure returns (OperationWord) {
        uint256 word = uint40(readyAt_) | (uint256(uint160(proposer_)) << 40);
        word |= (uint256(epoch_) << 200) | (uint256(round_) << 224);
        return OperationWord.wrap(removal ? word | (1 << 248) : word);
    }

    function readyAt(OperationWord word) internal pure returns (uint256) {
        return uint40(OperationWord.unwrap(word));
    }

    function proposer(OperationWord word) internal pure returns (address) {
        return address(uint160(OperationWord.unwrap(word) >> 40));
    }

    function epoch(OperationWord word) internal pure returns (uint24) {
        return uint24(OperationWord.unwrap(word) >> 200);
    }

    function round(OperationWord word) internal pure returns (uint24) {
        return uint24(OperationWord.unwrap(word) >> 224);
    }

    function isRemoval(OperationWord word) internal pure returns (bool) {
        return OperationWord.unwrap(word) & (1 << 248) != 0;
    }

    /// @dev The same operation, done; who proposed it stays on record.
    function done(OperationWord word) internal pure returns (OperationWord) {
        return OperationWord.wrap((OperationWord.unwrap(word) & ~uint256(type(uint40).max)) | 1);
    }
}
