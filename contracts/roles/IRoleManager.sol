// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @title What a RoleManager adds to OpenZeppelin's {IAccessManager}
 * @dev Trust: says what can be done; {RoleManager} says who may do it, how fast, and who can stop it.
 *
 * Units: times are seconds since the epoch, delays are seconds and at most 365 days, values are wei. An account holds at
 * most 64 roles.
 *
 * Two roles have fixed ids, the low 63 bits of keccak256("portcullis.role." + name), as the policy derives all ids:
 * "registrar" confirms, exempts and revokes key bindings; "pauser" closes targets at once, as ADMIN_ROLE does.
 */
interface IRoleManager {
    /// @dev A role as the constructor sets it up. Its delays are in force from the first block.
    struct RoleConfig {
        /// The role's id. `ADMIN_ROLE` (0) is allowed, to set its grant delay only.
        uint64 id;
        /// The role whose members grant and revoke this one.
        uint64 admin;
        /// The role whose members veto its grants and cancel what is scheduled under it.
        uint64 guardian;
        /// Seconds between a grant and its effect.
        uint32 grantDelay;
        /// Whether the role works only for keys with a valid binding (see {IKeyBindings}).
        bool keyBound;
        /// Its name in the policy; empty for `ADMIN_ROLE`.
        string label;
    }

    /// @dev A grant as the constructor makes it: active at once.
    struct GrantConfig {
        uint64 roleId;
        address account;
        /// Seconds between scheduling and executing.
        uint32 executionDelay;
        /// First second without the role; 0 is permanent.
        uint48 until;
    }

    /// @dev A scheduled operation, as stored. All zero where nothing is scheduled, but `nonce` stays.
    struct ScheduledCall {
        /// First second at which it can be executed.
        uint48 timepoint;
        /// Counts how often the same operation has been scheduled.
        uint32 nonce;
        /// When it was scheduled. It is void unless its caller's grant began before that and has lasted since, and for a
        /// key-bound role its binding has not been revoked since.
        uint48 scheduledAt;
        /// The role it was scheduled under. It is void if the function needs another role by then.
        uint64 roleId;
        /// First second at which it can no longer be executed.
        uint48 deadline;
    }

    // --- Events ---

    /// @dev A role was declared key-bound.
    event RoleKeyBound(uint64 indexed roleId);

    /// @dev From `effect` on, the grant ends at `until` (0: never). A later event for the same grant replaces this one.
    event GrantExpiryChanged(uint64 indexed roleId, address indexed account, uint48 until, uint48 effect);

    /// @dev A guardian took back what was pending about a grant: itself, its renewal, a shorter delay. {getGrant} says
    /// what is left.
    event GrantVetoed(uint64 indexed roleId, address indexed account, address indexed guardian);

    /// @dev Follows each of OpenZeppelin's `OperationScheduled`: what its id binds beside. {getScheduledCall} says when a
    /// `deadline` of 0 ends it.
    event CallScheduled(
        bytes32 indexed operationId,
        uint32 indexed nonce,
        uint256 value,
        uint48 deadline,
        bytes32 salt
    );

    /// @dev `previous` asked, with the proof of `next`, to hand all its roles over.
    event RotationRequested(address indexed previous, address indexed next, uint48 readyAt, uint48 expiresAt);

    /// @dev All roles of `previous` now belong to `next`, with their expiry ({getGrant}).
    event RotationExecuted(address indexed previous, address indexed next);

    /// @dev A guardian, an admin or the old key itself called the rotation off, or the old key's binding was revoked.
    event RotationVetoed(address indexed previous, address indexed next, address indexed by);

    // --- Errors ---

    /// @dev Nobody can act as this account, or it is the manager itself.
    error RoleManagerInvalidAccount(address account);
    /// @dev The manager's own functions have fixed rules: it is no target.
    error RoleManagerLockedTarget(address target);
    /// @dev `ADMIN_ROLE` would be left without an active member.
    error RoleManagerLastAdmin(address account);
    /// @dev `ADMIN_ROLE` cannot expire.
    error RoleManagerAdminExpiry(address account);
    /// @dev The expiry is over before the grant begins, or beyond 2106.
    error RoleManagerInvalidExpiry(uint64 roleId, address account, uint48 until);
    /// @dev The account holds as many roles as it may.
    error RoleManagerTooManyRoles(address account, uint256 maximum);
    /// @dev An execution delay must not exceed the role's grant delay, or revoking and granting would shorten it.
    error RoleManagerGrantDelayTooShort(uint64 roleId, uint32 grantDelay, uint32 executionDelay);
    /// @dev Delays are at most `maximum`.
    error RoleManagerDelayTooLong(uint32 delay, uint32 maximum);
    /// @dev The account is no member, or its grant has expired.
    error RoleManagerNotGranted(uint64 roleId, address account);
    /// @dev The grant has not expired, or a pending renewal will revive it.
    error RoleManagerNotExpired(uint64 roleId, address account);
    /// @dev Nothing about this grant is pending.
    error RoleManagerNothingToVeto(uint64 roleId, address account);
    /// @dev The caller is no guardian of the role.
    error RoleManagerNotGuardian(address caller, uint64 roleId);
    /// @dev Key-bound is decided before a role's first grant.
    error RoleManagerRoleInUse(uint64 roleId);
    /// @dev This role must work for late keys too: it is an admin, guardian, canceller, pauser or registrar role.
    error RoleManagerNotBindable(uint64 roleId);
    /// @dev The caller's grant begins, or its binding was revoked, in this very second; what it schedules could not be
    /// told from what came before.
    error RoleManagerGrantTooFresh(uint64 roleId, address account);
    /// @dev The operation's caller lost the role it was scheduled under, or the function needs another role now.
    error RoleManagerOperationVoid(bytes32 operationId);
    /// @dev The deadline is over before the operation is ready.
    error RoleManagerInvalidDeadline(uint48 deadline, uint48 readyAt);
    /// @dev No such rotation is pending.
    error RoleManagerNoRotation(address previous, address next);
    /// @dev Another rotation of this key is pending; veto it first.
    error RoleManagerRotationPending(address previous, address next);
    /// @dev The rotation still waits.
    error RoleManagerRotationNotReady(address previous, address next, uint48 readyAt);
    /// @dev The rotation was ready and nobody executed it in time.
    error RoleManagerRotationExpired(address previous, address next, uint48 expiresAt);
    /// @dev The caller can neither request nor stop this rotation.
    error RoleManagerRotationUnauthorized(address caller, address previous);
    /// @dev The new key has no valid binding, and a role to be moved needs one.
    error RoleManagerBindingRequired(address account, uint64 roleId);

