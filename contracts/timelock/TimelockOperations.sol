// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ITimelock} from "./ITimelock.sol";
import {OperationWord} from "./OperationWord.sol";
import {TimelockMembers} from "./TimelockMembers.sol";

/**
 * @title What is scheduled, and what voids it
 * @dev A scheduled operation is one slot. It is void once its proposer's epoch or the round of cancel-all moved on. An
 * operation that takes a role from someone (a *removal*) remembers from whom, and survives what those alone did.
 */
abstract contract TimelockOperations is TimelockMembers {
    /// @inheritdoc ITimelock
    uint256 public immutable expiry;

    mapping(bytes32 id => OperationWord operation) internal _operations;

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
        OperationWord stored = _operations[id];
        operation.status = _statusOf(id, stored, _settings.round);
        operation.proposer = stored.proposer();
        operation.removal = stored.isRemoval();
        if (stored.readyAt() > DONE_TIMESTAMP) {
            operation.readyAt = uint48(stored.readyAt());
            operation.expiresAt = uint48(stored.readyAt() + expiry);
        }
    }

    /// @inheritdoc ITimelock
    function isRemovalOf(bytes32 id, address account) public view returns (bool) {
        return _removals[id][account];
    }

    /// @inheritdoc TimelockController
    function getTimestamp(bytes32 id) public view virtual override returns (uint256) {
        return getOperationState(id) == OperationState.Unset ? 0 : _operations[id].readyAt();
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

    function _statusOf(bytes32 id, OperationWord stored, uint24 round) internal view returns (OperationStatus) {
        uint256 readyAt = stored.readyAt();
        if (readyAt == 0) return OperationStatus.Unset;
        if (readyAt == DONE_TIMESTAMP) return OperationStatus.Done;
        if (_isVoid(id, stored, round)) return OperationStatus.Void;
        if (block.timestamp < readyAt) return OperationStatus.Waiting;
        if (block.timestamp < readyAt + expiry) return OperationStatus.Ready;
        return OperationStatus.Expired;
    }

    /**
     * @dev Notes whom a call of the timelock to itself takes a role from, and returns that account where it could veto
     * this: as canceller or guardian, or as a proposer that is one of these too. Nothing else can revoke: the timelock
     * alone administers its roles, and it calls nothing in its own name but the calls of an operation.
     */
    function _noteRemoval(bytes32 id, bytes calldata data) internal returns (bool removal, address vetoer) {
        if (data.length < 68 || bytes4(data) != this.revokeRole.selector) return (false, address(0));
        uint8 bit = _bitOf(bytes32(data[4:36]));
        address account = address(uint160(uint256(bytes32(data[36:68]))));
        if (bit & (PROPOSER | CANCELLER | GUARDIAN) == 0 || account == address(0)) return (false, address(0));

        _removals[id][account] = true;
        bool couldVeto = (bit | _members[account].roles) & (CANCELLER | GUARDIAN) != 0;
        return (true, couldVeto ? account : address(0));
    }

    /**
     * @dev Whoever could veto its own removal cannot, so nothing else may ride on such an operation: no other call,
     * no grant, and no removal of a second one, or a proposer would take all vetoes away at once with nobody left to
     * object. One at a time, each is stopped by the others.
     */
    function _noteRemovals(
        bytes32 id,
        address[] calldata targets,
        bytes[] calldata payloads
    ) internal returns (bool removal) {
        address vetoer;
        for (uint256 i = 0; i < targets.length; ++i) {
            if (targets[i] != address(this)) continue;
            (bool found, address account) = _noteRemoval(id, payloads[i]);
            if (found) removal = true;
            if (account != address(0)) vetoer = account;
        }
        if (vetoer != address(0)) _requireRevocations(vetoer, targets, payloads);
    }

    // --- Private ---

    function _requireRevocations(address vetoer, address[] calldata targets, bytes[] calldata payloads) private view {
        for (uint256 i = 0; i < targets.length; ++i) {
            bytes calldata data = payloads[i];
            bool allowed =
                targets[i] == address(this) &&
                    data.length >= 68 &&
                    bytes4(data) == this.revokeRole.selector &&
                    address(uint160(uint256(bytes32(data[36:68])))) == vetoer;
            if (!allowed) revert TimelockRemovalNotAlone(vetoer, targets[i]);
        }
    }

    function _isVoid(bytes32 id, OperationWord stored, uint24 round) private view returns (bool) {
        uint24 epoch = _members[stored.proposer()].epoch;
        if (stored.epoch() == epoch && stored.round() == round) return false;
        if (!stored.isRemoval()) return true;
        return
            _endedByAnother(id, stored.proposer(), stored.epoch(), epoch) ||
            _endedByAnother(id, address(0), stored.round(), round);
    }

    /// @dev Whether one of the epochs from `first` until before `current` was ended by someone the operation keeps.
    function _endedByAnother(bytes32 id, address proposer, uint256 first, uint256 current) private view returns (bool) {
        for (uint256 epoch = first; epoch < current; ++epoch) {
            if (!_removals[id][_endedBy[proposer][epoch]]) return true;
        }
        return false;
    }
}
