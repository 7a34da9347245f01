// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    IERC7579Execution,
    IERC7579ModuleConfig,
    IERC7579Validator
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISmartAccount, IRecoveryModule, IScopeConsumer, MODULE_TYPE_SCOPE_CONSUMER} from "./ISmartAccount.sol";

/// @dev What tests revert with.
error TestRefusal();

/**
 * @dev A module of every type that accepts every signature, so that only the account stands between it and what it
 * tries. @dev Trust: test only.
 */
contract TestModule is IERC7579Validator, IScopeConsumer, IRecoveryModule {
    enum Cleanup {
        Quiet,
        Revert,
        BurnGas,
        ReturnBomb,
        Reenter
    }

    uint256 public validationData;
    Cleanup public cleanup;
    bool public removable;
    bool public consumer;
    bytes public reentry;
    bool public reentryFailed;
    uint256 public installs;
    uint256 public uninstalls;
    uint256 public consumed;

    function set(uint256 validationData_, Cleanup cleanup_, bool removable_, bool consumer_) external {
        (validationData, cleanup, removable, consumer) = (validationData_, cleanup_, removable_, consumer_);
    }

    /// @dev What to have the account execute, as its executor, while it installs or removes this.
    function setReentry(bytes calldata executionCalldata) external {
        reentry = executionCalldata;
    }

    function onInstall(bytes calldata) external {
        ++installs;
        if (reentry.length != 0) _reenter();
    }

    function onUninstall(bytes calldata) external {
        ++uninstalls;
        if (cleanup == Cleanup.Revert) revert TestRefusal();
        if (cleanup == Cleanup.BurnGas) while (true) ++consumed;
        if (cleanup == Cleanup.Reenter) _reenter();
        if (cleanup == Cleanup.ReturnBomb) {
            assembly {
                return(0, 200000)
            }
        }
    }

    function validateUserOp(PackedUserOperation calldata, bytes32) external view returns (uint256) {
        return validationData;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignatureWithSender.selector;
    }

    function isModuleType(uint256 moduleTypeId) external view returns (bool) {
        return moduleTypeId != MODULE_TYPE_SCOPE_CONSUMER || consumer;
    }

    function validateScoped(PackedUserOperation calldata, bytes32, uint256) external view returns (uint256) {
        return validationData;
    }

    function consume(uint256, bytes32, bytes32, bytes calldata) external {
        ++consumed;
    }

    function isRemovable(address) external view returns (bool) {
        return removable;
    }

    /// @dev As an executor.
    function drive(address account, bytes32 mode, bytes calldata data) external returns (bytes[] memory) {
        return IERC7579Execution(account).executeFromExecutor(mode, data);
    }

    /// @dev As the recovery module.
    function recover(ISmartAccount account, bytes calldata owner, uint48 until, uint256 limit) external {
        account.recoverOwner(owner, until, limit);
    }

    function freeze(ISmartAccount account, uint48 until) external {
        account.freeze(until);
    }

    /// @dev As a fallback handler: one function that writes, one that tells who called.
    function poke() external {
        ++consumed;
    }

    function whoCalls() external pure returns (address sender) {
        assembly {
            sender := shr(96, calldataload(sub(calldatasize(), 20)))
        }
    }

    function _reenter() private {
        try IERC7579Execution(msg.sender).executeFromExecutor(0, reentry) {
            reentryFailed = false;
        } catch {
            reentryFailed = true;
        }
    }
}

/// @dev Something to call. @dev Trust: test only.
contract TestTarget {
    uint256 public value;
    address public caller;

    function set(uint256 value_) external payable {
        (value, caller) = (value_, msg.sender);
    }

    function fail() external pure {
        revert TestRefusal();
    }
}

/// @dev Code to delegatecall: writes the first slot of whoever runs it. @dev Trust: test only.
contract TestDelegate {
    function write(uint256 word) external payable {
        assembly {
            sstore(0, word)
        }
    }
}

/// @dev For what the modules are tried on without our rules. @dev Trust: test only.
interface IAnyAccount is IERC7579Execution, IERC7579ModuleConfig {}