    // --- Anyone ---

    /**
     * @dev A grant. `since` 0: not granted. `until` 0: permanent. `delay` is the execution delay; where `effect` is not
     * 0, `pendingDelay` replaces it then; where `untilEffect` is not 0, `pendingUntil` replaces `until` then.
     */
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
        );

    /// @dev All roles granted to an account: pending and expired ones too, in no order.
    function rolesOf(address account) external view returns (uint64[] memory);

    /**
     * @dev A role's settings beside its admin and guardian: the grant delay, and what replaces it at `effect` (0:
     * nothing pending); whether it works only for validly bound keys; the longest execution delay a member ever had,
     * rounded up to what the role's slot can hold.
     */
    function getRoleSettings(
        uint64 roleId
    )
        external
        view
        returns (uint32 grantDelay, uint32 pendingDelay, uint48 effect, bool keyBound, uint32 longestExecutionDelay);

    /// @dev A target's admin delay, and what replaces it at `effect` (0: nothing pending).
    function getAdminDelay(
        address target
    ) external view returns (uint32 adminDelay, uint32 pendingDelay, uint48 effect);

    /// @dev What is stored of a scheduled operation.
    function getScheduledCall(bytes32 operationId) external view returns (ScheduledCall memory);

    /// @dev Id of an operation. With value, deadline and salt 0 it is OpenZeppelin's `hashOperation`.
    function hashCall(
        address caller,
        address target,
        uint256 value,
        bytes calldata data,
        uint48 deadline,
        bytes32 salt
    ) external view returns (bytes32);

    /// @dev The authority that `target` is being given at this moment by `updateAuthority`; zero at any other time.
    function updatingAuthority(address target) external view returns (address);

    /// @dev Removes what is left of an expired grant.
    function clearExpired(uint64 roleId, address account) external;

    // --- Role admins ---

    /**
     * @dev Grants a role that ends at `until` (0: permanent) after the grant delay. For a member it changes the
     * execution delay as `grantRole` does, and the expiry as {renewRole} does.
     */
    function grantRoleUntil(uint64 roleId, address account, uint32 executionDelay, uint48 until) external;

    /// @dev Changes a member's expiry: an earlier one at once, a later one (0: permanent) after the grant delay.
    function renewRole(uint64 roleId, address account, uint48 until) external;

    // --- Admins ---

    /// @dev Makes a role key-bound, before its first grant and for good.
    function setKeyBound(uint64 roleId) external;

    // --- Guardians of the role, its admins, and ADMIN_ROLE ---

    /// @dev Takes back what is pending about a grant: the grant itself, its renewal, or a shorter execution delay.
    function vetoGrant(uint64 roleId, address account) external;

    // --- Members with an execution delay ---

    /**
     * @dev Schedules a call with its value, deadline and salt. `when` 0: as soon as the execution delay allows.
     * `deadline` 0: `expiration()` after it is ready.
     */
    function scheduleCall(
        address target,
        uint256 value,
        bytes calldata data,
        uint48 when,
        uint48 deadline,
        bytes32 salt
    ) external returns (bytes32 operationId, uint32 nonce);

    /// @dev Executes a call with exactly the value, deadline and salt it was scheduled with.
    function executeCall(
        address target,
        bytes calldata data,
        uint48 deadline,
        bytes32 salt
    ) external payable returns (uint32 nonce);

    /**
     * @dev Cancels a scheduled call: its caller, ADMIN_ROLE, or a guardian of the role it was scheduled under. A call of
     * the manager itself: also a guardian of the role it is about, or of a role that would lose a function.
     */
    function cancelCall(
        address caller,
        address target,
        uint256 value,
        bytes calldata data,
        uint48 deadline,
        bytes32 salt
    ) external returns (uint32 nonce);
}
