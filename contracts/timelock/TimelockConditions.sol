// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITimelock} from "./ITimelock.sol";
import {TimelockVetoes} from "./TimelockVetoes.sol";

/**
 * @title What must hold around an operation: pins and checks called in a batch, and standing post-conditions
 * @dev Trust: everybody may ask; only the timelock itself adds and removes post-conditions. Adding acts at once, and
 * removing one minimum delay later, so that no operation frees itself from a condition.
 */
abstract contract TimelockConditions is TimelockVetoes {
    /// @dev Bounds what every execution can be made to pay.
    uint256 internal constant MAX_POSTCONDITIONS = 8;

    /// @dev `implementation()`, as beacons, EIP-897 proxies and Portcullis's vault answer it.
    bytes4 private constant IMPLEMENTATION = bytes4(keccak256("implementation()"));

    mapping(uint256 index => Postcondition condition) private _postconditions;

    // --- The timelock itself ---

    /// @inheritdoc ITimelock
    function addPostcondition(
        address target,
        bytes calldata data,
        Comparison comparison,
        bytes32 expected
    ) external onlySelf returns (uint256 index) {
        uint256 count = _settings.postconditions;
        while (index < count && _isChecked(_postconditions[index])) ++index;
        if (index == MAX_POSTCONDITIONS) revert TimelockTooManyPostconditions(MAX_POSTCONDITIONS);

        if (index == count) _settings.postconditions = uint8(count + 1);
        _postconditions[index] = Postcondition(target, comparison, 0, data, expected);
        emit PostconditionAdded(index, target, data, comparison, expected);
    }

    /// @inheritdoc ITimelock
    function removePostcondition(uint256 index) external onlySelf {
        Postcondition storage condition = _postconditions[index];
        if (index >= _settings.postconditions || condition.until != 0) revert TimelockUnknownPostcondition(index);

        uint256 until = block.timestamp + getMinDelay();
        condition.until = uint48(until);
        emit PostconditionRemoved(index, until);
    }

    // --- Anyone ---

    /// @inheritdoc ITimelock
    function requireCodehash(address account, bytes32 codehash) public view {
        bytes32 actual = account.codehash;
        if (actual != codehash) revert TimelockCodehashMismatch(account, codehash, actual);
    }

    /// @inheritdoc ITimelock
    function requireImplementation(address proxy, address implementation, bytes32 codehash) external view {
        bytes memory data = abi.encodePacked(IMPLEMENTATION);
        address actual = address(uint160(uint256(bytes32(_ask(proxy, data, 32)))));
        if (actual != implementation) revert TimelockImplementationMismatch(proxy, implementation, actual);
        requireCodehash(implementation, codehash);
    }

    /// @inheritdoc ITimelock
    function requireStaticcall(address target, bytes calldata data, bytes32 resultHash) external view {
        _require(target, data, Comparison.ResultHash, resultHash);
    }

    /// @inheritdoc ITimelock
    function requireStaticcallAtLeast(address target, bytes calldata data, uint256 minimum) external view {
        _require(target, data, Comparison.AtLeast, bytes32(minimum));
    }

    /// @inheritdoc ITimelock
    function requireStaticcallAtMost(address target, bytes calldata data, uint256 maximum) external view {
        _require(target, data, Comparison.AtMost, bytes32(maximum));
    }

    /// @inheritdoc ITimelock
    function postconditions() external view returns (Postcondition[] memory conditions) {
        conditions = new Postcondition[](_settings.postconditions);
        for (uint256 i = 0; i < conditions.length; ++i) conditions[i] = _postconditions[i];
    }

    // --- Internal ---

    /// @dev Reverts unless every condition that is checked now holds.
    function _requirePostconditions(uint256 count) internal view {
        for (uint256 i = 0; i < count; ++i) {
            Postcondition storage condition = _postconditions[i];
            if (!_isChecked(condition)) continue;
            _require(condition.target, condition.data, condition.comparison, condition.expected);
        }
    }

    function _isChecked(Postcondition storage condition) private view returns (bool) {
        uint256 until = condition.until;
        return until == 0 || block.timestamp < until;
    }

    function _require(address target, bytes memory data, Comparison comparison, bytes32 expected) private view {
        bytes memory answer = _ask(target, data, comparison == Comparison.ResultHash ? 0 : 32);
        bytes32 actual = comparison == Comparison.ResultHash ? keccak256(answer) : bytes32(answer);

        bool holds =
            comparison == Comparison.ResultHash
                ? actual == expected
                : comparison == Comparison.AtLeast
                    ? actual >= expected
                    : actual <= expected;
        if (!holds) revert TimelockConditionFailed(target, data, comparison, expected, actual);
    }

    /// @dev The answer of a view call, of at least `minimum` bytes. Silence is no answer.
    function _ask(address target, bytes memory data, uint256 minimum) private view returns (bytes memory answer) {
        bool success;
        (success, answer) = target.staticcall(data);
        if (!success || target.code.length == 0 || answer.length < minimum) {
            revert TimelockConditionUnanswered(target, data);
        }
    }
}
