// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AccountStorage} from "./AccountStorage.sol";
import {AccountState} from "./AccountState.sol";
import {ISmartAccount} from "./ISmartAccount.sol";

/**
 * @dev Freeze and quarantine, where they bite: in the executing frame, as validation may not know the time (ERC-7562).
 * While one is on, calls without value to installed modules and to the account itself are let through, so that a
 * recovery can be cancelled and sessions revoked; each function of the account judges for itself. In the very second of a
 * recovery not even those: the entry point validates before it executes, and a batch may recover in its middle, so that
 * what runs may have been signed by the owner before.
 * @dev Trust: the recovery module sets both; a freeze stops everything else, a quarantine leaves native transfers up to
 * its limit.
 */
abstract contract AccountRestrictions is ISmartAccount, AccountStorage {
    using SafeCast for uint256;

    // --- Internal ---

    function _isModule(AccountState state, address module) internal view virtual returns (bool);

    /// @dev When it ends (seconds), and what it leaves until then (wei); 0 and 0 where there is none.
    function _quarantine(AccountState state) internal view returns (uint48 until, uint256 left) {
        if (!state.isQuarantined()) return (0, 0);
        uint256 word = _data().quarantine;
        return (uint48(word >> 208), uint208(word));
    }

    /// @dev When neither is on any more.
    function _restrictedUntil(AccountState state) internal view returns (uint48 until) {
        until = state.frozenUntil();
        if (state.isQuarantined()) {
            (uint48 end, ) = _quarantine(state);
            if (end > until) until = end;
        }
    }

    function _requireThawed() internal view returns (AccountState state) {
        state = _state();
        if (block.timestamp < state.frozenUntil()) revert SmartAccountFrozen(state.frozenUntil());
    }

    function _setFreeze(AccountState state, uint48 until) internal {
        if (state.isSettling(block.timestamp)) revert SmartAccountFrozen(state.frozenUntil());
        _data().state = state.withFrozenUntil(uint256(until).toUint40());
    }

    /// @dev Clamped to what fits, which is all the ether there is.
    function _setQuarantine(uint48 until, uint256 limit) internal {
        uint256 left = limit > type(uint208).max ? type(uint208).max : limit;
        _data().quarantine = (uint256(until) << 208) | left;
    }

    /// @dev To be asked before each call while {AccountState-isRestricted}; counts what a quarantine leaves.
    function _admit(AccountState state, address target, uint256 value, uint256 dataLength) internal {
        if (block.timestamp >= _restrictedUntil(state)) return;
        // What an operation from before a recovery asks of modules in its second would outlast the recovery.
        bool settling = state.isSettling(block.timestamp);
        if (value == 0 && !settling && (target == address(this) || _isModule(state, target))) return;
        if (block.timestamp < state.frozenUntil()) revert SmartAccountFrozen(state.frozenUntil());

        (uint48 until, uint256 left) = _quarantine(state);
        if (dataLength != 0 || value > left) revert SmartAccountQuarantined(until, left);
        _setQuarantine(until, left - value);
    }

    /// @dev For what cannot be let through in part.
    function _requireUnrestricted(AccountState state) internal view {
        if (block.timestamp < state.frozenUntil()) revert SmartAccountFrozen(state.frozenUntil());
        (uint48 until, uint256 left) = _quarantine(state);
        if (block.timestamp < until) revert SmartAccountQuarantined(until, left);
    }
}
