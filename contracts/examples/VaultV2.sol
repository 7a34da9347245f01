// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vault} from "./Vault.sol";

/**
 * @title The vault's second version: what leaves goes to approved recipients only
 * @dev Its new storage has a namespace of its own, so the first version's stays where it is.
 * @dev Trust: as {Vault}; the manager's roles also decide who approves recipients.
 */
contract VaultV2 is Vault {
    /// @custom:storage-location erc7201:portcullis.storage.VaultV2
    struct VaultV2Storage {
        mapping(address recipient => bool) approved;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("portcullis.storage.VaultV2")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_V2 = 0x2da5dbd46cc2371ca547b2597f07754f7f91dfb91c11af69584524e5ae21c800;

    /// @dev `to` is not an approved recipient.
    error VaultUnknownRecipient(address to);

    event RecipientChanged(address indexed recipient, bool approved);

    /// @notice Approves the first recipient; called once, in the transaction that upgrades.
    function initializeV2(address recipient) external reinitializer(2) {
        _setRecipient(recipient, true);
    }

    // --- Anyone ---

    /// @notice Whether ETH and tokens may be withdrawn to `recipient`.
    function isRecipient(address recipient) external view returns (bool) {
        return _vaultV2().approved[recipient];
    }

    /// @inheritdoc Vault
    function version() external pure virtual override returns (uint256) {
        return 2;
    }

    // --- Whom the manager allows ---

    /// @notice Approves a recipient, or takes the approval back.
    function setRecipient(address recipient, bool approved) external restricted {
        _setRecipient(recipient, approved);
    }

    // --- Internal ---

    function _beforeWithdrawal(address to) internal view virtual override {
        super._beforeWithdrawal(to);
        if (!_vaultV2().approved[to]) revert VaultUnknownRecipient(to);
    }

    // --- Private ---

    function _setRecipient(address recipient, bool approved) private {
        if (recipient == address(0)) revert VaultZeroAddress();

        _vaultV2().approved[recipient] = approved;
        emit RecipientChanged(recipient, approved);
    }

    function _vaultV2() private pure returns (VaultV2Storage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_V2
        }
    }
}
