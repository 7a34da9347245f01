// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVault} from "./IVault.sol";
import {RoleManagedUpgradeable} from "../roles/RoleManagedUpgradeable.sol";

/**
 * @title A second version that must be refused: it puts a field before the ones the first version stored
 * @dev Under it `owner` would read the token's address, and the limits would be read from each other's slots.
 * @dev Trust: never to be installed; it exists so that `upgrade validate` has something real to refuse.
 */
contract VaultV2BadLayout is Initializable, UUPSUpgradeable, RoleManagedUpgradeable {
    /// @custom:storage-location erc7201:portcullis.storage.Vault
    struct VaultStorage {
        address owner;
        IERC20 token;
        bool paused;
        IVault.Allowance token_;
        IVault.Allowance ether_;
    }

    /// @dev The first version's namespace.
    bytes32 private constant STORAGE = 0x7bcbb7812e9d54f4246f0e5955242c41189cd4aebf7b4ce39fdf275a4cdc7600;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the owner this version would have.
    function initializeV2(address owner_) external reinitializer(2) {
        _vault().owner = owner_;
    }

    // --- Anyone ---

    /// @notice What this version takes for its owner.
    function owner() external view returns (address) {
        return _vault().owner;
    }

    /// @notice Which code this is.
    function version() external pure returns (uint256) {
        return 2;
    }

    // --- Internal ---

    function _authorizeUpgrade(address) internal override restricted {}

    // --- Private ---

    function _vault() private pure returns (VaultStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
