// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ITimelock, TimelockConfig} from "./ITimelock.sol";
import {OperationWord, OperationWords} from "./OperationWord.sol";
import {orSame} from "./OrSame.sol";
import {TimelockConditions} from "./TimelockConditions.sol";
import {TimelockOperations} from "./TimelockOperations.sol";
import {TimelockVetoes} from "./TimelockVetoes.sol";

/**
 * @title Portcullis's timelock: sole admin of the manager and owner of proxies
 * @notice OpenZeppelin's TimelockController with its names, ids and events, in which an operation expires, dies with
 * its proposer's rights, is consumed before it runs, and never calls into the void; and in which the delay has bounds.
 *
 * @dev Trust: proposers schedule, and what they schedule runs no sooner than the minimum delay and no later than
 * `expiry` after it; executors (or anyone) run it; cancellers and guardians stop it within a budget (see
 * {TimelockVetoes}). Members, delay and post-conditions change only through its own operations; a decrease of the
 * delay rules one old delay after it ran. Nobody administers it from outside, its deployer included.
 */
contract Timelock is TimelockConditions {
    /// @inheritdoc ITimelock
    uint256 public immutable floor;
    /// @inheritdoc ITimelock
    uint256 public immutable ceiling;

    constructor(
        TimelockConfig memory config
    )
        TimelockController(config.delay, new address[](0), new address[](0), address(0))
        TimelockOperations(config.expiry)
        TimelockVetoes(config.vetoLimit, config.vetoWindow)
    {
        if (config.floor == 0) revert TimelockInvalidConfig("floor");
        if (config.ceiling > type(uint32).max) revert TimelockInvalidConfig("ceiling");
        if (config.delay < config.floor || config.delay > config.ceiling) revert TimelockInvalidConfig("delay");
        if (config.expiry == 0 || config.expiry > type(uint32).max) revert TimelockInvalidConfig("expiry");
        if (config.vetoLimit == 0) revert TimelockInvalidConfig("vetoLimit");
        if (config.vetoWindow / config.vetoLimit <= config.ceiling || config.vetoWindow > type(uint32).max) {
            revert TimelockInvalidConfig("vetoWindow");
        }
        if (config.proposers.length == 0) revert TimelockInvalidConfig("proposers");
        if (config.executors.length == 0) revert TimelockInvalidConfig("executors");

        floor = config.floor;
        ceiling = config.ceiling;
        _settings.delay = uint32(config.delay);
        _grantAll(PROPOSER_ROLE, config.proposers);
        _grantAll(EXECUTOR_ROLE, config.executors);
        _grantAll(CANCELLER_ROLE, config.cancellers);
        _grantAll(GUARDIAN_ROLE, config.guardians);
    }

    // --- Proposers ---

    /// @inheritdoc TimelockController
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public virtual override {
        bytes32 id = hashOperation(target, value, data, predecessor, salt);
        bool removal;
        if (target == address(this)) (removal, ) = _noteRemoval(id, data);

        _store(id, delay, removal);
        emit CallScheduled(id, 0, target, value, data, predecessor, delay);
        if (salt != bytes32(0)) emit CallSalt(id, salt);
    }

    /// @inheritdoc TimelockController
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public virtual override {
        if (targets.length != values.length || targets.length != payloads.length) {
            revert TimelockInvalidOperationLength(targets.length, payloads.length, values.length);
        }
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);

        bool self;
        for (uint256 i = 0; i < targets.length; ++i) {
            address target = targets[i];
            self = orSame(self, target, address(this));
            emit CallScheduled(id, i, target, values[i], payloads[i], predecessor, delay);
        }
        _store(id, delay, self && _noteRemovals(id, targets, payloads));
        if (salt != bytes32(0)) emit CallSalt(id, salt);
    }

    // --- Executors ---

    /// @inheritdoc TimelockController
    function execute(
        address target,
        uint256 value,
        bytes calldata payload,
        bytes32 predecessor,
        bytes32 salt
    ) public payable virtual override {
        bytes32 id = hashOperation(target, value, payload, predecessor, salt);
        _consume(id, predecessor);

        _execute(target, value, payload);
        emit CallExecuted(id, 0, target, value, payload);

        uint256 conditions = _settings.postconditions;
        if (conditions != 0 && !_isRemovePostcondition(target, payload)) _requirePostconditions(conditions);
    }

    /// @inheritdoc TimelockController
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable virtual override {
        _requireSameLength(targets, values, payloads);
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);
        _consume(id, predecessor);

        for (uint256 i = 0; i < targets.length; ++i) {
            address target = targets[i];
            uint256 value = values[i];
            bytes calldata payload = payloads[i];
            _execute(target, value, payload);
            emit CallExecuted(id, i, target, value, payload);
        }

        uint256 conditions = _settings.postconditions;
        if (conditions != 0 && !_areRemovePostconditions(targets, payloads)) _requirePostconditions(conditions);
    }

    // --- The timelock itself ---

    /// @dev An increase rules at once, a decrease one old delay later.
    function updateDelay(uint256 newDelay) public virtual override onlySelf {
        if (newDelay < floor || newDelay > ceiling) revert TimelockDelayOutOfBounds(newDelay, floor, ceiling);
        uint256 oldDelay = getMinDelay();
        uint256 effectAt = newDelay < oldDelay ? block.timestamp + oldDelay : 0;

        _settings.oldDelay = uint32(oldDelay);
        _settings.delay = uint32(newDelay);
        _settings.delayEffectAt = uint40(effectAt);
        if (effectAt != 0) emit DelayDecreaseScheduled(oldDelay, newDelay, effectAt);
        emit MinDelayChange(oldDelay, newDelay);
    }

    // --- Anyone ---

    /// @inheritdoc TimelockController
    function getMinDelay() public view virtual override returns (uint256) {
        Settings storage settings = _settings;
        return block.timestamp < settings.delayEffectAt ? settings.oldDelay : settings.delay;
    }

    /// @inheritdoc ITimelock
    function getDelay() external view returns (uint256 current, uint256 pending, uint256 effectAt) {
        current = getMinDelay();
        Settings storage settings = _settings;
        if (block.timestamp < settings.delayEffectAt) (pending, effectAt) = (settings.delay, settings.delayEffectAt);
    }

    /// @inheritdoc TimelockController
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(ITimelock).interfaceId || super.supportsInterface(interfaceId);
    }

    // --- Internal ---

    /// @dev A call with data to an address without code would succeed and do nothing.
    function _execute(address target, uint256 value, bytes calldata data) internal virtual override {
        if (data.length != 0 && target.code.length == 0) revert TimelockTargetWithoutCode(target);
        super._execute(target, value, data);
    }

    // --- Private ---

    /// @dev Everything that can be wrong with an execution, and the end of the operation, before its first call.
    function _consume(bytes32 id, bytes32 predecessor) private {
        Settings storage settings = _settings;
        if (!settings.openExecutor && _members[msg.sender].roles & EXECUTOR == 0) {
            revert AccessControlUnauthorizedAccount(msg.sender, EXECUTOR_ROLE);
        }
        OperationWord stored = _operations[id];
        OperationStatus status = _statusOf(id, stored, settings.round);
        if (status == OperationStatus.Expired) revert TimelockOperationExpired(id, stored.readyAt() + expiry);
        if (status == OperationStatus.Void) revert TimelockOperationVoid(id, stored.proposer());
        if (status != OperationStatus.Ready) {
            revert TimelockUnexpectedOperationState(id, _encodeStateBitmap(OperationState.Ready));
        }
        if (predecessor != bytes32(0) && !isOperationDone(predecessor))
            revert TimelockUnexecutedPredecessor(predecessor);

        _operations[id] = stored.done();
    }

    function _store(bytes32 id, uint256 delay, bool removal) private {
        Member storage member = _members[msg.sender];
        (uint8 roles, uint24 epoch) = (member.roles, member.epoch);
        if (roles & (PROPOSER | SUSPENDED) != PROPOSER)
            revert AccessControlUnauthorizedAccount(msg.sender, PROPOSER_ROLE);
        // Asks for more than the slot only where it is not empty.
        if (_operations[id].readyAt() != 0 && isOperation(id)) {
            revert TimelockUnexpectedOperationState(id, _encodeStateBitmap(OperationState.Unset));
        }
        Settings storage settings = _settings;
        uint24 round = settings.round;
        uint256 minDelay = block.timestamp < settings.delayEffectAt ? settings.oldDelay : settings.delay;
        if (delay < minDelay) revert TimelockInsufficientDelay(delay, minDelay);
        if (delay > ceiling) revert TimelockDelayOutOfBounds(delay, floor, ceiling);

        // Cannot overflow: `ceiling` is below 2^32.
        unchecked {
            delay += block.timestamp;
        }
        _operations[id] = OperationWords.pack(delay, msg.sender, epoch, round, removal);
    }

    function _isRemovePostcondition(address target, bytes calldata data) private view returns (bool) {
        return target == address(this) && bytes4(data) == this.removePostcondition.selector;
    }

    function _areRemovePostconditions(
        address[] calldata targets,
        bytes[] calldata payloads
    ) private view returns (bool) {
        for (uint256 i = 0; i < targets.length; ++i) {
            if (!_isRemovePostcondition(targets[i], payloads[i])) return false;
        }
        return true;
    }

    function _requireSameLength(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads
    ) private pure {
        if (targets.length != values.length || targets.length != payloads.length) {
            revert TimelockInvalidOperationLength(targets.length, payloads.length, values.length);
        }
    }

    function _grantAll(bytes32 role, address[] memory accounts) private {
        for (uint256 i = 0; i < accounts.length; ++i) _grantRole(role, accounts[i]);
    }
}
