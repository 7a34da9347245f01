// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A call that uses up a scheduled operation brings ETH nobody has seen: only `executeCall` can bring what was
/// scheduled.
error RoleManagedUnscheduledValue(address caller, uint256 value);
