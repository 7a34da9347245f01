// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IVault} from "./IVault.sol";
import {RoleManagedUpgradeable} from "../roles/RoleManagedUpgradeable.sol";

/**
 * @title A vault for ETH and one ERC-20, administered by a manager
 * @dev Trust: the manager's roles decide who may withdraw, set limits, pause, unpause and upgrade, and how slowly. A
 * period lets out at most twice a limit around its end (the rest of one period and the start of the next).
 */
contract Vault is IVault, Initializable, UUPSUpgradeable, RoleManagedUpgradeable {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:portcullis.storage.Vault
    struct VaultStorage {
        IERC20 token;
        bool paused;
        Allowance ether_;
        Allowance token_;
    }

    /// @notice Length of a period of the limits, in seconds.
    uint256 public constant PERIOD = 1 days;

    /// @dev keccak256(abi.encode(uint256(keccak256("portcullis.storage.Vault")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x7bcbb7812e9d54f4246f0e5955242c41189cd4aebf7b4ce39fdf275a4cdc7600;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IVault
    function initialize(address authority, address token_, uint256 limit) external initializer {
        if (token_ == address(0)) revert VaultZeroAddress();
        __RoleManaged_init(authority);

        VaultStorage storage $ = _vault();
        $.token = IERC20(token_);
        _changeLimit($.ether_, address(0), limit);
        _changeLimit($.token_, token_, limit);
    }

    // --- Anyone ---

    receive() external payable {
        emit Deposited(msg.sender, msg.value);
    }

    /// @inheritdoc IVault
    function paused() public view returns (bool) {
        return _vault().paused;
    }

    /// @inheritdoc IVault
    function token() external view returns (address) {
        return address(_vault().token);
    }

    /// @inheritdoc IVault
    function allowance() external view returns (Allowance memory) {
        return _vault().ether_;
    }

    /// @inheritdoc IVault
    function tokenAllowance() external view returns (Allowance memory) {
        return _vault().token_;
    }

    /// @inheritdoc IVault
    function implementation() external view returns (address) {
        return ERC1967Utils.getImplementation();
    }

    /// @inheritdoc IVault
    function version() external pure virtual returns (uint256) {
        return 1;
    }

    // --- Whom the manager allows ---

    /// @inheritdoc IVault
    function withdraw(address payable to, uint256 amount) external restricted {
        _beforeWithdrawal(to);
        _spend(_vault().ether_, address(0), amount);
        emit Withdrawn(address(0), to, amount);

        (bool success, ) = to.call{value: amount}("");
        if (!success) revert VaultTransferFailed(to, amount);
    }

    /// @inheritdoc IVault
    function withdrawToken(address to, uint256 amount) external restricted {
        VaultStorage storage $ = _vault();
        IERC20 asset = $.token;
        _beforeWithdrawal(to);
        _spend($.token_, address(asset), amount);
        emit Withdrawn(address(asset), to, amount);

        asset.safeTransfer(to, amount);
    }

    /// @inheritdoc IVault
    function setLimit(uint256 limit) external restricted {
        _changeLimit(_vault().ether_, address(0), limit);
    }

    /// @inheritdoc IVault
    function setTokenLimit(uint256 limit) external restricted {
        VaultStorage storage $ = _vault();
        _changeLimit($.token_, address($.token), limit);
    }

    /// @inheritdoc IVault
    function pause() external restricted {
        VaultStorage storage $ = _vault();
        if ($.paused) revert VaultPaused();

        $.paused = true;
        emit Paused(msg.sender);
    }

    /// @inheritdoc IVault
    function unpause() external restricted {
        VaultStorage storage $ = _vault();
        if (!$.paused) revert VaultNotPaused();

        $.paused = false;
        emit Unpaused(msg.sender);
    }

    // --- Internal ---

    /// @dev What must hold before anything leaves; later versions add to it.
    function _beforeWithdrawal(address to) internal view virtual {
        if (to == address(0)) revert VaultZeroAddress();
        if (paused()) revert VaultPaused();
    }

    function _authorizeUpgrade(address) internal override restricted {}

    // --- Private ---

    function _spend(Allowance storage state, address asset, uint256 amount) private {
        Allowance memory current = state;
        if (block.timestamp >= current.since + PERIOD) {
            current.spent = 0;
            current.since = uint48(block.timestamp);
        }
        uint256 available = current.limit > current.spent ? current.limit - current.spent : 0;
        if (amount > available) revert VaultLimitExceeded(asset, amount, available);

        // Fits: it is at most the limit.
        current.spent += uint128(amount);
        state.spent = current.spent;
        state.since = current.since;
    }

    function _changeLimit(Allowance storage state, address asset, uint256 limit) private {
        uint128 newLimit = SafeCast.toUint128(limit);
        emit LimitChanged(asset, state.limit, newLimit);
        state.limit = newLimit;
    }

    function _vault() private pure returns (VaultStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
