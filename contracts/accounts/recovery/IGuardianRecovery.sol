// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7579Module} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IRecoveryModule} from "../ISmartAccount.sol";

/**
 * @title Guardians who give an account a new owner, slowly and in the open
 * @notice An account commits to its `terms` by a hash: who its guardians are, what each weighs, how long each thing takes.
 * Whoever acts brings the terms along; {TermsAccepted} and {ChangeProposed} publish them. Signatures may be submitted by
 * anyone. Layout of `terms`, `approvals` and what is signed: docs/contracts/guardian-recovery.md.
 *
 * `terms`: 68 bytes, then the guardians, in rising order of keccak256(signer), 1 to 32 of them.
 *
 * | bytes | what                                                                                           |
 * |-------|------------------------------------------------------------------------------------------------|
 * | 0–1   | threshold: the weight a recovery needs, 1 to the sum of all                                    |
 * | 2–5   | delay, seconds from request to recovery                                                        |
 * | 6–9   | expiry, seconds a recovery may be finalised in after the delay                                 |
 * | 10    | vetoes the owner has, 1 to 32                                                                  |
 * | 11–14 | refill, seconds after which one veto is back; at least twice the wait of a change              |
 * | 15–18 | freeze, seconds it lasts; 0: guardians cannot freeze                                           |
 * | 19–22 | rest, seconds from the end of a freeze's time to the next; at least as long as a freeze        |
 * | 23–26 | quarantine, seconds after a recovery; 0: none                                                  |
 * | 27–42 | wei that may leave during the quarantine                                                       |
 * | 43–62 | target of the call that replaces the owner; 0: {ISmartAccount-recoverOwner}                    |
 * | 63–66 | selector of that call                                                                          |
 * | 67    | its one argument: 0 `bytes` (ERC-7913), 1 `address` (owners of 20 bytes only)                  |
 * | then  | per guardian: weight (1 byte), length of the signer (2), signer (20: an EOA or ERC-1271        |
 * |       | contract; longer: ERC-7913 verifier and key)                                                   |
 *
 * `approvals`: per signature: index of the guardian (1 byte, rising), length (2), signature.
 */
interface IGuardianRecovery is IERC7579Module, IRecoveryModule {
    /// @dev The account's guardians are those of `terms` from now on.
    event TermsAccepted(address indexed account, bytes terms);
    /// @dev Nobody is its guardian any more.
    event TermsRemoved(address indexed account);
    /// @dev `terms` rule from `readyAt` (seconds) on, if somebody applies them; empty: the module may be removed.
    event ChangeProposed(address indexed account, uint256 number, uint48 readyAt, bytes terms);
    /// @dev The owner vetoed a recovery, or voided approvals: the change waits anew, until `readyAt` (seconds).
    event ChangePostponed(address indexed account, uint256 number, uint48 readyAt);
    event ChangeApplied(address indexed account, uint256 number);
    event ChangeWithdrawn(address indexed account, uint256 number);
    event ChangeVetoed(address indexed account, uint256 number);

    /// @dev `newOwner` may become the owner from `readyAt` (seconds) on: {requestOf}. It replaces a lighter request.
    event RecoveryScheduled(address indexed account, uint48 readyAt, bytes newOwner);
    /// @dev The owner voided what was pending, and every approval given so far.
    event RecoveryCancelled(address indexed account, uint256 vetoesLeft);
    /// @dev On an account that is not Portcullis's; those say it themselves: {ISmartAccount-OwnerRecovered}.
    event RecoveryFinalized(address indexed account, bytes newOwner);
    /// @dev The owner handed over to `newOwner`, which agreed.
    event OwnerRotated(address indexed account, bytes newOwner);

    event AccountFrozen(address indexed account, uint256 number, uint48 until);
    event AccountUnfrozen(address indexed account, uint256 number);
    /// @dev The guardian `keccak256(signer)` proved at `signedAt` (seconds) that it can sign.
    event GuardianSeen(address indexed account, bytes32 indexed guardian, uint48 signedAt);

