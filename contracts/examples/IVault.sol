// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The example that quick start, tests and docs administer: a vault for ETH and one ERC-20
/// @notice Every function that changes something is restricted by the manager; amounts are in the smallest unit.
interface IVault {
    /// @dev What left and may still leave in the current period.
    struct Allowance {
        /// Most that may leave in one period.
        uint128 limit;
        /// What has left in this period.
        uint128 spent;
        /// When this period began; the first withdrawal after its end begins the next one.
        uint48 since;
    }

    /// @dev Nothing may be withdrawn while paused.
    error VaultPaused();
    /// @dev The vault is not paused.
    error VaultNotPaused();
    /// @dev `amount` of `asset` (zero address: ETH) is above what may still leave in this period.
    error VaultLimitExceeded(address asset, uint256 amount, uint256 available);
    /// @dev The receiver refused the ETH.
    error VaultTransferFailed(address to, uint256 amount);
    /// @dev A required address is zero.
    error VaultZeroAddress();

    event Deposited(address indexed from, uint256 amount);
    event Withdrawn(address indexed asset, address indexed to, uint256 amount);
    event LimitChanged(address indexed asset, uint256 oldLimit, uint256 newLimit);
    event Paused(address indexed by);
    event Unpaused(address indexed by);

    /**
     * @notice Sets up a new proxy, once.
     * @param authority The manager that decides about every restricted function.
     * @param token The ERC-20 it holds besides ETH.
     * @param limit Most that may leave in one period, of ETH (wei) and of the token (its smallest unit) each.
     */
    function initialize(address authority, address token, uint256 limit) external;

    /// @notice Sends ETH out, within the period's limit.
    function withdraw(address payable to, uint256 amount) external;

    /// @notice Sends the token out, within the period's limit.
    function withdrawToken(address to, uint256 amount) external;

    /// @notice Sets how much ETH may leave in one period, in wei.
    function setLimit(uint256 limit) external;

    /// @notice Sets how much of the token may leave in one period.
    function setTokenLimit(uint256 limit) external;

    /// @notice Stops withdrawals.
    function pause() external;

    /// @notice Allows withdrawals again.
    function unpause() external;

    /// @notice Whether withdrawals are stopped.
    function paused() external view returns (bool);

    /// @notice The ERC-20 this vault holds.
    function token() external view returns (address);

    /// @notice State of the ETH limit.
    function allowance() external view returns (Allowance memory);

    /// @notice State of the token's limit.
    function tokenAllowance() external view returns (Allowance memory);

    /// @notice The implementation this proxy runs: what a timelock pins.
    function implementation() external view returns (address);

    /// @notice Which code this is, for people and tests.
    function version() external pure returns (uint256);
}
