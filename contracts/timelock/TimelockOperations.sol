// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ITimelock} from "./ITimelock.sol";
import {TimelockMembers} from "./TimelockMembers.sol";

/**
 * @title What is scheduled, and what voids it
 * @dev A scheduled operation is one slot. It is void once its proposer's epoch or the round of cancel-all moved on. An
 * operation that takes a role from someone (a *removal*) remembers from whom, and survives what those alone did.
 */
abstract contract TimelockOperations is TimelockMembers {
    /// @dev One slot.
    struct Stored {
        /// 0: never scheduled or cancelled; 1: done.
        uint40 readyAt;
        address proposer;
        /// The proposer's epoch and the round of cancel-all when it was scheduled.
        uint24 epoch;
        uint24 round;
        bool removal;
    }

    /// @inheritdoc ITimelock
    uint256 public immutable expiry;

    mapping(bytes32 id => Stored) internal _operations;

    /// @dev Whom an operation, as scheduled, takes a role from. Follows from the id, so it is never cleared.
    mapping(bytes32 id => mapping(address account => bool)) private _removals;

    /// @dev Which guardian ended a proposer's epoch (or, under the zero address, a round). Zero: the timelock did.
    mapping(address proposer => mapping(uint256 epoch => address guardian)) internal _endedBy;

    constructor(uint256 expiry_) {
        expiry = expiry_;
    }

    // --- Anyone ---

    /// @inheritdoc ITimelock
    function getOperation(bytes32 id) external view returns (Operation memory operation) {
        Stored memory stored = _operations[id];
        operation.status = _statusOf(id, stored, _settings.round);
        operation.proposer = stored.proposer;
        operation.removal = stored.removal;
        if (stored.readyAt > DONE_TIMESTAMP) {
            operation.readyAt = stored.readyAt;
            operation.expiresAt = uint48(stored.readyAt + expiry);
        }
    }

    /// @inheritdoc ITimelock
    function isRemovalOf(bytes32 id, address account) public view returns (bool) {
        return _removals[id][account];
    }

    /// @inheritdoc TimelockController
    function getTimestamp(bytes32 id) public view virtual override returns (uint256) {
        return getOperationState(id) == OperationState.Unset ? 0 : _operations[id].readyAt;
    }

    /// @dev Expired and void operations are `Unset` here: they can be scheduled again, with the full delay.
    function getOperationState(bytes32 id) public view virtual override returns (OperationState) {
        OperationStatus status = _statusOf(id, _operations[id], _settings.round);
        if (status == OperationStatus.Waiting) return OperationState.Waiting;
        if (status == OperationStatus.Ready) return OperationState.Ready;
        if (status == OperationStatus.Done) return OperationState.Done;
        return OperationState.Unset;
    }

    // --- Internal ---

    function _statusOf(bytes32 id, Stored memory stored, uint24 round) internal view returns (OperationStatus) {
        uint256 readyAt = stored.readyAt;
        if (readyAt == 0) return OperationStatus.Unset;
        if (readyAt == DONE_TIMESTAMP) return OperationStatus.Done;
        if (_isVoid(id, stored, round)) return OperationStatus.Void;
        if (block.timestamp < readyAt) return OperationStatus.Waiting;
        if (block.timestamp < readyAt + expiry) return OperationStatus.Ready;
        return OperationStatus.Expired;
    }

    /**
     * @dev Notes whom a call takes a role from, and returns that account where it could veto: as canceller or
     * guardian, or as a proposer that is one of these too. Only a direct call of the timelock to itself can revoke.
     */
    function _noteRemoval(
        bytes32 id,
        address target,
        bytes calldata data
    ) internal returns (bool removal, address vetoer) {
        if (target != address(this) || data.length < 68 || bytes4(data) != this.revokeRole.selector)
            return (false, address(0));
        uint8 bit = _bitOf(bytes32(data[4:36]));
        address account = address(uint160(uint256(bytes32(data[36:68]))));
        if (bit & (PROPOSER | CANCELLER | GUARDIAN) == 0 || account == address(0)) return (false, address(0));

        _removals[id][account] = true;
        bool couldVeto = (bit | _members[account].roles) & (CANCELLER | GUARDIAN) != 0;
        return (true, couldVeto ? account : address(0));
    }

    /// @dev Reverts unless the call is one that may stand beside the removal of `vetoer`.
    function _requireRoleCall(address vetoer, address target, bytes calldata data) internal view {
        bytes4 selector = bytes4(data);
        bool allowed =
            target == address(this) && (selector == this.grantRole.selector || selector == this.revokeRole.selector);
        if (!allowed) revert TimelockRemovalNotAlone(vetoer, target);
    }

    // --- Private ---

    function _isVoid(bytes32 id, Stored memory stored, uint24 round) private view returns (bool) {
        uint24 epoch = _members[stored.proposer].epoch;
        if (stored.epoch == epoch && stored.round == round) return false;
        if (!stored.removal) return true;
        return
            _endedByAnother(id, stored.proposer, stored.epoch, epoch) ||
            _endedByAnother(id, address(0), stored.round, round);
    }

    /// @dev Whether one of the epochs from `first` until before `current` was ended by someone the operation keeps.
    function _endedByAnother(bytes32 id, address proposer, uint256 first, uint256 current) private view returns (bool) {
        for (uint256 epoch = first; epoch < current; ++epoch) {
            if (!_removals[id][_endedBy[proposer][epoch]]) return true;
        }
        return false;
    }
}
