// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7579Validator} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IScopeConsumer} from "../ISmartAccount.sol";

/**
 * @title Session keys of a smart account
 * @notice A session lets a key make some calls, within limits, until a date. Its terms travel in every operation's
 * signature as packed bytes ({SessionBytes}); on chain there is one word per session, and one per cumulative cap.
 */
interface ISessionValidator is IERC7579Validator, IScopeConsumer {
    /// @dev What is on record of a session.
    struct SessionState {
        bool granted;
        bool revoked;
        /// @dev Operations validated; counted only where the session limits them.
        uint32 used;
        /// @dev Gas those asked for; counted only where the session limits it.
        uint64 gasUsed;
        /// @dev The last 40 bits of the account's epoch when it was granted: the session is void in any other.
        uint256 epoch;
    }

    /// @dev By the account itself, or by its owner's signature in the session's first operation.
    event SessionGranted(address indexed account, bytes32 indexed id, bytes session);
    event SessionRevoked(address indexed account, bytes32 indexed id);

    // What a grant may not say.

    /// @dev Not the packed form, or numbers that contradict each other.
    error SessionValidatorMalformed();
    error SessionValidatorInvalidWindow(uint48 validAfter, uint48 validUntil);
    /// @dev A cap without any limit, named twice, or per period without periods.
    error SessionValidatorInvalidCap(address asset);
    /// @dev The account, this module, the entry point, or nothing.
    error SessionValidatorForbiddenTarget(address target);
    /// @dev No session may have it, or not without a cap on the token; on a capped token, not understood.
    error SessionValidatorForbiddenSelector(address target, bytes4 selector);
    /// @dev The target's manager makes this account wait `delay` seconds, which a session cannot.
    error SessionValidatorDelayedCall(address target, bytes4 selector, uint32 delay);
    error SessionValidatorAlreadyGranted(bytes32 id);

    // What an operation may not do.

    error SessionValidatorNotGranted(bytes32 id);
    error SessionValidatorRevoked(bytes32 id);
    /// @dev Not laid out as the documentation says.
    error SessionValidatorInvalidSignature();
    /// @dev The operation's calls name another session than its signature.
    error SessionValidatorForeignContext(bytes32 context, bytes32 id);
    error SessionValidatorFeeTooHigh(uint256 feePerGas, uint256 most);
    error SessionValidatorGasTooHigh(uint256 gas, uint256 most);
    error SessionValidatorGasUsedUp(uint256 gas, uint256 most);
    error SessionValidatorUsedUp(uint32 most);
    error SessionValidatorForbiddenPaymaster(address paymaster);
    /// @dev No second of that period is inside the session's window.
    error SessionValidatorInvalidPeriod(uint256 number);
    error SessionValidatorForbiddenCall(uint256 index, address target, bytes4 selector);
    /// @dev The call itself is in scope, its arguments are not.
    error SessionValidatorForbiddenArgument(uint256 index, address target, bytes4 selector);
    error SessionValidatorCapExceeded(address asset, uint256 amount, uint256 most);
    /// @dev Without the owner's own signature.
    error SessionValidatorNeedsOwner(address asset, uint256 amount, uint256 above);

    // --- Account ---

    /// @dev Refuses, beyond what a form may not say, calls that the target's manager would delay for this account.
    function grant(bytes calldata session) external returns (bytes32 id);

    /// @dev At once and for ever, granted or not yet. All sessions at once: {ISmartAccount-bumpEpoch}.
    function revoke(bytes32 id) external;

    // --- Anyone ---

    /// @dev The session's name: bound to chain, this contract, account, the account's epoch, and every byte of its terms.
    function idOf(address account, bytes calldata session) external view returns (bytes32);

    function stateOf(bytes32 id, address account) external view returns (SessionState memory);

    /// @dev What is left of the cumulative cap and of this period's on an asset or target of the session, in its smallest unit; all ones for no cap.
    function leftOf(bytes32 id, address account, address asset) external view returns (uint256 total, uint256 period);

    /// @dev What the owner signs to grant a session in its first operation (EIP-712). Reverts for a malformed session.
    function grantDigest(address account, bytes calldata session) external view returns (bytes32);

    /// @dev What the owner signs to let one operation go above `coSignAbove` (EIP-712).
    function approvalDigest(address account, bytes32 id, bytes32 userOpHash) external view returns (bytes32);
}
