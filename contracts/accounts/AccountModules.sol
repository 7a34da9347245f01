// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {IAccountExecute} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    IERC7579Module,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_FALLBACK,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {AccountRestrictions} from "./AccountRestrictions.sol";
import {AccountState} from "./AccountState.sol";
import {ISmartAccount, IRecoveryModule, MODULE_TYPE_RECOVERY, MODULE_TYPE_SCOPE_CONSUMER} from "./ISmartAccount.sol";
import {CONSUMER, EXECUTOR, ModuleRecord, NO_MODULE, VALIDATOR} from "./ModuleRecord.sol";

/**
 * @dev Which contracts an account listens to. A module is on from before its `onInstall` and off from before its
 * `onUninstall`, so that whatever these call finds the list whole.
 * @dev Trust: only the owner changes the list, never while frozen; the recovery module leaves only when it agrees. A
 * module's cleaning up has a fixed amount of gas and cannot stop its removal.
 */
abstract contract AccountModules is ISmartAccount, Account, AccountRestrictions {
    /// @dev What `onUninstall` may use.
    uint256 internal constant UNINSTALL_GAS = 300_000;

    /// @dev A validator that every account begins with, 0 for none; it has no record, but a bit in the state.
    address public immutable SESSION_VALIDATOR;

    constructor(address sessionValidator) {
        SESSION_VALIDATOR = sessionValidator;
    }

    // --- Owner ---

    function installModule(
        uint256 moduleTypeId,
        address module,
        bytes calldata initData
    ) external virtual onlyEntryPointOrSelf {
        _requireActive();
        AccountState state = _requireThawed();
        if (!supportsModule(moduleTypeId)) revert ERC7579Utils.ERC7579UnsupportedModuleType(moduleTypeId);
        if (!IERC7579Module(module).isModuleType(moduleTypeId)) {
            revert ERC7579Utils.ERC7579MismatchedModuleTypeId(moduleTypeId, module);
        }

        if (moduleTypeId == MODULE_TYPE_RECOVERY) _addRecovery(state, module);
        else if (moduleTypeId == MODULE_TYPE_FALLBACK) initData = _addHandler(state, module, initData);
        else _addModule(state, moduleTypeId, module);
        emit ModuleInstalled(moduleTypeId, module);

        IERC7579Module(module).onInstall(initData);
    }

    function uninstallModule(
        uint256 moduleTypeId,
        address module,
        bytes calldata deInitData
    ) external virtual onlyEntryPointOrSelf {
        _requireActive();
        AccountState state = _requireThawed();
        if (moduleTypeId == MODULE_TYPE_RECOVERY) _removeRecovery(state, module);
        else if (moduleTypeId == MODULE_TYPE_FALLBACK) deInitData = _removeHandler(module, deInitData);
        else _removeModule(state, moduleTypeId, module);
        emit ModuleUninstalled(moduleTypeId, module);

        if (!_callOnUninstall(module, deInitData)) emit ModuleCleanupFailed(moduleTypeId, module);
    }

    // --- Anyone ---

    /// @dev Reads only: a handler is called with STATICCALL, the caller appended (ERC-2771).
    fallback(bytes calldata) external virtual returns (bytes memory) {
        return _isTokenReceiver(msg.sig) ? abi.encode(msg.sig) : _askHandler();
    }

    function supportsModule(uint256 moduleTypeId) public view virtual returns (bool) {
        return
            moduleTypeId == MODULE_TYPE_VALIDATOR ||
            moduleTypeId == MODULE_TYPE_EXECUTOR ||
            moduleTypeId == MODULE_TYPE_FALLBACK ||
            moduleTypeId == MODULE_TYPE_RECOVERY;
    }

    function isModuleInstalled(
        uint256 moduleTypeId,
        address module,
        bytes calldata additionalContext
    ) external view virtual returns (bool) {
        if (!_isActive()) return false;
        AccountState state = _state();
        if (moduleTypeId == MODULE_TYPE_RECOVERY) return module != address(0) && module == state.recovery();
        if (moduleTypeId == MODULE_TYPE_FALLBACK) {
            return
                module != address(0) &&
                additionalContext.length >= 4 &&
                _data().handlers[bytes4(additionalContext)] == _handlerEntry(state, module);
        }
        if (module == SESSION_VALIDATOR) {
            return moduleTypeId == MODULE_TYPE_VALIDATOR && module != address(0) && !state.isSessionsOff();
        }
        ModuleRecord record = _data().modules[module];
        if (moduleTypeId == MODULE_TYPE_VALIDATOR) return record.isValidator(state.generation());
        return moduleTypeId == MODULE_TYPE_EXECUTOR && record.isExecutor(state.generation());
    }

    // --- Internal ---

    /// @dev In any role.
    function _isModule(AccountState state, address module) internal view override returns (bool) {
        if (module == state.recovery()) return true;
        if (module == SESSION_VALIDATOR) return true;
        if (!state.hasModules()) return false;
        return _data().modules[module].isOn(state.generation());
    }

    /// @dev Stores the state with a new epoch.
    function _bumpEpoch(AccountState state) internal {
        state = state.withEpochBumped();
        _data().state = state;
        emit EpochBumped(_epochOf(state));
    }

    // --- Private ---

    function _askHandler() private view returns (bytes memory) {
        _requireActive();
        uint256 entry = _data().handlers[msg.sig];
        address handler = address(uint160(entry));
        if (handler == address(0) || entry >> 160 != _state().generation()) {
            revert SmartAccountMissingHandler(msg.sig);
        }
        (bool success, bytes memory result) = handler.staticcall(abi.encodePacked(msg.data, msg.sender));
        if (!success) LowLevelCall.bubbleRevert(result);
        return result;
    }

    function _addModule(AccountState state, uint256 moduleTypeId, address module) private {
        if (module == SESSION_VALIDATOR && module != address(0)) {
            if (!state.isSessionsOff()) revert ERC7579Utils.ERC7579AlreadyInstalledModule(moduleTypeId, module);
            _data().state = state.withSessionsOff(false);
            return;
        }
        uint16 generation = state.generation();
        ModuleRecord record = _recordOf(module, generation);
        bool executor = moduleTypeId == MODULE_TYPE_EXECUTOR;
        if (executor ? record.isExecutor(generation) : record.isValidator(generation)) {
            revert ERC7579Utils.ERC7579AlreadyInstalledModule(moduleTypeId, module);
        }
        if (record.selectors() != 0 || module == state.recovery()) revert SmartAccountModuleConflict(module);

        uint256 bits = executor ? EXECUTOR : VALIDATOR;
        if (!executor && IERC7579Module(module).isModuleType(MODULE_TYPE_SCOPE_CONSUMER)) bits |= CONSUMER;
        _data().modules[module] = record.withType(bits, generation);
        _data().state = state.withModules();
    }

    /// @dev What a consumer granted dies with it: another epoch, or it would be back when the module is.
    function _removeModule(AccountState state, uint256 moduleTypeId, address module) private {
        if (module == SESSION_VALIDATOR && module != address(0)) {
            if (moduleTypeId != MODULE_TYPE_VALIDATOR || state.isSessionsOff()) {
                revert ERC7579Utils.ERC7579UninstalledModule(moduleTypeId, module);
            }
            _bumpEpoch(state.withSessionsOff(true));
            return;
        }
        if (moduleTypeId != MODULE_TYPE_VALIDATOR && moduleTypeId != MODULE_TYPE_EXECUTOR) {
            revert ERC7579Utils.ERC7579UnsupportedModuleType(moduleTypeId);
        }
        // Of an earlier generation too: it is off, and is removed to clean up.
        ModuleRecord record = _data().modules[module];
        uint256 bits = moduleTypeId == MODULE_TYPE_EXECUTOR ? EXECUTOR : VALIDATOR;
        if (ModuleRecord.unwrap(record) & bits == 0) {
            revert ERC7579Utils.ERC7579UninstalledModule(moduleTypeId, module);
        }
        _data().modules[module] = record.withoutType(bits == VALIDATOR ? bits | CONSUMER : bits);
        if (bits == VALIDATOR && record.isConsumer()) _bumpEpoch(state);
    }

    function _addRecovery(AccountState state, address module) private {
        if (state.recovery() != address(0)) revert SmartAccountRecoveryInstalled(state.recovery());
        if (_data().modules[module].isOn(state.generation())) revert SmartAccountModuleConflict(module);
        _data().state = state.withRecovery(module);
    }

    function _removeRecovery(AccountState state, address module) private {
        if (module == address(0) || module != state.recovery()) {
            revert ERC7579Utils.ERC7579UninstalledModule(MODULE_TYPE_RECOVERY, module);
        }
        if (!IRecoveryModule(module).isRemovable(address(this))) revert SmartAccountRecoveryInstalled(module);
        _data().state = state.withRecovery(address(0));
    }

    /// @dev A handler is nothing but a handler: else anyone could have the account call its own modules.
    function _addHandler(
        AccountState state,
        address module,
        bytes calldata initData
    ) private returns (bytes calldata rest) {
        uint16 generation = state.generation();
        bytes4 selector;
        (selector, rest) = _splitSelector(initData);
        if (_isReserved(selector)) revert SmartAccountReservedSelector(selector);
        uint256 entry = _data().handlers[selector];
        if (entry != 0 && entry >> 160 == generation) {
            revert ERC7579Utils.ERC7579AlreadyInstalledModule(MODULE_TYPE_FALLBACK, module);
        }
        ModuleRecord record = _recordOf(module, generation);
        if (record.isValidator(generation) || record.isExecutor(generation) || module == state.recovery()) {
            revert SmartAccountModuleConflict(module);
        }
        _data().handlers[selector] = _handlerEntry(state, module);
        _data().modules[module] = record.withSelectors(record.selectors() + 1, generation);
        _data().state = state.withModules();
    }

    function _removeHandler(address module, bytes calldata deInitData) private returns (bytes calldata rest) {
        bytes4 selector;
        (selector, rest) = _splitSelector(deInitData);
        uint256 entry = _data().handlers[selector];
        if (module == address(0) || address(uint160(entry)) != module) {
            revert ERC7579Utils.ERC7579UninstalledModule(MODULE_TYPE_FALLBACK, module);
        }
        delete _data().handlers[selector];
        ModuleRecord record = _data().modules[module];
        uint16 generation = uint16(entry >> 160);
        // A record of a later generation has forgotten this selector already.
        if (record.isOn(generation)) {
            _data().modules[module] = record.withSelectors(record.selectors() - 1, generation);
        }
    }

    /// @dev Like `try module.onUninstall{gas: UNINSTALL_GAS}(data)`, but what it returns is not copied.
    function _callOnUninstall(address module, bytes calldata data) private returns (bool success) {
        bytes memory input = abi.encodeCall(IERC7579Module.onUninstall, (data));
        uint256 needed = (UNINSTALL_GAS * 64) / 63 + 10_000;
        if (gasleft() < needed) revert SmartAccountInsufficientGas(needed);
        assembly ("memory-safe") {
            success := call(UNINSTALL_GAS, module, 0, add(input, 0x20), mload(input), 0, 0)
        }
    }

    /// @dev Nothing where the record is of an earlier generation.
    function _recordOf(address module, uint16 generation) private view returns (ModuleRecord record) {
        record = _data().modules[module];
        if (!record.isOn(generation)) record = NO_MODULE;
    }

    function _handlerEntry(AccountState state, address module) private pure returns (uint256) {
        return uint160(module) | (uint256(state.generation()) << 160);
    }

    function _splitSelector(bytes calldata data) private pure returns (bytes4 selector, bytes calldata rest) {
        if (data.length < 4) revert ERC7579Utils.ERC7579DecodingError();
        return (bytes4(data), data[4:]);
    }

    /// @dev What others call on modules or entry points call on accounts: nothing that may be answered by a handler.
    function _isReserved(bytes4 selector) private pure returns (bool) {
        return
            selector == bytes4(0) ||
            selector == IERC7579Module.onInstall.selector ||
            selector == IERC7579Module.onUninstall.selector ||
            selector == IAccountExecute.executeUserOp.selector ||
            _isTokenReceiver(selector);
    }

    /// @dev onERC721Received, onERC1155Received, onERC1155BatchReceived: answered with themselves.
    function _isTokenReceiver(bytes4 selector) private pure returns (bool) {
        return selector == 0x150b7a02 || selector == 0xf23a6e61 || selector == 0xbc197c81;
    }
}
