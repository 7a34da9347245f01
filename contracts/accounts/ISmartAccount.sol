// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    IERC7579AccountConfig,
    IERC7579Execution,
    IERC7579ModuleConfig
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";

/**
 * @title Portcullis's smart account
 * @notice An ERC-4337 and ERC-7579 account with one ERC-7913 owner. Whatever is not the owner goes through an entry that
 * never reaches the account itself: validators through {executeAdmitted}, executors through {executeFromExecutor}, the
 * recovery module through {recoverOwner} and {freeze}.
 */
interface ISmartAccount is IERC1271, IERC7579Execution, IERC7579AccountConfig, IERC7579ModuleConfig {
    /// @dev The owner was replaced by the recovery module. All modules but the recovery module are off from here on.
    event OwnerRecovered(bytes owner, uint256 epoch);
    /// @dev Everything granted under an earlier epoch is void.
    event EpochBumped(uint256 epoch);
    /// @dev No value moves and no module changes before `until`; 0: lifted.
    event Frozen(uint48 until);
    /// @dev Until `until` only administration, and native transfers of `limit` wei in total.
    event QuarantineStarted(uint48 until, uint256 limit);
    /// @dev A module was removed although its `onUninstall` failed or ran out of its gas: it may hold stale data.
    event ModuleCleanupFailed(uint256 moduleTypeId, address module);

    /// @dev The caller may not use this entry.
    error SmartAccountUnauthorized(address caller);
    /// @dev Module, self, entry point or nothing: not a target of this entry.
    error SmartAccountForbiddenTarget(address target);
    error SmartAccountForbiddenMode(bytes32 mode);
    /// @dev Not code that the implementation was deployed to delegatecall.
    error SmartAccountForbiddenCode(address target, bytes32 codeHash);
    /// @dev Frozen: only calls without value to installed modules, and {bumpEpoch}.
    error SmartAccountFrozen(uint48 until);
    /// @dev More native value than quarantine leaves, or a call that could move something else.
    error SmartAccountQuarantined(uint48 until, uint256 left);
    /// @dev The recovery module does not let itself be removed now.
    error SmartAccountRecoveryInstalled(address module);
    /// @dev One contract has one role: a handler, a validator or executor, or recovery.
    error SmartAccountModuleConflict(address module);
    /// @dev A selector the account keeps for itself.
    error SmartAccountReservedSelector(bytes4 selector);
    error SmartAccountInvalidOwner(bytes owner);
    /// @dev No fallback handler for this selector.
    error SmartAccountMissingHandler(bytes4 selector);
    /// @dev Too little gas to give a module its share for cleaning up.
    error SmartAccountInsufficientGas(uint256 needed);
    /// @dev This build has no such function.
    error SmartAccountUnsupported();

    // --- Entry point, for validators ---

    /**
     * @dev The one function a validator module can authorise. The validator is the first word, and the top 20 bytes of
     * the operation's nonce. Targets cannot be the account, the entry point or a module; the mode is single or batch,
     * never try, never delegatecall. A validator that is a {IScopeConsumer} is asked first, if `context` is not 0.
     */
    function executeAdmitted(
        address validator,
        bytes32 context,
        bytes32 mode,
        bytes calldata executionCalldata
    ) external payable;

    // --- Owner ---

    /// @dev Voids every session, pending grant and approval at once. Works while frozen.
    function bumpEpoch() external;

    // --- Recovery module ---

    /**
     * @dev Replaces the owner, bumps the epoch, turns every module off but the caller. Not stopped by a freeze, which it ends
     * with this second: until then the account does nothing, as what runs may have been signed by the owner before.
     * @param newOwner ERC-7913: 20 bytes of an EOA, or verifier and key.
     * @param quarantineUntil Seconds; 0 for none.
     * @param quarantineLimit Wei that may leave until then.
     */
    function recoverOwner(bytes calldata newOwner, uint48 quarantineUntil, uint256 quarantineLimit) external;

    /// @dev Until `until` (seconds); 0 lifts a freeze. Not in the second of a recovery.
    function freeze(uint48 until) external;

    // --- Anyone ---

    /// @dev ERC-7913: 20 bytes of an EOA, or verifier and key.
    function owner() external view returns (bytes memory);

    /// @dev What a grant is bound to, 144 bits at most, so that it fits beside other things. Opaque: compare, do not count.
    function epoch() external view returns (uint256);

    /**
     * @dev Whether the owner signed `hash` itself, without the nesting of ERC-7739. For modules that bind chain, account
     * and purpose into what they ask the owner to sign.
     */
    function isOwnerSignature(bytes32 hash, bytes calldata signature) external view returns (bool);

    /**
     * @dev Whether this can be an owner: a 20 byte address, or a contract that answers as an ERC-7913 verifier and its
     * key. Whether somebody holds the key it cannot know.
     */
    function isValidOwner(bytes calldata owner_) external view returns (bool);

    /**
     * @dev What the recovery module holds the account by.
     * @return module 0 for none.
     * @return frozenUntil Seconds; in the past or 0 when not frozen.
     * @return quarantinedUntil Seconds; in the past or 0 when not in quarantine.
     * @return left Wei that may still leave until then.
     */
    function recovery()
        external
        view
        returns (address module, uint48 frozenUntil, uint48 quarantinedUntil, uint256 left);
}

/**
 * @dev Module type of the contract that may replace the owner: one per account, not an executor, cannot move value.
 * uint256(keccak256("portcullis.module.recovery"))
 */
uint256 constant MODULE_TYPE_RECOVERY = uint256(keccak256("portcullis.module.recovery"));

/**
 * @dev What a validator answers to `isModuleType` (beside type 1) to be asked by {IScopeConsumer-consume}. Read when it
 * is installed. uint256(keccak256("portcullis.module.scope-consumer"))
 */
uint256 constant MODULE_TYPE_SCOPE_CONSUMER = uint256(keccak256("portcullis.module.scope-consumer"));

/**
 * @dev A validator that counts in the executing frame, so that a reverted operation gives back what it counted. It is
 * told the account's epoch, so that it need not ask.
 */
interface IScopeConsumer {
    /// @dev Called instead of `validateUserOp`. The operation's callData is canonical: {ScopedCalls-decodeOperation}.
    function validateScoped(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        uint256 epoch
    ) external returns (uint256 validationData);

    /// @dev Called by the account before the calls of {ISmartAccount-executeAdmitted}; a revert reverts them.
    function consume(uint256 epoch, bytes32 context, bytes32 mode, bytes calldata executionCalldata) external;
}

/// @dev What an account asks of its recovery module.
interface IRecoveryModule {
    /// @dev Whether `account` may remove the module now. A revert counts as no.
    function isRemovable(address account) external view returns (bool);
}