    /// @dev These are not the account's terms, or it has none.
    error RecoveryWrongTerms(address account);
    /// @dev The account has terms: change them by {proposeChange}.
    error RecoveryConfigured(address account);
    /// @dev No terms: `position` is the first byte found wrong.
    error RecoveryMalformedTerms(uint256 position);
    error RecoveryInvalidThreshold(uint256 threshold, uint256 total);
    /// @dev A time or number of the terms is not one of `least` to `most`. `position`: its first byte.
    error RecoveryInvalidTerm(uint256 position, uint256 value, uint256 least, uint256 most);
    /// @dev Twice the same, out of order, without weight, or not able to sign.
    error RecoveryInvalidGuardian(uint256 index);
    /// @dev The call that replaces the owner goes nowhere, or to this module.
    error RecoveryInvalidTarget(address target);
    /// @dev Not an owner: no key or contract could answer for it.
    error RecoveryInvalidOwner(bytes newOwner);
    /// @dev `approvals` cannot be read, or names guardians out of order.
    error RecoveryMalformedApprovals();
    error RecoveryInvalidSignature(uint256 guardian);
    error RecoveryInsufficientWeight(uint256 weight, uint256 needed);
    /// @dev The signatures were good until `deadline` (seconds).
    error RecoveryDeadlinePassed(uint48 deadline);
    /// @dev A recovery is pending until `expiresAt` (seconds), by guardians of `weight`.
    error RecoveryPending(uint48 expiresAt, uint256 weight);
    error RecoveryNotPending(address account);
    /// @dev Before `readyAt` (seconds), or from `expiresAt` on.
    error RecoveryNotReady(uint48 readyAt, uint48 expiresAt);
    /// @dev The terms, or a new owner of more than 20 bytes: call {finalizeWith}.
    error RecoveryNeedsMore();
    /// @dev Another owner was requested.
    error RecoveryWrongOwner(bytes newOwner);
    /// @dev All guardians asked for it, after the owner's vetoes were used up.
    error RecoveryFinal();
    /// @dev The next one is back at `backAt` (seconds).
    error RecoveryVetoesUsedUp(uint256 backAt);
    error RecoveryNoChange(address account);
    /// @dev Before `readyAt` (seconds), or from `expiresAt` on.
    error RecoveryChangeNotReady(uint48 readyAt, uint48 expiresAt);
    /// @dev A removal is applied by the account: it removes the module.
    error RecoveryIsRemoval();
    /// @dev The account may not remove the module now: see {proposeChange}.
    error RecoveryNotRemovable(address account);
    /// @dev The next freeze may begin at `nextAt` (seconds); 0: never.
    error RecoveryFreezeUsedUp(uint48 nextAt);
    /// @dev Until `until` (seconds).
    error RecoveryFrozen(uint48 until);
    error RecoveryNotFrozen(address account);
    /// @dev The owner handed over less than an hour ago: again at `nextAt` (seconds).
    error RecoveryRotatedRecently(uint48 nextAt);
    /// @dev In the future, more than a day old, or not after what is on record (seconds).
    error RecoveryInvalidDrill(uint48 signedAt, uint48 onRecord);

    struct Request {
        /// Seconds; all is 0 where nothing is pending.
        uint48 readyAt;
        uint48 expiresAt;
        uint16 weight;
        /// Cannot be vetoed, nor replaced.
        bool isFinal;
        /// {finalizeWith} is to be called, and told the terms: there is a quarantine or a call of the account's own.
        bool needsTerms;
        /// The new owner has 20 bytes.
        bool isKey;
        /// The new owner where `isKey`; else the first 20 bytes of its keccak256.
        bytes20 owner;
    }

    struct Change {
        /// How many there were, this one included. Signed by those who veto it.
        uint256 number;
        /// Seconds; 0 where none is proposed.
        uint48 readyAt;
        uint48 expiresAt;
        bool isRemoval;
        /// The first 21 bytes of keccak256(terms).
        bytes21 terms;
    }

    // --- Account ---

    /// @dev The account's first terms; they rule at once.
    function configure(bytes calldata terms) external;

    /**
     * @dev Other terms, or by empty `newTerms` the module's removal, after {changeWait}. Replaces what was proposed before.
     * A guardian quorum may veto it; nothing of it takes effect while a recovery is pending or the account frozen, and
     * a finalised recovery voids it. The last wait of 30 days for somebody to apply it.
     */
    function proposeChange(bytes calldata terms, bytes calldata newTerms) external;

