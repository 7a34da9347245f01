// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {RoleRecord, accessStorage} from "./AccessLayout.sol";
import {GrantWord} from "./GrantWord.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {RoleList, RoleLists} from "./RoleList.sol";
import {RoleOperations} from "./RoleOperations.sol";

/**
 * @title Handing all roles of one key to another, in one transaction
 * @dev Trust: the old key or ADMIN_ROLE asks, with the new key's proof; the longest grant delay of the roles passes, in
 * which any of their guardians, ADMIN_ROLE or the old key stops it; then anyone executes. A compromised key is revoked
 * instead.
 */
abstract contract KeyRotation is RoleOperations {
    using RoleLists for RoleList;
    using Time for *;

    struct Rotation {
        address next;
        uint48 requestedAt;
        uint48 readyAt;
    }

    mapping(address previous => Rotation) private _rotations;

    // --- Anyone ---

    /// @inheritdoc IKeyBindings
    function rotationOf(address previous) external view returns (address next, uint48 requestedAt, uint48 readyAt) {
        Rotation storage rotation = _rotations[previous];
        return (rotation.next, rotation.requestedAt, rotation.readyAt);
    }

    /// @inheritdoc IKeyBindings
    function executeRotation(address previous, address next) external {
        Rotation memory rotation = _rotations[previous];
        if (rotation.next == address(0) || rotation.next != next) revert RoleManagerNoRotation(previous, next);
        uint48 expiresAt = _after(rotation.readyAt, expiration());
        if (block.timestamp >= expiresAt) revert RoleManagerRotationExpired(previous, next, expiresAt);
        // Asked again: a role or a longer grant delay may have come since.
        uint48 readyAt = _readyAt(previous, rotation.requestedAt);
        if (readyAt < rotation.readyAt) readyAt = rotation.readyAt;
        if (block.timestamp < readyAt) revert RoleManagerRotationNotReady(previous, next, readyAt);

        delete _rotations[previous];
        uint64[] memory roles = _rolesOf[previous].all();
        bool bound = _isBound(next);
        for (uint256 i = 0; i < roles.length; ++i) _move(roles[i], previous, next, bound);
        if (_bindingStatus(previous) != Status.None) _revokeBinding(previous);
        emit RotationExecuted(previous, next);
    }

    // --- The old key and ADMIN_ROLE ---

    /// @inheritdoc IKeyBindings
    function requestRotation(address previous, KeyProof calldata next, bytes calldata signature) external {
        if (_msgSender() != previous) _authorise();
        else if (_bindingStatus(previous) == Status.Revoked) {
            revert RoleManagerRotationUnauthorized(previous, previous);
        }
        address account = next.account;
        if (account == previous || account == address(0) || account == address(this)) {
            revert RoleManagerInvalidAccount(account);
        }
        if (_rolesOf[previous].words[0] == 0) revert RoleManagerNotGranted(PUBLIC_ROLE, previous);
        Rotation memory rotation = _rotations[previous];
        if (rotation.next != address(0) && block.timestamp < _after(rotation.readyAt, expiration())) {
            revert RoleManagerRotationPending(previous, rotation.next);
        }

        uint48 readyAt = _readyAt(previous, uint48(block.timestamp));
        _rotations[previous] = Rotation(account, uint48(block.timestamp), readyAt);
        emit RotationRequested(previous, account, readyAt, _after(readyAt, expiration()));
        if (signature.length != 0 || !_isBound(account)) _bind(next, signature);
    }

    // --- The old key, ADMIN_ROLE and guardians ---

    /// @inheritdoc IKeyBindings
    function vetoRotation(address previous, address next) external {
        address caller = _msgSender();
        if (next == address(0) || _rotations[previous].next != next) revert RoleManagerNoRotation(previous, next);
        if (caller != previous && !_isActive(ADMIN_ROLE, caller) && !_guardsAny(previous, caller)) {
            revert RoleManagerRotationUnauthorized(caller, previous);
        }

        _callOff(previous);
    }

    // --- Internal ---

    /// @dev Ends the pending rotation of a key, if there is one.
    function _callOff(address previous) internal {
        address next = _rotations[previous].next;
        if (next == address(0)) return;

        delete _rotations[previous];
        emit RotationVetoed(previous, next, _msgSender());
    }

    // --- Private ---

    /// @dev When every role of the key has waited its grant delay.
    function _readyAt(address previous, uint48 requestedAt) private view returns (uint48) {
        uint64[] memory roles = _rolesOf[previous].all();
        uint32 longest = 0;
        for (uint256 i = 0; i < roles.length; ++i) {
            uint32 delay = getRoleGrantDelay(roles[i]);
            if (delay > longest) longest = delay;
        }
        return _after(requestedAt, longest);
    }

    function _guardsAny(address previous, address caller) private view returns (bool) {
        uint64[] memory roles = _rolesOf[previous].all();
        for (uint256 i = 0; i < roles.length; ++i) {
            if (_isActive(getRoleGuardian(roles[i]), caller)) return true;
        }
        return false;
    }

    function _move(uint64 roleId, address previous, address next, bool bound) private {
        RoleRecord storage role = accessStorage().roles[roleId];
        GrantWord grant = role.members[previous];
        if (!grant.expiredAt(block.timestamp)) {
            if (grant.keyBound() && !bound) revert RoleManagerBindingRequired(next, roleId);
            // Active from now, so that what the new key scheduled under an earlier grant stays dead; pending stays pending.
            uint48 since = grant.since();
            if (since < block.timestamp) since = uint48(block.timestamp);
            GrantWord held = role.members[next];
            bool holds = held.since() != 0 && !held.expiredAt(block.timestamp);
            _setGrant(roleId, next, holds ? _merge(grant, held, since) : grant.withSince(since));
        }
        _revokeRole(roleId, previous);
    }

    /// @dev The earlier beginning, the longer delay, the earlier expiry; nothing pending.
    function _merge(GrantWord grant, GrantWord held, uint48 since) private view returns (GrantWord) {
        uint32 delay = held.delayAt(block.timestamp);
        if (grant.delayAt(block.timestamp) > delay) delay = grant.delayAt(block.timestamp);
        if (held.since() < since) since = held.since();
        uint48 until = grant.until(block.timestamp);
        uint48 heldUntil = held.until(block.timestamp);
        if (until == 0 || (heldUntil != 0 && heldUntil < until)) until = heldUntil;
        return held.withSince(since).withDelay(delay.toDelay()).withExpiry(until);
    }
}
