// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ScopedCalls} from "../ScopedCalls.sol";
import {ArgumentRules} from "./ArgumentRules.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionBytes} from "./SessionBytes.sol";
import {SessionWord} from "./SessionWord.sol";
import {TokenSpending} from "./TokenSpending.sol";

/**
 * @title What an operation may do under a session, as far as validation can tell
 * @dev Reverts with what is out of scope.
 */
library SessionScope {
    using SessionBytes for bytes;

    // --- Parts of the operation ---

    function signatureOf(PackedUserOperation calldata op) internal pure returns (bytes calldata) {
        return _part(op, 0x100);
    }

    /// @dev The `bytes` whose offset is at a position of the operation: `op.callData` without its bounds checks.
    function _part(PackedUserOperation calldata op, uint256 position) private pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            let start := add(op, calldataload(add(op, position)))
            part.offset := add(start, 0x20)
            part.length := calldataload(start)
        }
    }

    // --- Fees, gas and uses ---

    /// @dev The session's word after this operation.
    function count(
        PackedUserOperation calldata op,
        bytes calldata session,
        SessionWord word
    ) internal pure returns (SessionWord) {
        uint256 fee = uint128(uint256(op.gasFees));
        if (fee > session.maxFeePerGas()) {
            revert ISessionValidator.SessionValidatorFeeTooHigh(fee, session.maxFeePerGas());
        }
        uint256 gas = _gasOf(op, session.paymaster());
        if (gas > session.maxGasPerOperation()) {
            revert ISessionValidator.SessionValidatorGasTooHigh(gas, session.maxGasPerOperation());
        }
        uint256 most = session.maxGasTotal();
        if (most != 0) {
            gas += word.gasUsed();
            if (gas > most) revert ISessionValidator.SessionValidatorGasUsedUp(gas, most);
            word = word.withGasUsed(uint64(gas));
        }
        uint32 uses = session.maxUses();
        if (uses != 0) {
            if (word.used() >= uses) revert ISessionValidator.SessionValidatorUsedUp(uses);
            word = word.withUsed(word.used() + 1);
        }
        return word;
    }

    /// @dev Every gas limit of an operation, whoever pays.
    function _gasOf(PackedUserOperation calldata op, address allowed) private pure returns (uint256 gas) {
        bytes calldata sponsor = _part(op, 0xe0);
        uint256 limits = uint256(op.accountGasLimits);
        unchecked {
            // Two of 128 bits.
            gas = (limits >> 128) + uint128(limits);
            if (sponsor.length != 0) {
                address paymaster = sponsor.addressAt(0);
                bool any = allowed == SessionBytes.ANY_PAYMASTER;
                // No paymaster is at address 0, and the entry point refuses less than 52 bytes.
                if (sponsor.length < 52 || allowed == address(0) || (!any && paymaster != allowed)) {
                    revert ISessionValidator.SessionValidatorForbiddenPaymaster(paymaster);
                }
                limits = sponsor.wordAt(20);
                gas += (limits >> 128) + uint128(limits);
            } else if (allowed != address(0) && allowed != SessionBytes.ANY_PAYMASTER) {
                revert ISessionValidator.SessionValidatorForbiddenPaymaster(address(0));
            }
            uint256 before = op.preVerificationGas;
            return before > type(uint128).max ? before : gas + before;
        }
    }

    // --- Time ---

    /// @dev The session's window; where caps are per period, its part in the period that the nonce names.
    function window(bytes calldata session, uint256 nonce) internal pure returns (uint48 from, uint48 until) {
        (from, until) = (session.validAfter(), session.validUntil());
        uint256 length = session.period();
        if (length == 0) return (from, until);
        uint256 number = uint32(nonce >> 64);
        uint256 first = number * length;
        if (first > until || first + length <= from) revert ISessionValidator.SessionValidatorInvalidPeriod(number);
        uint256 last = first + length - 1;
        if (first > from) from = uint48(first);
        if (last < until) until = uint48(last);
    }

    // --- Calls ---

    /**
     * @dev Checks every call of an operation that {ScopedCalls-decodeOperation} accepted, as the account made sure. Where
     * one asset's amount in this operation is above what needs the owner, returns both.
     *
     * A session that counts anything on chain (uses, gas, or a cap over several operations) is named by its calls: no
     * other session of the same key can stand in for it, and {ISessionValidator-consume} is asked before they are made.
     */
    function check(
        PackedUserOperation calldata op,
        bytes32 id,
        bytes calldata session
    ) internal pure returns (address asset, uint256 amount, uint256 above) {
        (bytes32 context, bytes32 mode, bytes calldata execution) = ScopedCalls.readOperation(_part(op, 0x60));
        uint256 calls = ScopedCalls.count(mode, execution);
        unchecked {
            (uint256 cursor, uint256 end) = session.caps();
            end = cursor + end * SessionBytes.CAP;
            // The first call, read once: mostly there is no other.
            (address target, uint256 value, bytes calldata data) = ScopedCalls.callAt(mode, execution, 0);
            _checkAction(session, end, 0, target, data);
            uint256 native = value;
            for (uint256 i = 1; i < calls; ++i) {
                (address next, uint256 sent, bytes calldata nextData) = ScopedCalls.callAt(mode, execution, i);
                _checkAction(session, end, i, next, nextData);
                native |= sent;
            }
            uint256 counted = session.maxUses() | session.maxGasTotal();
            for (; cursor < end; cursor += SessionBytes.CAP) {
                // Asset and perCall, side by side.
                uint256 most = session.wordAt(cursor);
                address capped = address(uint160(most >> 96));
                if (capped == address(0)) native = 0;
                // total and perPeriod, side by side.
                counted |= session.wordAt(cursor + 32) >> 64;
                // Amounts above 96 bits pass no cap, so that the sum cannot overflow.
                most = uint96(most);
                if (most == 0) most = type(uint96).max;
                uint256 sum = _spending(capped, most, 0, target, value, data);
                for (uint256 i = 1; i < calls; ++i) {
                    (address next, uint256 sent, bytes calldata nextData) = ScopedCalls.callAt(mode, execution, i);
                    sum += _spending(capped, most, i, next, sent, nextData);
                }
                most = session.uint96At(cursor + 56);
                if (most != 0 && sum > most) (asset, amount, above) = (capped, sum, most);
            }
            // Without a cap of its own, native value does not move.
            if (native != 0) revert ISessionValidator.SessionValidatorCapExceeded(address(0), native, 0);
            if (counted == 0) id = 0;
            if (context != id) revert ISessionValidator.SessionValidatorForeignContext(context, id);
        }
    }

    /// @dev `cursor` is where the session's actions are.
    function _checkAction(
        bytes calldata session,
        uint256 cursor,
        uint256 index,
        address target,
        bytes calldata data
    ) private pure {
        unchecked {
            bytes4 selector = data.length < 4 ? bytes4(0) : bytes4(bytes32(data.wordAt(0)));
            // Selector 0 stands for a call without data, and for nothing else.
            bool inScope = false;
            uint256 actions = session.uint8At(cursor++);
            if ((selector == 0) != (data.length == 0)) actions = 0;
            for (uint256 i = 0; i < actions; ++i) {
                (address allowed, bytes4 function_, uint256 rules, uint256 next) = session.actionAt(cursor);
                if (allowed == target && function_ == selector) {
                    inScope = true;
                    if (ArgumentRules.areKept(session, rules, next, data)) return;
                }
                cursor = next;
            }
            if (inScope) revert ISessionValidator.SessionValidatorForbiddenArgument(index, target, selector);
            revert ISessionValidator.SessionValidatorForbiddenCall(index, target, selector);
        }
    }

    /// @dev What one call takes from one asset, `most` at most. Only what is understood passes.
    function _spending(
        address asset,
        uint256 most,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data
    ) private pure returns (uint256 amount) {
        if (asset == address(0)) {
            amount = value;
        } else {
            if (target != asset || data.length == 0) return 0;
            bool understood;
            (understood, amount) = TokenSpending.amountOf(data);
            if (!understood) {
                bytes4 selector = bytes4(bytes32(data.wordAt(0)));
                revert ISessionValidator.SessionValidatorForbiddenArgument(index, target, selector);
            }
        }
        if (amount > most) revert ISessionValidator.SessionValidatorCapExceeded(asset, amount, most);
    }
}
