// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {TargetRecord, accessStorage} from "./AccessLayout.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {RoleGrants} from "./RoleGrants.sol";

/**
 * @title Who may call what, and the operations they schedule
 * @dev Trust: a member of a function's role calls it at once, or schedules it and waits its execution delay. The
 * role's guardians, ADMIN_ROLE and the caller cancel. An operation binds its value, deadline and salt, and is void once
 * its caller lost the role it was scheduled under, even if granted again.
 */
abstract contract RoleOperations is RoleGrants {
    /// @dev Who may do something now. `setback`: seconds between scheduling and executing, 0 for at once.
    struct Permission {
        bool allowed;
        uint64 roleId;
        uint32 setback;
        /// When the caller's power began.
        uint48 since;
    }

    /// @dev What an operation binds beside caller, target and data. All zero for OpenZeppelin's own operations.
    struct Terms {
        uint256 value;
        uint48 deadline;
        bytes32 salt;
    }

    /// @dev Type of what {hashCall} hashes; keeps its ids apart from OpenZeppelin's.
    bytes32 private constant CALL_TYPEHASH = keccak256(
        "Call(address caller,address target,uint256 value,bytes data,uint48 deadline,bytes32 salt)"
    );

    /// @dev Target and selector being executed.
    bytes32 private transient _executing;

    // --- Anyone ---

    /// @inheritdoc AccessManager
    function canCall(
        address caller,
        address target,
        bytes4 selector
    ) public view override returns (bool immediate, uint32 delay) {
        TargetRecord storage record = accessStorage().targets[target];
        if (record.closed) return (false, 0);
        if (caller == address(this)) return (_executing == _executionKey(target, selector), 0);
        if (selector == IAccessManaged.setAuthority.selector) return (false, 0);
        uint64 roleId = record.allowedRoles[selector];
        if (roleId == PUBLIC_ROLE) return (true, 0);
        (immediate, delay, ) = _powerOf(roleId, caller);
        return immediate ? (delay == 0, delay) : (false, 0);
    }

    /// @inheritdoc AccessManager
    function getSchedule(bytes32 id) public view override returns (uint48) {
        ScheduledCall storage call = accessStorage().schedules[id];
        return block.timestamp < call.deadline ? call.timepoint : 0;
    }

    /// @inheritdoc IRoleManager
    function getScheduledCall(bytes32 operationId) external view returns (ScheduledCall memory) {
        return accessStorage().schedules[operationId];
    }

    /// @inheritdoc IRoleManager
    function hashCall(
        address caller,
        address target,
        uint256 value,
        bytes calldata data,
        uint48 deadline,
        bytes32 salt
    ) external view returns (bytes32) {
        return _hash(caller, target, data, Terms(value, deadline, salt));
    }

    // --- Members of roles ---

    /// @inheritdoc AccessManager
    function schedule(
        address target,
        bytes calldata data,
        uint48 when
    ) public override returns (bytes32 operationId, uint32 nonce) {
        Terms memory none;
        return _schedule(target, data, when, none);
    }

    /// @inheritdoc IRoleManager
    function scheduleCall(
        address target,
        uint256 value,
        bytes calldata data,
        uint48 when,
        uint48 deadline,
        bytes32 salt
    ) external returns (bytes32 operationId, uint32 nonce) {
        return _schedule(target, data, when, Terms(value, deadline, salt));
    }

    /// @inheritdoc AccessManager
    function execute(address target, bytes calldata data) public payable override returns (uint32) {
        Terms memory none;
        none.value = msg.value;
        return _execute(target, data, none);
    }

    /// @inheritdoc IRoleManager
    function executeCall(
        address target,
        bytes calldata data,
        uint48 deadline,
        bytes32 salt
    ) external payable returns (uint32 nonce) {
        return _execute(target, data, Terms(msg.value, deadline, salt));
    }

    // --- Their callers, guardians and admins ---

    /// @inheritdoc AccessManager
    function cancel(address caller, address target, bytes calldata data) public override returns (uint32) {
        return _cancel(hashOperation(caller, target, data), caller, target, data);
    }

    /// @inheritdoc IRoleManager
    function cancelCall(
        address caller,
        address target,
        uint256 value,
        bytes calldata data,
        uint48 deadline,
        bytes32 salt
    ) external returns (uint32 nonce) {
        return _cancel(_hash(caller, target, data, Terms(value, deadline, salt)), caller, target, data);
    }

    // --- Targets ---

    /// @inheritdoc AccessManager
    function consumeScheduledOp(address caller, bytes calldata data) public override {
        address target = _msgSender();
        if (IAccessManaged(target).isConsumingScheduledOp() != IAccessManaged.isConsumingScheduledOp.selector) {
            revert AccessManagerUnauthorizedConsume(target);
        }
        Permission memory permission = _permissionOf(caller, target, data);
        if (!permission.allowed) revert AccessManagerUnauthorizedCall(caller, target, bytes4(data));
        _consume(hashOperation(caller, target, data), permission);
    }

    // --- Internal ---

    /**
     * @dev Which role one of the manager's own functions needs, from its calldata. `known` is false for functions that
     * are not administered. `atOnce`: it takes power away, so no execution delay applies. `minDelay`: seconds the
     * function waits whatever the caller's execution delay.
     */
    function _ruleOf(
        bytes calldata data
    ) internal view virtual returns (bool known, bool atOnce, uint64 roleId, uint32 minDelay);

    /**
     * @dev Whether an account guards what a call of the manager's own functions would change: the role it names, or a role
     * that would lose a function. May be anything for calldata that the function would refuse.
     */
    function _guardsSubject(address account, bytes calldata data) internal view virtual returns (bool);

    /// @dev Lets the call of one of the manager's own functions pass, or uses up the operation scheduled for it.
    function _authorise() internal {
        address caller = _msgSender();
        bytes calldata data = _msgData();
        if (caller == address(this)) {
            if (_executing == _executionKey(address(this), bytes4(data))) return;
            revert AccessManagerUnauthorizedCall(caller, address(this), bytes4(data));
        }
        (bool known, bool atOnce, uint64 roleId, uint32 minDelay) = _ruleOf(data);
        (bool active, uint32 delay, uint48 since) = _powerOf(roleId, caller);
        if (!known || !active) revert AccessManagerUnauthorizedAccount(caller, roleId);
        if (atOnce || delay | minDelay == 0) return;
        _consume(hashOperation(caller, address(this), data), Permission(true, roleId, delay, since));
    }

    // --- Private ---

    function _permissionOf(
        address caller,
        address target,
        bytes calldata data
    ) private view returns (Permission memory permission) {
        bytes4 selector = bytes4(data[0:4]);
        if (target == address(this)) {
            (bool known, bool atOnce, uint64 roleId, uint32 minDelay) = _ruleOf(data);
            permission.roleId = roleId;
            if (!known) return permission;
            (permission.allowed, permission.setback, permission.since) = _powerOf(roleId, caller);
            if (atOnce) permission.setback = 0;
            else if (permission.setback < minDelay) permission.setback = minDelay;
            return permission;
        }
        _checkNotLocked(selector);
        if (isTargetClosed(target)) return permission;
        permission.roleId = getTargetFunctionRole(target, selector);
        if (permission.roleId == PUBLIC_ROLE) permission.allowed = true;
        else (permission.allowed, permission.setback, permission.since) = _powerOf(permission.roleId, caller);
    }

    /// @dev Functions by which a manager would cut itself off from what it administers.
    function _checkNotLocked(bytes4 selector) private pure {
        if (
            selector == IAccessManaged.setAuthority.selector ||
            selector == Ownable.renounceOwnership.selector ||
            selector == IAccessControl.renounceRole.selector
        ) revert AccessManagerLockedFunction(selector);
    }

    function _hash(
        address caller,
        address target,
        bytes calldata data,
        Terms memory terms
    ) private view returns (bytes32) {
        if (terms.value == 0 && terms.deadline == 0 && terms.salt == 0) return hashOperation(caller, target, data);
        return
            keccak256(
                abi.encode(CALL_TYPEHASH, caller, target, terms.value, keccak256(data), terms.deadline, terms.salt)
            );
    }

    function _schedule(
        address target,
        bytes calldata data,
        uint48 when,
        Terms memory terms
    ) private returns (bytes32 operationId, uint32 nonce) {
        address caller = _msgSender();
        Permission memory permission = _permissionOf(caller, target, data);
        uint48 readyAt = _after(uint48(block.timestamp), permission.setback);
        if (!permission.allowed || permission.setback == 0 || (when != 0 && when < readyAt)) {
            revert AccessManagerUnauthorizedCall(caller, target, bytes4(data));
        }
        if (permission.since == block.timestamp) revert RoleManagerGrantTooFresh(permission.roleId, caller);
        if (when > readyAt) readyAt = when;
        uint48 deadline = terms.deadline == 0 ? _after(readyAt, expiration()) : terms.deadline;
        if (deadline <= readyAt) revert RoleManagerInvalidDeadline(deadline, readyAt);
        operationId = _hash(caller, target, data, terms);
        ScheduledCall storage call = accessStorage().schedules[operationId];
        if (_isLive(call, permission)) revert AccessManagerAlreadyScheduled(operationId);

        // As in OpenZeppelin: nobody schedules one operation 2^32 times.
        unchecked {
            nonce = call.nonce + 1;
        }
        call.timepoint = readyAt;
        call.nonce = nonce;
        call.scheduledAt = uint48(block.timestamp);
        call.roleId = permission.roleId;
        call.deadline = deadline;
        emit OperationScheduled(operationId, nonce, readyAt, caller, target, data);
        emit CallScheduled(operationId, nonce, terms.value, terms.deadline, terms.salt);
    }

    function _execute(address target, bytes calldata data, Terms memory terms) private returns (uint32 nonce) {
        address caller = _msgSender();
        Permission memory permission = _permissionOf(caller, target, data);
        if (!permission.allowed) revert AccessManagerUnauthorizedCall(caller, target, bytes4(data));
        bytes32 operationId = _hash(caller, target, data, terms);
        if (terms.deadline != 0 && block.timestamp >= terms.deadline) revert AccessManagerExpired(operationId);

        // As in OpenZeppelin: a caller without a delay uses up what it had scheduled.
        if (permission.setback != 0 || _isLive(accessStorage().schedules[operationId], permission)) {
            nonce = _consume(operationId, permission);
        }
        bytes32 outer = _executing;
        _executing = _executionKey(target, bytes4(data));

        Address.functionCallWithValue(target, data, terms.value);

        _executing = outer;
    }

    function _consume(bytes32 operationId, Permission memory permission) private returns (uint32 nonce) {
        ScheduledCall storage call = accessStorage().schedules[operationId];
        uint48 timepoint = call.timepoint;
        if (timepoint == 0) revert AccessManagerNotScheduled(operationId);
        if (_isVoid(call, permission)) revert RoleManagerOperationVoid(operationId);
        if (block.timestamp < timepoint) revert AccessManagerNotReady(operationId);
        if (block.timestamp >= call.deadline) revert AccessManagerExpired(operationId);

        call.timepoint = 0;
        nonce = call.nonce;
        emit OperationExecuted(operationId, nonce);
    }

    function _cancel(
        bytes32 operationId,
        address caller,
        address target,
        bytes calldata data
    ) private returns (uint32 nonce) {
        ScheduledCall storage call = accessStorage().schedules[operationId];
        if (call.timepoint == 0) revert AccessManagerNotScheduled(operationId);
        if (!_mayCancel(call.roleId, caller, target, data)) {
            revert AccessManagerUnauthorizedCancel(_msgSender(), caller, target, bytes4(data));
        }

        call.timepoint = 0;
        nonce = call.nonce;
        emit OperationCanceled(operationId, nonce);
    }

    /**
     * @dev The caller, admins, guardians of the role it was scheduled under; in the manager, that role's members too, and
     * the guardians of the role it is about.
     */
    function _mayCancel(
        uint64 roleId,
        address caller,
        address target,
        bytes calldata data
    ) private view returns (bool) {
        address canceller = _msgSender();
        return
            canceller == caller ||
            _isActive(ADMIN_ROLE, canceller) ||
            _isActive(getRoleGuardian(roleId), canceller) ||
            (target == address(this) && (_isActive(roleId, canceller) || _guardsSubject(canceller, data)));
    }

    function _isLive(ScheduledCall storage call, Permission memory permission) private view returns (bool) {
        return call.timepoint != 0 && block.timestamp < call.deadline && !_isVoid(call, permission);
    }

    /// @dev The grant it was scheduled with ended since, or the function moved to another role.
    function _isVoid(ScheduledCall storage call, Permission memory permission) private view returns (bool) {
        return call.roleId != permission.roleId || permission.since >= call.scheduledAt;
    }

    function _executionKey(address target, bytes4 selector) private pure returns (bytes32) {
        return keccak256(abi.encode(target, selector));
    }
}
