// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {RoleRecord, accessStorage} from "./AccessLayout.sol";
import {delayAt, fullDelayAt} from "./DelayAt.sol";
import {GrantWord, createGrant} from "./GrantWord.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {KeyBindings} from "./KeyBindings.sol";
import {RoleList, RoleLists} from "./RoleList.sol";
import {RoleMarks} from "./RoleMarks.sol";

/**
 * @title Grants that expire, wait, and can be vetoed; roles whose delays only fall slowly
 * @dev Trust: internal functions check no caller; {RoleManager} does. What takes power away acts at once; what gives
 * power waits the role's grant delay, in which its guardian can take it back.
 */
abstract contract RoleGrants is AccessManager, IRoleManager, KeyBindings {
    using RoleLists for RoleList;
    using Time for *;

    /// @dev Longest grant, execution or target admin delay: what a slip of the hand can lock.
    uint32 internal constant MAX_DELAY = 365 days;

    mapping(address account => RoleList) internal _rolesOf;

    /// @dev Members of ADMIN_ROLE, pending ones too, in no order.
    address[] private _admins;

    // --- Anyone ---

    /// @inheritdoc AccessManager
    function hasRole(uint64 roleId, address account) public view override returns (bool isMember, uint32 delay) {
        if (roleId == PUBLIC_ROLE) return (true, 0);
        (isMember, delay, ) = _powerOf(roleId, account);
    }

    /// @inheritdoc AccessManager
    function getRoleGrantDelay(uint64 roleId) public view override returns (uint32) {
        return delayAt(accessStorage().roles[roleId].grantDelay, block.timestamp);
    }

    /// @inheritdoc AccessManager
    function getTargetAdminDelay(address target) public view override returns (uint32) {
        return delayAt(accessStorage().targets[target].adminDelay, block.timestamp);
    }

    /// @inheritdoc AccessManager
    function getAccess(
        uint64 roleId,
        address account
    ) public view override returns (uint48 since, uint32 currentDelay, uint32 pendingDelay, uint48 effect) {
        GrantWord grant = accessStorage().roles[roleId].members[account];
        since = grant.since();
        (currentDelay, pendingDelay, effect) = fullDelayAt(grant.delay(), block.timestamp);
    }

    /// @inheritdoc IRoleManager
    function getGrant(
        uint64 roleId,
        address account
    )
        external
        view
        returns (
            uint48 since,
            uint48 until,
            uint32 delay,
            uint32 pendingDelay,
            uint48 effect,
            uint48 pendingUntil,
            uint48 untilEffect
        )
    {
        GrantWord grant = accessStorage().roles[roleId].members[account];
        since = grant.since();
        (delay, pendingDelay, effect) = fullDelayAt(grant.delay(), block.timestamp);
        (until, pendingUntil, untilEffect) = grant.expiry(block.timestamp);
    }

    /// @inheritdoc IRoleManager
    function rolesOf(address account) external view returns (uint64[] memory) {
        return _rolesOf[account].all();
    }

    /// @inheritdoc IRoleManager
    function getRoleSettings(
        uint64 roleId
    )
        external
        view
        returns (uint32 grantDelay, uint32 pendingDelay, uint48 effect, bool keyBound, uint32 longestExecutionDelay)
    {
        RoleRecord storage role = accessStorage().roles[roleId];
        (grantDelay, pendingDelay, effect) = fullDelayAt(role.grantDelay, block.timestamp);
        return (grantDelay, pendingDelay, effect, role.marks.isKeyBound(), role.marks.longestDelay());
    }

    /// @inheritdoc IRoleManager
    function getAdminDelay(
        address target
    ) external view returns (uint32 adminDelay, uint32 pendingDelay, uint48 effect) {
        return fullDelayAt(accessStorage().targets[target].adminDelay, block.timestamp);
    }

    /// @dev No fixed setback: longer delays act at once, shorter ones wait the old delay.
    function minSetback() public pure override returns (uint32) {
        return 0;
    }

    /// @inheritdoc IRoleManager
    function clearExpired(uint64 roleId, address account) external {
        if (!accessStorage().roles[roleId].members[account].expiredAt(block.timestamp)) {
            revert RoleManagerNotExpired(roleId, account);
        }

        _revokeRole(roleId, account);
    }

    // --- Guardians of the role, its admins, and ADMIN_ROLE ---

    /// @inheritdoc IRoleManager
    function vetoGrant(uint64 roleId, address account) external {
        address caller = _msgSender();
        if (
            !_isActive(getRoleGuardian(roleId), caller) &&
            !_isActive(getRoleAdmin(roleId), caller) &&
            !_isActive(ADMIN_ROLE, caller)
        ) revert RoleManagerNotGuardian(caller, roleId);

        emit GrantVetoed(roleId, account, caller);
        GrantWord grant = accessStorage().roles[roleId].members[account];
        if (grant.since() > block.timestamp) {
            _revokeRole(roleId, account);
            return;
        }
        (uint48 until, , uint48 renewal) = grant.expiry(block.timestamp);
        (uint32 delay, , uint48 effect) = fullDelayAt(grant.delay(), block.timestamp);
        if (renewal == 0 && effect == 0) revert RoleManagerNothingToVeto(roleId, account);
        accessStorage().roles[roleId].members[account] = grant.withExpiry(until).withDelay(delay.toDelay());
    }

    // --- Internal: grants ---

    /**
     * @dev Whether an account can use a role now, its execution delay, and since when: the beginning of its grant, or for
     * a key-bound role a later revocation of its binding. Not for PUBLIC_ROLE.
     */
    function _powerOf(
        uint64 roleId,
        address account
    ) internal view returns (bool active, uint32 executionDelay, uint48 since) {
        GrantWord grant = accessStorage().roles[roleId].members[account];
        active = grant.activeAt(block.timestamp);
        executionDelay = grant.delayAt(block.timestamp);
        since = grant.since();
        if (grant.keyBound()) {
            (bool bound, uint48 revokedAt) = _boundAndRevokedAt(account);
            active = active && bound;
            if (revokedAt > since) since = revokedAt;
        }
    }

    /// @dev A time and a delay: no sum of the two reaches 48 bits before the next ice age.
    function _after(uint48 time, uint32 delay) internal pure returns (uint48) {
        unchecked {
            return time + delay;
        }
    }

    function _isActive(uint64 roleId, address account) internal view returns (bool active) {
        (active, , ) = _powerOf(roleId, account);
    }

    /// @dev Only the constructors call it: at once.
    function _grantRole(
        uint64 roleId,
        address account,
        uint32,
        uint32 executionDelay
    ) internal override returns (bool newMember) {
        return _grantUntil(roleId, account, executionDelay, 0, true);
    }

    /// @dev A new member's grant waits the grant delay unless `atOnce`; a member's expiry is renewed where it differs.
    function _grantUntil(
        uint64 roleId,
        address account,
        uint32 executionDelay,
        uint48 until,
        bool atOnce
    ) internal returns (bool newMember) {
        if (roleId == PUBLIC_ROLE) revert AccessManagerLockedRole(roleId);
        if (account == address(0) || account == address(this)) revert RoleManagerInvalidAccount(account);
        RoleRecord storage role = accessStorage().roles[roleId];
        GrantWord grant = role.members[account];
        (Time.Delay grantDelay, RoleMarks marks) = (role.grantDelay, role.marks);
        uint48 effect;

        newMember = grant.since() == 0 || grant.expiredAt(block.timestamp);
        if (newMember) {
            effect = uint48(block.timestamp);
            // No delay is longer than 365 days.
            unchecked {
                if (!atOnce) effect += delayAt(grantDelay, block.timestamp);
            }
            _checkExpiry(roleId, account, until, effect);
            if (grant.since() == 0) _addRole(roleId, account);
            grant = createGrant(effect, executionDelay, until, marks.isKeyBound());
        } else {
            Time.Delay delay;
            uint32 current = grant.delayAt(block.timestamp);
            (delay, effect) = _replace(
                current,
                executionDelay,
                executionDelay < current ? current - executionDelay : 0
            );
            grant = grant.withDelay(delay);
        }
        role.members[account] = grant;
        if (executionDelay != 0 || !marks.isGranted()) _noteDelay(roleId, role, marks, executionDelay);
        emit RoleGranted(roleId, account, executionDelay, effect, newMember);

        if (newMember) {
            if (until != 0) _emitExpiry(roleId, account, until, effect);
        } else if (until != grant.until(block.timestamp)) {
            _renew(roleId, account, until);
        }
    }

    /// @dev The expiry that a grant without one leaves as it is: a member's own, none for a new one.
    function _expiryOf(uint64 roleId, address account) internal view returns (uint48) {
        GrantWord grant = accessStorage().roles[roleId].members[account];
        return grant.expiredAt(block.timestamp) ? 0 : grant.until(block.timestamp);
    }

    function _renew(uint64 roleId, address account, uint48 until) internal {
        GrantWord grant = accessStorage().roles[roleId].members[account];
        if (grant.since() == 0 || grant.expiredAt(block.timestamp)) revert RoleManagerNotGranted(roleId, account);

        uint48 effect = uint48(block.timestamp);
        if (_isTightening(roleId, account, until)) {
            grant = grant.withExpiry(until);
        } else {
            effect = _after(effect, getRoleGrantDelay(roleId));
            grant = grant.withPendingExpiry(grant.until(block.timestamp), until, effect);
        }
        _checkExpiry(roleId, account, until, effect);
        accessStorage().roles[roleId].members[account] = grant;
        _emitExpiry(roleId, account, until, effect);
    }

    /// @dev Whether an expiry is no later than the one in force.
    function _isTightening(uint64 roleId, address account, uint48 until) internal view returns (bool) {
        uint48 current = accessStorage().roles[roleId].members[account].until(block.timestamp);
        return current == 0 || (until != 0 && until <= current);
    }

    /// @inheritdoc AccessManager
    function _revokeRole(uint64 roleId, address account) internal override returns (bool) {
        if (roleId == PUBLIC_ROLE) revert AccessManagerLockedRole(roleId);
        RoleRecord storage role = accessStorage().roles[roleId];
        GrantWord grant = role.members[account];
        if (grant.since() == 0) return false;
        if (roleId == ADMIN_ROLE) _removeAdmin(account, grant);

        role.members[account] = GrantWord.wrap(0);
        _rolesOf[account].remove(roleId);
        emit RoleRevoked(roleId, account);
        return true;
    }

    /// @dev Writes a grant that another account hands over. The list of the account's roles follows.
    function _setGrant(uint64 roleId, address account, GrantWord grant) internal {
        RoleRecord storage role = accessStorage().roles[roleId];
        bool newMember = role.members[account].since() == 0;
        if (newMember) _addRole(roleId, account);
        role.members[account] = grant;
        emit RoleGranted(roleId, account, grant.delayAt(block.timestamp), grant.since(), newMember);
    }

    // --- Internal: roles and targets ---

    /// @dev A role that anyone is a member of can administer and guard nothing.
    function _setRoleAdmin(uint64 roleId, uint64 admin) internal override {
        _checkNotPublic(admin);
        super._setRoleAdmin(roleId, admin);
    }

    /// @inheritdoc AccessManager
    function _setRoleGuardian(uint64 roleId, uint64 guardian) internal override {
        _checkNotPublic(guardian);
        _setVital(guardian);
        super._setRoleGuardian(roleId, guardian);
    }

    /// @dev The role must work for late keys too.
    function _setVital(uint64 roleId) internal {
        RoleRecord storage role = accessStorage().roles[roleId];
        if (role.marks.isKeyBound()) revert RoleManagerNotBindable(roleId);
        // Never key-bound anyway: spare the write.
        if (roleId != ADMIN_ROLE && !role.marks.isVital()) role.marks = role.marks.withVital();
    }

    function _setKeyBound(uint64 roleId) internal {
        RoleRecord storage role = accessStorage().roles[roleId];
        if (_neverBound(roleId) || role.marks.isVital()) revert RoleManagerNotBindable(roleId);
        if (role.marks.isGranted()) revert RoleManagerRoleInUse(roleId);

        role.marks = role.marks.withKeyBound();
        emit RoleKeyBound(roleId);
    }

    /// @dev Roles whose holders must be able to act whatever their key's deadline.
    function _neverBound(uint64 roleId) internal pure virtual returns (bool) {
        return roleId == ADMIN_ROLE || roleId == PUBLIC_ROLE;
    }

    /// @inheritdoc AccessManager
    function _setGrantDelay(uint64 roleId, uint32 newDelay) internal override {
        _checkNotPublic(roleId);
        RoleRecord storage role = accessStorage().roles[roleId];
        uint32 longest = role.marks.longestDelay();
        if (newDelay < longest) revert RoleManagerGrantDelayTooShort(roleId, newDelay, longest);

        uint48 effect;
        (role.grantDelay, effect) = _changeDelay(role.grantDelay, newDelay);
        emit RoleGrantDelayChanged(roleId, newDelay, effect);
    }

    /// @inheritdoc AccessManager
    function _setTargetAdminDelay(address target, uint32 newDelay) internal override {
        uint48 effect;
        Time.Delay delay = accessStorage().targets[target].adminDelay;
        (accessStorage().targets[target].adminDelay, effect) = _changeDelay(delay, newDelay);
        emit TargetAdminDelayUpdated(target, newDelay, effect);
    }

    // --- Private ---

    /// @dev Written once: the code of an event is long.
    function _emitExpiry(uint64 roleId, address account, uint48 until, uint48 effect) private {
        emit GrantExpiryChanged(roleId, account, until, effect);
    }

    function _checkNotPublic(uint64 roleId) private pure {
        if (roleId == PUBLIC_ROLE) revert AccessManagerLockedRole(roleId);
    }

    /// @dev Longer: at once. Shorter: after the old delay.
    function _changeDelay(Time.Delay delay, uint32 newDelay) private view returns (Time.Delay, uint48 effect) {
        if (newDelay > MAX_DELAY) revert RoleManagerDelayTooLong(newDelay, MAX_DELAY);
        uint32 current = delayAt(delay, block.timestamp);
        return _replace(current, newDelay, newDelay < current ? current : 0);
    }

    /// @dev A delay of `newDelay` in `setback` seconds, and of `current` until then.
    function _replace(
        uint32 current,
        uint32 newDelay,
        uint32 setback
    ) private view returns (Time.Delay, uint48 effect) {
        effect = _after(uint48(block.timestamp), setback);
        return (Time.pack(current, newDelay, effect), effect);
    }

    /**
     * @dev Remembers a role's longest execution delay, which its grant delay must reach: of the current and a pending
     * grant delay the shorter counts.
     */
    function _noteDelay(uint64 roleId, RoleRecord storage role, RoleMarks marks, uint32 executionDelay) private {
        (uint32 current, uint32 pending, uint48 effect) = fullDelayAt(role.grantDelay, block.timestamp);
        uint32 grantDelay = effect == 0 || current < pending ? current : pending;
        if (executionDelay > grantDelay) revert RoleManagerGrantDelayTooShort(roleId, grantDelay, executionDelay);

        if (!marks.isGranted() || executionDelay > marks.longestDelay()) role.marks = marks.withDelay(executionDelay);
    }

    function _checkExpiry(uint64 roleId, address account, uint48 until, uint48 effect) private pure {
        if (until == 0) return;
        if (roleId == ADMIN_ROLE) revert RoleManagerAdminExpiry(account);
        if (until <= effect || until > type(uint32).max) revert RoleManagerInvalidExpiry(roleId, account, until);
    }

    function _addRole(uint64 roleId, address account) private {
        _rolesOf[account].add(roleId, account);
        if (roleId == ADMIN_ROLE) _admins.push(account);
    }

    /// @dev A pending admin may always go; an active one only if another active one stays.
    function _removeAdmin(address account, GrantWord grant) private {
        uint256 count = _admins.length;
        uint256 index = count;
        bool anotherActive = false;
        for (uint256 i = 0; i < count; ++i) {
            address admin = _admins[i];
            if (admin == account) index = i;
            else if (_isActive(ADMIN_ROLE, admin)) anotherActive = true;
            if (anotherActive && index != count) break;
        }
        if (grant.activeAt(block.timestamp) && !anotherActive) revert RoleManagerLastAdmin(account);

        _admins[index] = _admins[count - 1];
        _admins.pop();
    }
}
