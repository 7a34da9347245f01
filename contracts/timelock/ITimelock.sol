// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev How a {Timelock} is born. All times are in seconds.
 * @param delay The minimum delay in force from the first block; `floor <= delay <= ceiling`.
 * @param floor The least the minimum delay can ever be; immutable, above 0.
 * @param ceiling The most any delay can ever be, that of a single operation included; immutable.
 * @param expiry How long an operation stays executable once it is ready; immutable, above 0.
 * @param vetoWindow The time in which a spent veto budget refills completely; immutable. One veto comes back every
 * `vetoWindow / vetoLimit`, which must be above `ceiling`, or one guardian could veto every operation for ever.
 * @param vetoLimit How many vetoes (cancel, cancel-all, suspend) one account can hold; immutable, above 0.
 * @param proposers Who may schedule; at least one. They are not cancellers by themselves.
 * @param executors Who may execute; at least one; `[address(0)]` means anyone.
 * @param cancellers Who may cancel one operation at a time.
 * @param guardians Who may cancel, cancel all and suspend proposers.
 */
struct TimelockConfig {
    uint48 delay;
    uint48 floor;
    uint48 ceiling;
    uint48 expiry;
    uint48 vetoWindow;
    uint16 vetoLimit;
    address[] proposers;
    address[] executors;
    address[] cancellers;
    address[] guardians;
}

/**
 * @title What Portcullis's timelock adds to OpenZeppelin's TimelockController
 * @notice Names, events, operation ids and states of TimelockController stay, so that tools made for it read this one:
 * what is expired, void or cancelled reads as `Unset` there, and {getOperation} tells them apart.
 */
interface ITimelock {
    /**
     * @dev Life of an operation.
     *
     * - Unset → Waiting (scheduled).
     * - Waiting → Ready (time passes) | Void (its proposer suspended or revoked, or cancel-all) | Unset (cancelled).
     * - Ready → Done (executed) | Expired (time passes) | Void | Unset (cancelled).
     * - Expired, Void → Waiting (scheduled again, with the full delay).
     * - Done: final.
     */
    enum OperationStatus {
        Unset,
        Waiting,
        Ready,
        Done,
        Expired,
        Void
    }

    /// @dev How a standing post-condition judges the answer of its view call.
    enum Comparison {
        /// keccak256 of the whole answer equals the expected word.
        ResultHash,
        /// The answer's first word, as an unsigned number, is at least the expected one.
        AtLeast,
        /// The answer's first word, as an unsigned number, is at most the expected one.
        AtMost
    }

    /// @dev What is stored about an operation. `readyAt` and `expiresAt` are 0 where nothing is pending or expired.
    struct Operation {
        OperationStatus status;
        address proposer;
        uint48 readyAt;
        /// First second at which it can no longer be executed.
        uint48 expiresAt;
        /// It takes a proposer, canceller or guardian away from this timelock, who therefore cannot veto it.
        bool removal;
    }

    /// @dev A view call whose answer must hold after every operation.
    struct Postcondition {
        address target;
        Comparison comparison;
        /// First second at which it is no longer checked; 0 while it stands.
        uint48 until;
        bytes data;
        bytes32 expected;
    }

    /// @dev The configuration contradicts itself in the named field.
    error TimelockInvalidConfig(string field);
    /// @dev `role` cannot be held by `account`.
    error TimelockInvalidMember(bytes32 role, address account);
    /// @dev The admin of the timelock is the timelock, for ever.
    error TimelockAdminFixed(address account);
    /// @dev A new minimum delay, or the delay of an operation, is outside the immutable bounds.
    error TimelockDelayOutOfBounds(uint256 delay, uint256 floor, uint256 ceiling);
    /// @dev A call with data to an address without code would succeed and do nothing.
    error TimelockTargetWithoutCode(address target);
    /// @dev The operation was ready, and is no longer executable since `expiredAt`.
    error TimelockOperationExpired(bytes32 id, uint256 expiredAt);
    /// @dev The operation was voided after `proposer` scheduled it.
    error TimelockOperationVoid(bytes32 id, address proposer);
    /// @dev The operation takes a role from `account`, so `account` cannot cancel it.
    error TimelockOwnRemoval(bytes32 id, address account);
    /// @dev An operation that takes `account`'s veto must do nothing but revoke `account`'s roles: a call to `target` does more.
    error TimelockRemovalNotAlone(address account, address target);
    /// @dev `account` has no veto left until `availableAt`.
    error TimelockVetoBudgetSpent(address account, uint256 availableAt);
    /// @dev Without `proposer` nobody could schedule.
    error TimelockLastProposer(address proposer);
    /// @dev Without `executor` nobody could execute.
    error TimelockLastExecutor(address executor);
    /// @dev `proposer` is not an active proposer.
    error TimelockNotProposer(address proposer);
    /// @dev `proposer` is suspended: it must be reinstated or revoked first.
    error TimelockSuspended(address proposer);
    /// @dev `proposer` is not suspended.
    error TimelockNotSuspended(address proposer);
    /// @dev The code at `account` is not what was pinned.
    error TimelockCodehashMismatch(address account, bytes32 expected, bytes32 actual);
    /// @dev The implementation behind `proxy` is not what was pinned.
    error TimelockImplementationMismatch(address proxy, address expected, address actual);
    /// @dev The answer of a view call is not what was required.
    error TimelockConditionFailed(address target, bytes data, Comparison comparison, bytes32 expected, bytes32 actual);
    /// @dev The view call of a condition reverted, or `target` has no code, or the answer is too short to compare.
    error TimelockConditionUnanswered(address target, bytes data);
    /// @dev There can be at most `limit` standing post-conditions.
    error TimelockTooManyPostconditions(uint256 limit);
    /// @dev No post-condition stands at `index`.
    error TimelockUnknownPostcondition(uint256 index);

