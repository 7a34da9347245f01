// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {AuthorityChange} from "./AuthorityChange.sol";
import {RoleManagedUnscheduledValue} from "./UnscheduledValue.sol";

/**
 * @title {RoleManaged} for proxies: an initializer and namespaced storage
 * @dev Trust: as {RoleManaged}. OpenZeppelin's AccessManaged writes its authority in the constructor, outside the
 * proxy's storage.
 */
abstract contract RoleManagedUpgradeable is Initializable, Context, IAccessManaged {
    /// @custom:storage-location erc7201:portcullis.storage.RoleManaged
    struct RoleManagedStorage {
        address authority;
        bool consumingSchedule;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("portcullis.storage.RoleManaged")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x5c90053d4be0bb07f997ce36a629e3a204f23f680d35aa98c780bdb637974b00;

    // --- Members of the function's role ---

    /// @dev Only for external entry points: what counts is the caller and selector that entered the contract.
    modifier restricted() {
        _checkCanCall(_msgSender(), _msgData());
        _;
    }

    // --- Anyone ---

    /// @inheritdoc IAccessManaged
    function authority() public view virtual returns (address) {
        return _storage().authority;
    }

    /// @inheritdoc IAccessManaged
    function isConsumingScheduledOp() public view returns (bytes4) {
        return _storage().consumingSchedule ? this.isConsumingScheduledOp.selector : bytes4(0);
    }

    // --- The manager ---

    /// @inheritdoc IAccessManaged
    function setAuthority(address newAuthority) public virtual {
        AuthorityChange.check(authority(), _msgSender(), newAuthority);
        _setAuthority(newAuthority);
    }

    // --- Internal ---

    function __RoleManaged_init(address initialAuthority) internal onlyInitializing {
        AuthorityChange.check(initialAuthority);
        _setAuthority(initialAuthority);
    }

    function _setAuthority(address newAuthority) internal virtual {
        _storage().authority = newAuthority;
        emit AuthorityUpdated(newAuthority);
    }

    /// @dev As OpenZeppelin's: at once, or by the operation the caller has scheduled, which is one without ETH.
    function _checkCanCall(address caller, bytes calldata data) internal virtual {
        address manager = authority();
        (bool immediate, uint32 delay) = AuthorityUtils.canCallWithDelay(
            manager,
            caller,
            address(this),
            bytes4(data[0:4])
        );
        if (immediate) return;
        if (delay == 0) revert AccessManagedUnauthorized(caller);
        if (msg.value != 0) revert RoleManagedUnscheduledValue(caller, msg.value);
        _storage().consumingSchedule = true;
        IAccessManager(manager).consumeScheduledOp(caller, data);
        _storage().consumingSchedule = false;
    }

    // --- Private ---

    function _storage() private pure returns (RoleManagedStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
