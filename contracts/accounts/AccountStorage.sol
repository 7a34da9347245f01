// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountState} from "./AccountState.sol";
import {ModuleRecord} from "./ModuleRecord.sol";

/// @dev Everything an account stores. Appended to, never reordered: accounts live in other contracts' storage (EIP-7702).
struct AccountData {
    AccountState state;
    /// @dev `until` (48 bits, seconds) above `left` (208 bits, wei). Read only while the state says quarantined.
    uint256 quarantine;
    /// @dev ERC-7913, since a recovery replaced the one in the clone's arguments.
    bytes owner;
    mapping(address module => ModuleRecord) modules;
    /// @dev The generation (96 bits) above the handler.
    mapping(bytes4 selector => uint256) handlers;
}

/**
 * @dev Where an account's storage is: ERC-7201, so that no other code the account ever ran shares it by accident.
 * @dev Trust: none; who may change what is decided by those who inherit.
 */
abstract contract AccountStorage {
    /// @dev The storage is not to be trusted: the EOA's key did not sign for it.
    error SmartAccountInactive();

    /// @dev erc7201:portcullis.storage.SmartAccount
    bytes32 internal constant ACCOUNT_STORAGE = 0xfabcb19e936b63df1ec632586b4d090e5a91affff7afdde62d0b9e7dd3f82b00;

    function _data() internal view virtual returns (AccountData storage data) {
        assembly ("memory-safe") {
            data.slot := ACCOUNT_STORAGE
        }
    }

    /// @dev Whether what is stored was put there by this account, which only code in another's storage must ask.
    function _isActive() internal view virtual returns (bool) {
        return true;
    }

    function _requireActive() internal view {
        if (!_isActive()) revert SmartAccountInactive();
    }

    /// @dev What freezes, quarantines and replaces the owner, for builds that have it.
    function _state() internal view virtual returns (AccountState) {
        return _data().state;
    }

    /// @dev The same for what the owner does itself, where only a freeze, a quarantine and a replaced owner count.
    function _ownerState() internal view virtual returns (AccountState) {
        return _state();
    }

    /// @dev What grants are bound to.
    function _epochOf(AccountState state) internal view virtual returns (uint256) {
        return state.epoch();
    }
}
