// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ITimelock} from "./ITimelock.sol";

/**
 * @title Who may do what on a {Timelock}, one slot per account
 * @dev The four roles of an account share a slot with its proposal epoch and its veto budget, so that scheduling and
 * executing read one word about a proposer. Roles it does not know stay in AccessControl's storage.
 *
 * @dev Trust: only the timelock itself grants and revokes; holders renounce. The admin is the timelock for ever, and
 * the last active proposer and the last executor cannot be taken away, by nobody.
 */
abstract contract TimelockMembers is TimelockController, ITimelock {
    /// @dev One slot.
    struct Member {
        /// Bits below.
        uint8 roles;
        /// Moves on whenever this account stops being an active proposer: what it scheduled before is void.
        uint24 epoch;
        /// When its veto budget is full again.
        uint40 vetoesFullAt;
    }

    /// @dev One slot: what every operation needs to know.
    struct Settings {
        /// Minimum delay from `delayEffectAt` on, and before.
        uint32 delay;
        uint32 oldDelay;
        uint40 delayEffectAt;
        /// Moves on with every cancel-all: what was scheduled before is void.
        uint24 round;
        /// Active proposers.
        uint16 proposers;
        uint16 executors;
        bool openExecutor;
        /// Stored post-conditions.
        uint8 postconditions;
    }

    uint8 internal constant ADMIN = 1;
    uint8 internal constant PROPOSER = 2;
    uint8 internal constant EXECUTOR = 4;
    uint8 internal constant CANCELLER = 8;
    uint8 internal constant GUARDIAN = 16;
    /// @dev Beside PROPOSER: it holds the role, without its power.
    uint8 internal constant SUSPENDED = 32;

    /// @inheritdoc ITimelock
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    Settings internal _settings;
    mapping(address account => Member member) internal _members;

    modifier onlySelf() {
        if (msg.sender != address(this)) revert TimelockUnauthorizedCaller(msg.sender);
        _;
    }

    // --- Anyone ---

    /// @dev A suspended proposer has the role without its power, and reads as without.
    function hasRole(bytes32 role, address account) public view virtual override returns (bool) {
        uint8 bit = _bitOf(role);
        if (bit == 0) return super.hasRole(role, account);
        return _has(_members[account].roles, bit);
    }

    /// @inheritdoc ITimelock
    function isSuspended(address account) external view returns (bool) {
        return _members[account].roles & SUSPENDED != 0;
    }

    /// @inheritdoc ITimelock
    function activeProposers() external view returns (uint256) {
        return _settings.proposers;
    }

    // --- Internal ---

    function _grantRole(bytes32 role, address account) internal virtual override returns (bool) {
        uint8 bit = _bitOf(role);
        if (bit == 0) return super._grantRole(role, account);
        if (bit == ADMIN && account != address(this)) revert TimelockAdminFixed(account);
        // An open role makes sense for execution only, and the timelock can act through operations alone.
        if (bit != ADMIN && account == address(this)) revert TimelockInvalidMember(role, account);
        if (bit != EXECUTOR && account == address(0)) revert TimelockInvalidMember(role, account);

        Member storage member = _members[account];
        uint8 roles = member.roles;
        if (bit == PROPOSER && roles & SUSPENDED != 0) revert TimelockSuspended(account);
        if (roles & bit != 0) return false;

        member.roles = roles | bit;
        if (bit == PROPOSER) ++_settings.proposers;
        if (bit == EXECUTOR) {
            ++_settings.executors;
            if (account == address(0)) _settings.openExecutor = true;
        }
        emit RoleGranted(role, account, msg.sender);
        return true;
    }

    function _revokeRole(bytes32 role, address account) internal virtual override returns (bool) {
        uint8 bit = _bitOf(role);
        if (bit == 0) return super._revokeRole(role, account);
        if (bit == ADMIN) revert TimelockAdminFixed(account);

        Member storage member = _members[account];
        uint8 roles = member.roles;
        if (roles & bit == 0) return false;

        if (bit == PROPOSER) {
            if (roles & SUSPENDED == 0) _deactivate(member, account);
            else roles &= ~SUSPENDED;
        }
        if (bit == EXECUTOR) {
            if (_settings.executors == 1) revert TimelockLastExecutor(account);
            --_settings.executors;
            if (account == address(0)) _settings.openExecutor = false;
        }
        member.roles = roles & ~bit;
        emit RoleRevoked(role, account, msg.sender);
        return true;
    }

    /// @dev Ends the epoch of an active proposer, which voids what it scheduled.
    function _deactivate(Member storage member, address account) internal {
        if (_settings.proposers == 1) revert TimelockLastProposer(account);
        --_settings.proposers;
        ++member.epoch;
    }

    /// @dev Whether `roles` give the power of `bit`.
    function _has(uint8 roles, uint8 bit) internal pure returns (bool) {
        if (bit == PROPOSER) return roles & (PROPOSER | SUSPENDED) == PROPOSER;
        return roles & bit != 0;
    }

    /// @dev 0 for roles this contract does not know.
    function _bitOf(bytes32 role) internal pure returns (uint8) {
        if (role == PROPOSER_ROLE) return PROPOSER;
        if (role == EXECUTOR_ROLE) return EXECUTOR;
        if (role == CANCELLER_ROLE) return CANCELLER;
        if (role == GUARDIAN_ROLE) return GUARDIAN;
        if (role == DEFAULT_ADMIN_ROLE) return ADMIN;
        return 0;
    }
}
