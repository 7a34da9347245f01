// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What OpenZeppelin's `Account` has and no interface of it names.
interface IEntryPointOf {
    function entryPoint() external view returns (address);
}
