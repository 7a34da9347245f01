// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CallType, ERC7579Utils, ExecType, Mode} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    Execution,
    IERC7579Validator,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {AccountCall} from "./AccountCall.sol";
import {AccountModules} from "./AccountModules.sol";
import {AccountState} from "./AccountState.sol";
import {IScopeConsumer} from "./ISmartAccount.sol";
import {ModuleRecord} from "./ModuleRecord.sol";
import {ScopedCalls} from "./ScopedCalls.sol";

/**
 * @dev The three ways an account calls: its owner through {execute}, an executor through {executeFromExecutor}, and what
 * a validator authorised through {executeAdmitted}.
 * @dev Trust: the owner calls whatever is not address 0, and delegatecalls the code the implementation was deployed for.
 * Nobody else reaches the account, the entry point, a module or a delegatecall. Freeze and quarantine hold all three.
 */
abstract contract AccountExecution is AccountModules {
    CallType private constant CALLTYPE_STATIC = CallType.wrap(0xfe);

    /// @dev Hashes of the code the owner may delegatecall; 0 where there is none, none after the first 0.
    bytes32 private immutable DELEGATE_CODE_0;
    bytes32 private immutable DELEGATE_CODE_1;
    bytes32 private immutable DELEGATE_CODE_2;

    constructor(bytes32[3] memory delegateCode, address sessionValidator) AccountModules(sessionValidator) {
        (DELEGATE_CODE_0, DELEGATE_CODE_1, DELEGATE_CODE_2) = (delegateCode[0], delegateCode[1], delegateCode[2]);
    }

    // --- Owner ---

    function execute(bytes32 mode, bytes calldata executionCalldata) external payable virtual onlyEntryPointOrSelf {
        AccountState state = _ownerState();
        if (mode == ScopedCalls.SINGLE) {
            (address target, uint256 value, bytes calldata data) = ScopedCalls.decodeSingle(executionCalldata);
            _callOrRevert(state, target, value, data);
        } else {
            _run(state, Mode.wrap(mode), executionCalldata, false);
        }
    }

    // --- Executors ---

    function executeFromExecutor(
        bytes32 mode,
        bytes calldata executionCalldata
    ) external payable virtual returns (bytes[] memory returnData) {
        _requireActive();
        AccountState state = _state();
        if (!_data().modules[msg.sender].isExecutor(state.generation())) revert SmartAccountUnauthorized(msg.sender);
        return _run(state, Mode.wrap(mode), executionCalldata, true);
    }

    // --- Entry point, for validators ---

    function executeAdmitted(
        address validator,
        bytes32 context,
        bytes32 mode,
        bytes calldata executionCalldata
    ) external payable virtual onlyEntryPoint {
        AccountState state = _state();
        // Asked again: an operation of the same bundle may have removed it since the validation.
        (bool installed, bool consumer) = _validatorOf(state, validator);
        if (!installed) revert SmartAccountUnauthorized(validator);

        if (context != 0 && consumer) _consume(validator, _epochOf(state));
        if (mode == ScopedCalls.SINGLE) {
            (address target, uint256 value, bytes calldata data) = ScopedCalls.decodeSingle(executionCalldata);
            _requireForeign(state, target);
            _callOrRevert(state, target, value, data);
            return;
        }
        uint256 calls = ScopedCalls.count(mode, executionCalldata);
        for (uint256 i = 0; i < calls; ++i) {
            (address target, uint256 value, bytes calldata data) = ScopedCalls.callAt(mode, executionCalldata, i);
            if (i != 0) state = _state();
            _requireForeign(state, target);
            _callOrRevert(state, target, value, data);
        }
    }

    // --- Anyone ---

    function supportsExecutionMode(bytes32 encodedMode) external view virtual returns (bool) {
        (CallType callType, ExecType execType, , ) = ERC7579Utils.decodeMode(Mode.wrap(encodedMode));
        if (callType == ERC7579Utils.CALLTYPE_DELEGATECALL) {
            return DELEGATE_CODE_0 != 0 && execType == ERC7579Utils.EXECTYPE_DEFAULT;
        }
        return
            (callType == ERC7579Utils.CALLTYPE_SINGLE ||
                callType == ERC7579Utils.CALLTYPE_BATCH ||
                callType == CALLTYPE_STATIC) && _isExecType(execType);
    }

    // --- Internal ---

    /// @dev Asks the validator that the nonce names. It judges one selector, the account that the call is what it runs.
    function _askValidator(
        AccountState state,
        address validator,
        PackedUserOperation calldata userOp,
        bytes32 userOpHash
    ) internal returns (uint256 validationData) {
        _requireActive();
        ScopedCalls.decodeOperation(userOp.callData, validator);
        (bool installed, bool consumer) = _validatorOf(state, validator);
        if (!installed) revert ERC7579Utils.ERC7579UninstalledModule(MODULE_TYPE_VALIDATOR, validator);
        validationData =
            consumer
                ? _askConsumer(validator, _epochOf(state))
                : IERC7579Validator(validator).validateUserOp(userOp, userOpHash);
        // An aggregator would judge in the validator's place.
        if (uint160(validationData) > 1) return ERC4337Utils.SIG_VALIDATION_FAILED;
    }

    // --- Private ---

    /// @dev Whether the contract may authorise operations now, and whether it counts what they do.
    function _validatorOf(AccountState state, address module) private view returns (bool installed, bool consumer) {
        if (module == SESSION_VALIDATOR) return (module != address(0) && !state.isSessionsOff(), true);
        ModuleRecord record = _data().modules[module];
        return (record.isValidator(state.generation()), record.isConsumer());
    }

    /**
     * @dev Only inside `validateUserOp(userOp, userOpHash, missingAccountFunds)`, whose calldata it sends on with another
     * selector and the epoch in the place of the third argument. The same as
     *   return IScopeConsumer(validator).validateScoped(userOp, userOpHash, epoch);
     */
    function _askConsumer(address validator, uint256 epoch) private returns (uint256 validationData) {
        bytes4 selector = IScopeConsumer.validateScoped.selector;
        assembly ("memory-safe") {
            let input := mload(0x40)
            calldatacopy(input, 0, calldatasize())
            mstore(input, or(selector, shr(32, mload(add(input, 4)))))
            mstore(add(input, 0x44), epoch)
            if iszero(call(gas(), validator, 0, input, calldatasize(), 0, 0x20)) {
                returndatacopy(input, 0, returndatasize())
                revert(input, returndatasize())
            }
            if lt(returndatasize(), 0x20) {
                revert(0, 0)
            }
            validationData := mload(0)
        }
    }

    /**
     * @dev Only inside {executeAdmitted}, whose calldata it sends on with another selector and the epoch in the place of the
     * first argument. There is code at a validator that authorised this: the same transaction's validation had an answer
     * of it. The same as
     *   IScopeConsumer(validator).consume(epoch, context, mode, executionCalldata);
     */
    function _consume(address validator, uint256 epoch) private {
        bytes4 selector = IScopeConsumer.consume.selector;
        assembly ("memory-safe") {
            let input := mload(0x40)
            calldatacopy(input, 0, calldatasize())
            mstore(input, selector)
            mstore(add(input, 0x04), epoch)
            if iszero(call(gas(), validator, 0, input, calldatasize(), 0, 0)) {
                returndatacopy(input, 0, returndatasize())
                revert(input, returndatasize())
            }
        }
    }

    /// @dev `foreign`: only calls to what is neither the account, the entry point nor a module.
    function _run(
        AccountState state,
        Mode mode,
        bytes calldata execution,
        bool foreign
    ) private returns (bytes[] memory results) {
        (CallType callType, ExecType execType, , ) = ERC7579Utils.decodeMode(mode);
        if (!_isExecType(execType)) revert SmartAccountForbiddenMode(Mode.unwrap(mode));
        bool lenient = execType == ERC7579Utils.EXECTYPE_TRY;

        if (callType == ERC7579Utils.CALLTYPE_BATCH) {
            Execution[] calldata calls = ERC7579Utils.decodeBatch(execution);
            results = new bytes[](calls.length);
            for (uint256 i = 0; i < calls.length; ++i) {
                // The call before may have recovered or frozen the account.
                if (i != 0) state = foreign ? _state() : _ownerState();
                if (foreign) _requireForeign(state, calls[i].target);
                results[i] = _callOne(state, i, calls[i].target, calls[i].value, calls[i].callData, lenient);
            }
            return results;
        }

        results = new bytes[](1);
        if (callType == ERC7579Utils.CALLTYPE_SINGLE) {
            (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(execution);
            if (foreign) _requireForeign(state, target);
            results[0] = _callOne(state, 0, target, value, data, lenient);
        } else if (callType == CALLTYPE_STATIC) {
            (address target, , bytes calldata data) = ERC7579Utils.decodeSingle(execution);
            (bool success, bytes memory result) = target.staticcall(data);
            results[0] = _resultOf(0, success, result, lenient);
        } else if (callType == ERC7579Utils.CALLTYPE_DELEGATECALL && !foreign && !lenient) {
            results[0] = _delegate(state, execution);
        } else {
            revert SmartAccountForbiddenMode(Mode.unwrap(mode));
        }
    }

    function _delegate(AccountState state, bytes calldata execution) private returns (bytes memory) {
        if (state.isRestricted()) _requireUnrestricted(state);
        (address target, bytes calldata data) = ERC7579Utils.decodeDelegate(execution);
        if (!_isDelegateCode(target.codehash)) revert SmartAccountForbiddenCode(target, target.codehash);
        (bool success, bytes memory result) = target.delegatecall(data);
        return _resultOf(0, success, result, false);
    }

    /// @dev The short way: nothing is returned.
    function _callOrRevert(AccountState state, address target, uint256 value, bytes calldata data) private {
        if (target == address(0)) revert SmartAccountForbiddenTarget(target);
        if (state.isRestricted()) _admit(state, target, value, data.length);
        AccountCall.callOrRevert(target, value, data);
    }

    function _callOne(
        AccountState state,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data,
        bool lenient
    ) private returns (bytes memory) {
        if (target == address(0)) revert SmartAccountForbiddenTarget(target);
        if (state.isRestricted()) _admit(state, target, value, data.length);
        (bool success, bytes memory result) = target.call{value: value}(data);
        return _resultOf(index, success, result, lenient);
    }

    function _resultOf(uint256 index, bool success, bytes memory result, bool lenient) private returns (bytes memory) {
        if (!success) {
            if (!lenient) LowLevelCall.bubbleRevert(result);
            emit ERC7579Utils.ERC7579TryExecuteFail(index, result);
        }
        return result;
    }

    function _requireForeign(AccountState state, address target) private view {
        if (target == address(this)) revert SmartAccountForbiddenTarget(target);
        if (target == address(entryPoint())) revert SmartAccountForbiddenTarget(target);
        if (_isModule(state, target)) revert SmartAccountForbiddenTarget(target);
    }

    function _isExecType(ExecType execType) private pure returns (bool) {
        return execType == ERC7579Utils.EXECTYPE_DEFAULT || execType == ERC7579Utils.EXECTYPE_TRY;
    }

    function _isDelegateCode(bytes32 codeHash) private view returns (bool) {
        return
            codeHash != 0 &&
            (codeHash == DELEGATE_CODE_0 || codeHash == DELEGATE_CODE_1 || codeHash == DELEGATE_CODE_2);
    }
}
