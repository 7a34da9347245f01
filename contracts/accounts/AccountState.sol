// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev All of an account that is read in every operation, in one slot. An account that was never recovered, frozen or
 * given a recovery module has the word 0.
 *
 *   255..253   252       251          250           249           248
 * +----------+---------+------------+-------------+-------------+----------+
 * | 0        | settles | hasModules | sessionsOff | quarantined | replaced |
 * +----------+---------+------------+-------------+-------------+----------+
 *   247..208      207..192     191..160   159..0
 * +-------------+------------+----------+-----------------+
 * | frozenUntil | generation | epoch    | recovery module |
 * +-------------+------------+----------+-----------------+
 *
 * `replaced`: the owner is in storage, no longer in the clone's arguments. `generation` counts recoveries: a module
 * installed in an earlier one is off. `epoch` counts those and the owner's own bumps. `quarantined` says that the
 * quarantine's word is to be read. `sessionsOff`: the owner removed the session validator that every account begins with.
 * `hasModules`: something was installed in this generation; without it no target's record is to be read. `settles`: the
 * freeze is a recovery's own, until the end of its second: what the old owner still has under way does nothing any more.
 */
type AccountState is uint256;

using {recovery, epoch, generation, frozenUntil, isReplaced, isQuarantined, isRestricted} for AccountState global;
using {isSettling} for AccountState global;
using {isSessionsOff, hasModules, withSessionsOff, withModules} for AccountState global;
using {withRecovery, withEpochBumped, withFrozenUntil, recovered} for AccountState global;

uint256 constant EPOCH_ONE = 1 << 160;
uint256 constant FROZEN_MASK = 0xffffffffff << 208;
uint256 constant REPLACED = 1 << 248;
uint256 constant QUARANTINED = 1 << 249;
uint256 constant SESSIONS_OFF = 1 << 250;
uint256 constant HAS_MODULES = 1 << 251;
uint256 constant SETTLES = 1 << 252;

function recovery(AccountState state) pure returns (address) {
    return address(uint160(AccountState.unwrap(state)));
}

function epoch(AccountState state) pure returns (uint32) {
    return uint32(AccountState.unwrap(state) >> 160);
}

function generation(AccountState state) pure returns (uint16) {
    return uint16(AccountState.unwrap(state) >> 192);
}

/// @dev Seconds.
function frozenUntil(AccountState state) pure returns (uint40) {
    return uint40(AccountState.unwrap(state) >> 208);
}

function isReplaced(AccountState state) pure returns (bool) {
    return AccountState.unwrap(state) & REPLACED != 0;
}

function isQuarantined(AccountState state) pure returns (bool) {
    return AccountState.unwrap(state) & QUARANTINED != 0;
}

/// @dev A freeze or a quarantine is on, or was and nobody cleared it.
function isRestricted(AccountState state) pure returns (bool) {
    return AccountState.unwrap(state) & (FROZEN_MASK | QUARANTINED) != 0;
}

/// @dev Whether the second (`time`) is one of a recovery: an operation that the old owner signed may still be running.
function isSettling(AccountState state, uint256 time) pure returns (bool) {
    return AccountState.unwrap(state) & SETTLES != 0 && time < state.frozenUntil();
}

function isSessionsOff(AccountState state) pure returns (bool) {
    return AccountState.unwrap(state) & SESSIONS_OFF != 0;
}

function hasModules(AccountState state) pure returns (bool) {
    return AccountState.unwrap(state) & HAS_MODULES != 0;
}

function withSessionsOff(AccountState state, bool off) pure returns (AccountState) {
    uint256 rest = AccountState.unwrap(state) & ~SESSIONS_OFF;
    return AccountState.wrap(off ? rest | SESSIONS_OFF : rest);
}

function withModules(AccountState state) pure returns (AccountState) {
    return AccountState.wrap(AccountState.unwrap(state) | HAS_MODULES);
}

function withRecovery(AccountState state, address module) pure returns (AccountState) {
    return AccountState.wrap(((AccountState.unwrap(state) >> 160) << 160) | uint160(module));
}

/// @dev Wraps after 2^32 bumps, which no account lives to pay for; the generation is left alone.
function withEpochBumped(AccountState state) pure returns (AccountState) {
    uint256 raw = AccountState.unwrap(state);
    uint256 mask = uint256(type(uint32).max) << 160;
    unchecked {
        return AccountState.wrap((raw & ~mask) | ((raw + EPOCH_ONE) & mask));
    }
}

function withFrozenUntil(AccountState state, uint40 until) pure returns (AccountState) {
    return AccountState.wrap((AccountState.unwrap(state) & ~(FROZEN_MASK | SETTLES)) | (uint256(until) << 208));
}

/**
 * @dev After a recovery at `time` (seconds): a new epoch and generation, thawed from the next second on, the recovery
 * module kept. Panics after 2^16 recoveries.
 */
function recovered(AccountState state, bool quarantined, uint256 time) pure returns (AccountState) {
    uint16 next = state.generation() + 1;
    uint256 raw = AccountState.unwrap(state.withEpochBumped());
    uint256 cleared = raw & ~((uint256(type(uint16).max) << 192) | FROZEN_MASK | QUARANTINED | HAS_MODULES);
    uint256 frozen = uint256(uint40(time + 1)) << 208;
    return
        AccountState.wrap(
            cleared | (uint256(next) << 192) | frozen | REPLACED | SETTLES | (quarantined ? QUARANTINED : 0)
        );
}
