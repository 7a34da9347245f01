// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {RoleRecord, accessStorage} from "./AccessLayout.sol";
import {wordAt} from "./CalldataWord.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {KeyRotation} from "./KeyRotation.sol";
import {RoleOperations} from "./RoleOperations.sol";

/**
 * @title RoleManager: OpenZeppelin's AccessManager with its gaps closed
 * @dev Trust: ADMIN_ROLE configures everything, with its execution delay and each target's admin delay; it is meant to
 * be a timelock. A role's admins grant it after its grant delay and revoke it at once; its guardians veto grants and
 * cancel operations, those that would change the role included. Registrars confirm keys; pausers close targets. No
 * function of the manager can be handed to another role: the rules of its own functions are fixed in {_ruleOf}.
 */
contract RoleManager is KeyRotation {
    using Time for *;

    /// @dev The policy's role "registrar".
    uint64 private constant REGISTRAR_ROLE =
        uint64(uint256(keccak256("portcullis.role.registrar"))) & 0x7fffffffffffffff;

    /// @dev The policy's role "pauser".
    uint64 private constant PAUSER_ROLE = uint64(uint256(keccak256("portcullis.role.pauser"))) & 0x7fffffffffffffff;

    /// @dev Selectors whose role must work for late keys too.
    bytes4 private constant PAUSE = bytes4(keccak256("pause()"));
    bytes4 private constant CANCEL = bytes4(keccak256("cancel(bytes32)"));

    address private transient _authorityTarget;
    address private transient _authorityNext;

    /// @dev Every role, delay and grant is in force when the constructor returns.
    constructor(
        address[] memory admins,
        RoleConfig[] memory roles,
        GrantConfig[] memory grants
    ) AccessManager(admins.length == 0 ? address(0) : admins[0]) {
        for (uint256 i = 1; i < admins.length; ++i) _grantUntil(ADMIN_ROLE, admins[i], 0, 0, true);
        for (uint256 i = 0; i < roles.length; ++i) _configureRole(roles[i]);
        for (uint256 i = 0; i < grants.length; ++i) {
            GrantConfig memory grant = grants[i];
            _grantUntil(grant.roleId, grant.account, grant.executionDelay, grant.until, true);
        }
    }

    // --- Anyone ---

    /// @inheritdoc IRoleManager
    function updatingAuthority(address target) external view returns (address) {
        return target == _authorityTarget ? _authorityNext : address(0);
    }

    // --- Role admins ---

    /// @inheritdoc AccessManager
    function grantRole(uint64 roleId, address account, uint32 executionDelay) public override {
        _authorise();
        _grantUntil(roleId, account, executionDelay, _expiryOf(roleId, account), false);
    }

    /// @inheritdoc IRoleManager
    function grantRoleUntil(uint64 roleId, address account, uint32 executionDelay, uint48 until) external {
        _authorise();
        _grantUntil(roleId, account, executionDelay, until, false);
    }

    /// @inheritdoc IRoleManager
    function renewRole(uint64 roleId, address account, uint48 until) external {
        _authorise();
        _renew(roleId, account, until);
    }

    /// @inheritdoc AccessManager
    function revokeRole(uint64 roleId, address account) public override {
        _authorise();
        _revokeRole(roleId, account);
    }

    // --- ADMIN_ROLE ---

    /// @inheritdoc AccessManager
    function labelRole(uint64 roleId, string calldata label) public override {
        _authorise();
        _checkNotLocked(roleId);
        emit RoleLabel(roleId, label);
    }

    /// @inheritdoc AccessManager
    function setRoleAdmin(uint64 roleId, uint64 admin) public override {
        _authorise();
        _setRoleAdmin(roleId, admin);
    }

    /// @inheritdoc AccessManager
    function setRoleGuardian(uint64 roleId, uint64 guardian) public override {
        _authorise();
        _setRoleGuardian(roleId, guardian);
    }

    /// @inheritdoc AccessManager
    function setGrantDelay(uint64 roleId, uint32 newDelay) public override {
        _authorise();
        _setGrantDelay(roleId, newDelay);
    }

    /// @inheritdoc IRoleManager
    function setKeyBound(uint64 roleId) external {
        _authorise();
        _setKeyBound(roleId);
    }

    /// @inheritdoc AccessManager
    function setTargetFunctionRole(address target, bytes4[] calldata selectors, uint64 roleId) public override {
        _authorise();
        _checkTarget(target);
        for (uint256 i = 0; i < selectors.length; ++i) {
            if (selectors[i] == PAUSE || selectors[i] == CANCEL) _setVital(roleId);
            _setTargetFunctionRole(target, selectors[i], roleId);
        }
    }

    /// @inheritdoc AccessManager
    function setTargetAdminDelay(address target, uint32 newDelay) public override {
        _authorise();
        _checkTarget(target);
        _setTargetAdminDelay(target, newDelay);
    }

    /// @dev Closing acts at once, for pausers too; opening waits the caller's delay and the target's.
    function setTargetClosed(address target, bool closed) public override {
        if (!closed || !_isActive(PAUSER_ROLE, _msgSender())) _authorise();
        _checkTarget(target);
        _setTargetClosed(target, closed);
    }

    /// @dev The target asks back, by {updatingAuthority}, whether this change is meant.
    function updateAuthority(address target, address newAuthority) public override {
        _authorise();
        _checkTarget(target);
        _authorityTarget = target;
        _authorityNext = newAuthority;

        IAccessManaged(target).setAuthority(newAuthority);

        _authorityTarget = address(0);
        _authorityNext = address(0);
    }

    // --- Registrars ---

    /// @inheritdoc IKeyBindings
    function confirmBinding(address account, bytes32 custody, Tier tier, uint48 rotateBy) external {
        _authorise();
        _confirmBinding(account, custody, tier, rotateBy);
    }

    /// @inheritdoc IKeyBindings
    function exempt(address account) external {
        _authorise();
        _exempt(account);
    }

    /// @inheritdoc IKeyBindings
    function revokeBinding(address account) external {
        address caller = _msgSender();
        if (caller != account && !_isActive(REGISTRAR_ROLE, caller)) revert KeyBindingsUnauthorized(caller, account);
        _revokeBinding(account);
        _callOff(account);
    }

    // --- Internal ---

    /// @inheritdoc RoleOperations
    function _ruleOf(
        bytes calldata data
    ) internal view override returns (bool known, bool atOnce, uint64 roleId, uint32 minDelay) {
        // As numbers: as left-aligned words they take half a kilobyte more code.
        uint32 selector = uint32(bytes4(data));
        // Whatever does not decode cleanly is refused by the function itself.
        uint256 first = wordAt(data, 4);
        known = true;

        // The role's admins.
        if (selector == uint32(this.grantRoleUntil.selector) || selector == uint32(this.grantRole.selector)) {
            return (known, false, getRoleAdmin(uint64(first)), 0);
        }
        if (selector == uint32(this.revokeRole.selector)) return (known, true, getRoleAdmin(uint64(first)), 0);
        if (selector == uint32(this.renewRole.selector)) {
            address account = address(uint160(wordAt(data, 36)));
            atOnce = _isTightening(uint64(first), account, uint48(wordAt(data, 68)));
            return (known, atOnce, getRoleAdmin(uint64(first)), 0);
        }

        // Registrars.
        if (selector == uint32(this.confirmBinding.selector) || selector == uint32(this.exempt.selector)) {
            return (known, false, REGISTRAR_ROLE, 0);
        }

        // ADMIN_ROLE.
        uint256 second = wordAt(data, 36);
        if (selector == uint32(this.setGrantDelay.selector)) {
            atOnce = second >= getRoleGrantDelay(uint64(first));
        } else if (selector == uint32(this.setTargetAdminDelay.selector)) {
            atOnce = second >= getTargetAdminDelay(address(uint160(first)));
        } else if (
            selector == uint32(this.setTargetClosed.selector) ||
            selector == uint32(this.updateAuthority.selector) ||
            selector == uint32(this.setTargetFunctionRole.selector)
        ) {
            atOnce = selector == uint32(this.setTargetClosed.selector) && second != 0;
            minDelay = getTargetAdminDelay(address(uint160(first)));
        } else if (
            selector == uint32(this.setRoleAdmin.selector) || selector == uint32(this.setRoleGuardian.selector)
        ) {
            // ADMIN_ROLE takes a role back, and gives one its first guardian, its first admin, at once.
            RoleRecord storage role = accessStorage().roles[uint64(first)];
            bool loosens =
                selector == uint32(this.setRoleAdmin.selector)
                    ? second != ADMIN_ROLE && role.marks.isGranted()
                    : role.guardian != ADMIN_ROLE;
            if (loosens) minDelay = getRoleGrantDelay(uint64(first));
        } else {
            known =
                selector == uint32(this.labelRole.selector) ||
                selector == uint32(this.setKeyBound.selector) ||
                selector == uint32(this.requestRotation.selector);
        }
        return (known, atOnce, ADMIN_ROLE, minDelay);
    }

    /// @inheritdoc RoleOperations
    function _guardsSubject(address account, bytes calldata data) internal view override returns (bool) {
        uint256 first = wordAt(data, 4);
        if (uint32(bytes4(data)) != uint32(this.setTargetFunctionRole.selector)) {
            // Accounts and targets are no roles: no address is that small.
            return first <= type(uint64).max && _isActive(getRoleGuardian(uint64(first)), account);
        }
        uint256 list = wordAt(data, 36) + 4;
        for (uint256 i = wordAt(data, list); i > 0; --i) {
            bytes4 selector = bytes4(bytes32(wordAt(data, list + i * 32)));
            uint64 roleId = getTargetFunctionRole(address(uint160(first)), selector);
            if (_isActive(getRoleGuardian(roleId), account)) return true;
        }
        return false;
    }

    function _neverBound(uint64 roleId) internal pure override returns (bool) {
        return roleId == REGISTRAR_ROLE || roleId == PAUSER_ROLE || super._neverBound(roleId);
    }

    // --- Private ---

    function _configureRole(RoleConfig memory config) private {
        RoleRecord storage role = accessStorage().roles[config.id];
        if (config.id != ADMIN_ROLE) {
            _setRoleAdmin(config.id, config.admin);
            _setRoleGuardian(config.id, config.guardian);
            emit RoleLabel(config.id, config.label);
        } else if (config.admin != 0 || config.guardian != 0 || bytes(config.label).length != 0) {
            revert AccessManagerLockedRole(config.id);
        }
        if (config.keyBound) _setKeyBound(config.id);
        if (config.grantDelay > MAX_DELAY) revert RoleManagerDelayTooLong(config.grantDelay, MAX_DELAY);
        role.grantDelay = config.grantDelay.toDelay();
        emit RoleGrantDelayChanged(config.id, config.grantDelay, uint48(block.timestamp));
    }

    function _checkTarget(address target) private view {
        if (target == address(this)) revert RoleManagerLockedTarget(target);
    }

    function _checkNotLocked(uint64 roleId) private pure {
        if (roleId == ADMIN_ROLE || roleId == PUBLIC_ROLE) revert AccessManagerLockedRole(roleId);
    }
}
