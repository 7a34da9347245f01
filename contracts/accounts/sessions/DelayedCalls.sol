// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionBytes} from "./SessionBytes.sol";

/**
 * @title Calls that a manager makes an account wait for
 * @dev A session cannot schedule, so such a call would only ever fail. Never asked in validation (ERC-7562).
 */
library DelayedCalls {
    using SessionBytes for bytes;

    /// @dev Reverts with the first action of a well-formed session that its target's manager would delay now.
    function check(bytes calldata session, address account) internal view {
        (uint256 cursor, uint256 count) = session.actions();
        for (uint256 i = 0; i < count; ++i) {
            (address target, bytes4 selector, , uint256 next) = session.actionAt(cursor);
            (bool immediate, uint32 delay) = _canCall(account, target, selector);
            if (!immediate && delay != 0) {
                revert ISessionValidator.SessionValidatorDelayedCall(target, selector, delay);
            }
            cursor = next;
        }
    }

    /// @dev Where there is no manager to ask, nothing is delayed.
    function _canCall(address account, address target, bytes4 selector) private view returns (bool, uint32) {
        (bool success, bytes memory answer) = target.staticcall(abi.encodeCall(IAccessManaged.authority, ()));
        if (!success || answer.length != 32 || uint256(bytes32(answer)) > type(uint160).max) return (true, 0);
        address manager = address(uint160(uint256(bytes32(answer))));
        if (manager.code.length == 0) return (true, 0);
        return AuthorityUtils.canCallWithDelay(manager, account, target, selector);
    }
}