    function withdrawChange() external;

    /**
     * @dev Voids what is pending and every approval given so far, and costs one veto. Reverts where none is left, or
     * where all guardians asked for what is pending after the vetoes were used up.
     */
    function cancel(bytes calldata terms) external;

    /**
     * @dev Hands over to an owner who signed for it. Not while a recovery is pending, or the account frozen or in
     * quarantine, and once an hour. Like a recovery it bumps the epoch and turns modules off.
     */
    function rotateOwner(bytes calldata newOwner, uint48 deadline, bytes calldata signature) external;

    // --- Anyone, with guardians' signatures ---

    /**
     * @dev Asks for `newOwner`. Needs the threshold; all weight where the owner's vetoes are used up, and then twice the
     * delay; more than the weight of what is pending, which it then replaces.
     * @param deadline Seconds.
     */
    function schedule(
        address account,
        bytes calldata terms,
        bytes calldata newOwner,
        uint48 deadline,
        bytes calldata approvals
    ) external;

    /**
     * @dev The same, where guardians signed a tree of approvals for several chains.
     * @param proof The nodes beside the path from this approval to the root.
     * @param index Where in the tree it is, from the left.
     */
    function scheduleFromTree(
        address account,
        bytes calldata terms,
        bytes calldata newOwner,
        uint48 deadline,
        bytes32[] calldata proof,
        uint256 index,
        bytes calldata approvals
    ) external;

    /// @dev Needs the threshold or more than half of all weight, whichever is more: a minority cannot stay for ever.
    function vetoChange(address account, bytes calldata terms, uint48 deadline, bytes calldata approvals) external;

    /// @dev One guardian suffices. Once in a freeze's time and rest, whichever guardian it is.
    function freeze(address account, bytes calldata terms, uint48 deadline, bytes calldata approvals) external;

    /// @dev Needs the threshold.
    function unfreeze(address account, bytes calldata terms, uint48 deadline, bytes calldata approvals) external;

    /// @dev Puts on record that these guardians could sign at `signedAt` (seconds), a day ago at most.
    function drill(address account, bytes calldata terms, uint48 signedAt, bytes calldata approvals) external;

    // --- Anyone ---

    /// @dev Where the new owner has 20 bytes and {Request-needsTerms} does not want the terms.
    function finalize(address account) external;

    /// @dev Any. `terms` may be empty where {Request-needsTerms} does not want them.
    function finalizeWith(address account, bytes calldata newOwner, bytes calldata terms) external;

    function applyChange(address account) external;

    // --- Views ---

    /// @dev What approvals have to be signed with now. Odd while a recovery is pending. Opaque: compare, do not count.
    function nonceOf(address account) external view returns (uint256);

    /// @dev Whether these rule the account.
    function hasTerms(address account, bytes calldata terms) external view returns (bool);

    /// @dev Reverts, saying why, where `account` could not have them.
    function checkTerms(address account, bytes calldata terms) external view;

    function requestOf(address account) external view returns (Request memory);

    function changeOf(address account) external view returns (Change memory);

    /// @dev Seconds a change waits: more than the longest delay and the expiry of a recovery.
    function changeWait(bytes calldata terms) external pure returns (uint256);

    /**
     * @return left Vetoes the owner has now.
     * @return backAt When all are back (seconds).
     */
    function vetoesOf(address account, bytes calldata terms) external view returns (uint256 left, uint48 backAt);

    /**
     * @return number Freezes so far: an unfreeze is signed for this number, a freeze for the next.
     * @return until When the last one ends or ended (seconds).
     * @return nextAt When the next may begin (seconds).
     */
    function freezeOf(address account) external view returns (uint256 number, uint48 until, uint48 nextAt);

    /// @dev When the guardian last proved that it can sign (seconds); 0: never.
    function lastSeen(address account, bytes calldata guardian) external view returns (uint48);

    /// @dev What guardians sign for {schedule}.
    function recoveryDigest(
        address account,
        bytes calldata terms,
        bytes calldata newOwner,
        uint48 deadline
    ) external view returns (bytes32);
}