    /// @dev A decrease was executed; `newDelay` rules from `effectAt` on.
    event DelayDecreaseScheduled(uint256 oldDelay, uint256 newDelay, uint256 effectAt);
    /// @dev `by` suspended `proposer`: all it had pending is void.
    event ProposerSuspended(address indexed proposer, address indexed by);
    /// @dev `proposer` may schedule again; what was void stays void.
    event ProposerReinstated(address indexed proposer);
    /// @dev `by` voided everything pending, removals of `by` excepted.
    event AllCancelled(address indexed by, uint256 round);
    /// @dev `account` spent a veto; `left` remain for now.
    event VetoSpent(address indexed account, uint256 left);
    /// @dev A post-condition stands from now on.
    event PostconditionAdded(
        uint256 indexed index,
        address target,
        bytes data,
        Comparison comparison,
        bytes32 expected
    );
    /// @dev The post-condition at `index` is checked no longer from `until` on.
    event PostconditionRemoved(uint256 indexed index, uint256 until);

    // --- Guardians (budgeted) ---

    /// @notice Takes `proposer`'s power away at once and voids all it has pending, removals of the caller excepted.
    /// @dev Refuses the last active proposer. Guardians only.
    function suspend(address proposer) external;

    /// @notice Voids everything pending, removals of the caller excepted.
    /// @dev Guardians only.
    function cancelAll() external;

    // --- The timelock itself, through an operation ---

    /// @notice Gives a suspended proposer its power back; what was void stays void.
    function reinstate(address proposer) external;

    /**
     * @notice Adds a view call whose answer must hold after every operation, this one included.
     * @param expected By `comparison`: keccak256 of the whole answer, or the bound on its first word.
     * @return index What {removePostcondition} takes.
     */
    function addPostcondition(
        address target,
        bytes calldata data,
        Comparison comparison,
        bytes32 expected
    ) external returns (uint256 index);

    /**
     * @notice Ends a post-condition, one minimum delay after this runs.
     * @dev An operation made only of such calls is not itself checked: a condition that can never hold again would
     * otherwise lock the timelock for ever.
     */
    function removePostcondition(uint256 index) external;

    // --- Checks: calls of a batch that revert the whole batch where the chain is not as reviewed ---

    /// @notice Reverts unless the code at `account` has this hash.
    function requireCodehash(address account, bytes32 codehash) external view;

    /**
     * @notice Reverts unless `proxy` runs `implementation`, and the code there has this hash.
     * @dev Asks the proxy's `implementation()`. A proxy whose implementation answers for it (UUPS) is as honest as the
     * code it runs, so pin the new code by this or {requireCodehash} in the very batch that installs it.
     */
    function requireImplementation(address proxy, address implementation, bytes32 codehash) external view;

    /// @notice Reverts unless the view call answers, and keccak256 of the answer is `resultHash`.
    function requireStaticcall(address target, bytes calldata data, bytes32 resultHash) external view;

    /// @notice Reverts unless the view call answers with a first word of at least `minimum`.
    function requireStaticcallAtLeast(address target, bytes calldata data, uint256 minimum) external view;

    /// @notice Reverts unless the view call answers with a first word of at most `maximum`.
    function requireStaticcallAtMost(address target, bytes calldata data, uint256 maximum) external view;

    // --- Anyone ---

    /// @notice What is known about an operation.
    function getOperation(bytes32 id) external view returns (Operation memory);

    /// @notice The minimum delay now, and the pending decrease: `pending` rules from `effectAt` on (0: none pending).
    function getDelay() external view returns (uint256 current, uint256 pending, uint256 effectAt);

    /// @notice Whether `account` is a proposer without power until it is reinstated.
    function isSuspended(address account) external view returns (bool);

    /// @notice How many vetoes `account` could spend now, whatever its roles.
    function vetoesLeft(address account) external view returns (uint256);

    /// @notice Whether operation `id`, as scheduled, takes a role from `account`.
    function isRemovalOf(bytes32 id, address account) external view returns (bool);

    /// @notice Number of active proposers: neither revoked nor suspended.
    function activeProposers() external view returns (uint256);

    /// @notice All stored post-conditions, those that were removed and not yet replaced included.
    function postconditions() external view returns (Postcondition[] memory);

    /// @notice May cancel any operation, cancel all, and suspend proposers, within a budget.
    // solhint-disable-next-line func-name-mixedcase
    function GUARDIAN_ROLE() external view returns (bytes32);

    /// @notice Least minimum delay, in seconds; immutable.
    function floor() external view returns (uint256);

    /// @notice Longest delay of anything, in seconds; immutable.
    function ceiling() external view returns (uint256);

    /// @notice How long a ready operation stays executable, in seconds; immutable.
    function expiry() external view returns (uint256);

    /// @notice Vetoes one account can hold; immutable.
    function vetoLimit() external view returns (uint256);

    /// @notice Time in which a spent budget refills completely, in seconds; immutable.
    function vetoWindow() external view returns (uint256);
}
