// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ArgumentRules} from "./ArgumentRules.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionBytes} from "./SessionBytes.sol";
import {SessionWords} from "./SessionWord.sol";
import {TokenSpending} from "./TokenSpending.sol";

/**
 * @title What a session must look like to be granted
 * @dev Checked once: an id stands for bytes that passed.
 */
library SessionForm {
    using SessionBytes for bytes;

    /// @dev Reverts with what is wrong.
    function check(bytes calldata session, address account, address entryPoint) internal view {
        if (session.length < SessionBytes.HEADER) revert ISessionValidator.SessionValidatorMalformed();
        _checkHeader(session);
        _checkCaps(session);
        (uint256 cursor, uint256 count) = session.actions();
        if (count == 0) revert ISessionValidator.SessionValidatorMalformed();
        for (uint256 i = 0; i < count; ++i) {
            (address target, bytes4 selector, uint256 rules, uint256 next) = session.actionAt(cursor);
            if (next > session.length) revert ISessionValidator.SessionValidatorMalformed();
            if (target == address(0) || target == account || target == entryPoint || target == address(this)) {
                revert ISessionValidator.SessionValidatorForbiddenTarget(target);
            }
            _checkSelector(session, target, selector);
            if (!ArgumentRules.areWellFormed(session, rules, next) || (selector == 0 && rules != next)) {
                revert ISessionValidator.SessionValidatorMalformed();
            }
            cursor = next;
        }
        if (cursor != session.length) revert ISessionValidator.SessionValidatorMalformed();
    }

    /// @dev Whether the end of a capped asset's address names it among what a session can spend: native value, targets, caps.
    function isTagUnique(bytes calldata session, address asset) internal pure returns (bool) {
        if (_isMistaken(address(0), asset)) return false;
        (uint256 cursor, uint256 count) = session.caps();
        for (; count != 0; --count) {
            if (_isMistaken(session.addressAt(cursor), asset)) return false;
            cursor += SessionBytes.CAP;
        }
        (cursor, count) = session.actions();
        for (; count != 0; --count) {
            (address target, , , uint256 next) = session.actionAt(cursor);
            if (_isMistaken(target, asset)) return false;
            cursor = next;
        }
        return true;
    }

    function _isMistaken(address other, address asset) private pure returns (bool) {
        return other != asset && SessionWords.tagOf(other) == SessionWords.tagOf(asset);
    }

    function _checkHeader(bytes calldata session) private pure {
        (uint48 from, uint48 until) = (session.validAfter(), session.validUntil());
        // EntryPoint v0.9 reads times with bit 47 set as block numbers.
        if (until == 0 || from > until || until >= 1 << 47) {
            revert ISessionValidator.SessionValidatorInvalidWindow(from, until);
        }
        uint256 length = session.signerLength();
        bool nobody = length == 20 && session.addressAt(SessionBytes.HEADER) == address(0);
        if (length < 20 || nobody) revert ISessionValidator.SessionValidatorMalformed();
    }

    function _checkCaps(bytes calldata session) private pure {
        (uint256 first, uint256 count) = session.caps();
        uint256 end = first + count * SessionBytes.CAP;
        if (end > session.length) revert ISessionValidator.SessionValidatorMalformed();
        bool periodic = false;
        for (uint256 cursor = first; cursor < end; cursor += SessionBytes.CAP) {
            address asset = session.addressAt(cursor);
            // perCall, total and perPeriod side by side.
            bool limited =
                session.uint96At(cursor + 20) | session.uint96At(cursor + 32) | session.uint96At(cursor + 44) != 0;
            bool again = false;
            for (uint256 other = first; other < cursor; other += SessionBytes.CAP) {
                again = again || session.addressAt(other) == asset;
            }
            if (!limited || again) revert ISessionValidator.SessionValidatorInvalidCap(asset);
            periodic = periodic || session.uint96At(cursor + 44) != 0;
        }
        if (periodic != (session.period() != 0)) revert ISessionValidator.SessionValidatorMalformed();
    }

    function _checkSelector(bytes calldata session, address target, bytes4 selector) private pure {
        bool capped = _isCapped(session, target);
        bool allowed =
            capped ? selector == 0 || TokenSpending.isUnderstood(selector) : !TokenSpending.isAllowance(selector);
        if (!allowed || TokenSpending.isForbidden(selector)) {
            revert ISessionValidator.SessionValidatorForbiddenSelector(target, selector);
        }
    }

    function _isCapped(bytes calldata session, address asset) private pure returns (bool) {
        (uint256 cursor, uint256 count) = session.caps();
        for (uint256 i = 0; i < count; ++i) {
            if (session.addressAt(cursor + i * SessionBytes.CAP) == asset) return true;
        }
        return false;
    }
}
