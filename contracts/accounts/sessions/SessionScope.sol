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
 * @dev Reverts with what is out of scope. Runs in every operation: the session was checked when it was granted and the
 * operation's calls by the account, so that nothing here is bounds-checked again, and nothing is read twice.
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
        uint256 head = session.wordAt(0);
        uint256 fee = uint128(uint256(op.gasFees));
        if (fee > uint64(head >> 64)) revert ISessionValidator.SessionValidatorFeeTooHigh(fee, uint64(head >> 64));
        uint256 rest = session.wordAt(32);
        uint256 gas = _gasOf(op, address(uint160(rest >> 16)));
        if (gas > uint32(head >> 32)) revert ISessionValidator.SessionValidatorGasTooHigh(gas, uint32(head >> 32));
        uint256 most = rest >> 208;
        if (most != 0) {
            gas += word.gasUsed();
            if (gas > most) revert ISessionValidator.SessionValidatorGasUsedUp(gas, most);
            word = word.withGasUsed(uint48(gas));
        }
        uint32 uses = uint32(head);
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

    /**
     * @dev The session's window, as validation returns it; where caps are per period, its part in the period that the
     * nonce names.
     */
    function window(bytes calldata session, uint256 nonce) internal pure returns (uint256) {
        unchecked {
            uint256 head = session.wordAt(0);
            (uint256 from, uint256 until) = (uint48(head >> 176), uint48(head >> 128));
            uint256 length = session.period();
            if (length == 0) return (until << 160) | (from << 208);
            // Both of 32 bits, so that the products do not overflow.
            uint256 number = uint32(nonce >> 64);
            uint256 first = number * length;
            if (first > until || first + length <= from) {
                revert ISessionValidator.SessionValidatorInvalidPeriod(number);
            }
            uint256 last = first + length - 1;
            if (first > from) from = first;
            if (last < until) until = last;
            return (until << 160) | (from << 208);
        }
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
        bool coSigned = false;
        // maxUses and maxGasTotal, side by side.
        uint256 counted = session.wordAt(28) >> 176;
        for (uint256 i = 0; i != calls;) {
            (address target, uint256 value, bytes calldata data) = ScopedCalls.callAt(mode, execution, i);
            _checkAction(session, i, target, data);
            uint256 terms = _checkCaps(session, i, target, value, data);
            unchecked {
                ++i;
            }
            counted |= terms >> 96;
            if (uint96(terms) != 0) coSigned = true;
        }
        if (counted == 0) id = 0;
        if (context != id) revert ISessionValidator.SessionValidatorForeignContext(context, id);
        if (!coSigned) return (address(0), 0, 0);
        return _findAbove(session, mode, execution);
    }

    function _checkAction(bytes calldata session, uint256 index, address target, bytes calldata data) private pure {
        unchecked {
            (uint256 cursor, uint256 left) = session.actions();
            uint256 selector = data.length < 4 ? 0 : data.wordAt(0) >> 224;
            // Selector 0 stands for a call without data, and for nothing else.
            if ((selector == 0) != (data.length == 0)) left = 0;
            // As an action begins.
            uint256 wanted = (uint256(uint160(target)) << 32) | selector;
            bool inScope = false;
            for (; left != 0; --left) {
                uint256 action = session.wordAt(cursor);
                cursor += SessionBytes.ACTION;
                uint256 next = cursor + uint16(action >> 48);
                if (action >> 64 == wanted) {
                    if (next == cursor || ArgumentRules.areKept(session, cursor, next, data)) return;
                    inScope = true;
                }
                cursor = next;
            }
            bytes4 refused = bytes4(uint32(selector));
            if (inScope) revert ISessionValidator.SessionValidatorForbiddenArgument(index, target, refused);
            revert ISessionValidator.SessionValidatorForbiddenCall(index, target, refused);
        }
    }

    /// @dev Refuses a call above a cap per call. Returns total, perPeriod and coSignAbove of all caps, not 0 where one's is.
    function _checkCaps(
        bytes calldata session,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data
    ) private pure returns (uint256 terms) {
        unchecked {
            (uint256 cursor, uint256 left) = session.caps();
            uint256 native = value;
            for (; left != 0; --left) {
                address asset = session.addressAt(cursor);
                if (asset == address(0)) native = 0;
                uint256 amount = _spending(asset, index, target, value, data);
                uint256 most = session.uint96At(cursor + 20);
                // Amounts above 96 bits pass no cap, so that sums cannot overflow.
                if (most == 0) most = type(uint96).max;
                if (amount > most) revert ISessionValidator.SessionValidatorCapExceeded(asset, amount, most);
                terms |= session.wordAt(cursor + 36);
                // The part of total that does not fit beside the others.
                terms |= (session.wordAt(cursor + 32) >> 224) << 96;
                cursor += SessionBytes.CAP;
            }
            // Without a cap of its own, native value does not move.
            if (native != 0) revert ISessionValidator.SessionValidatorCapExceeded(address(0), native, 0);
        }
    }

    /// @dev The first asset of whose amounts the operation takes more than the owner lets it alone; else nothing.
    function _findAbove(
        bytes calldata session,
        bytes32 mode,
        bytes calldata execution
    ) private pure returns (address, uint256, uint256) {
        uint256 calls = ScopedCalls.count(mode, execution);
        (uint256 cursor, uint256 left) = session.caps();
        for (; left != 0; --left) {
            address asset = session.addressAt(cursor);
            uint256 most = session.uint96At(cursor + 56);
            cursor += SessionBytes.CAP;
            if (most == 0) continue;
            uint256 sum = 0;
            for (uint256 i = 0; i < calls; ++i) {
                (address target, uint256 value, bytes calldata data) = ScopedCalls.callAt(mode, execution, i);
                sum += _spending(asset, i, target, value, data);
            }
            if (sum > most) return (asset, sum, most);
        }
        return (address(0), 0, 0);
    }

    /// @dev What one call takes from one asset. Only what is understood passes.
    function _spending(
        address asset,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data
    ) private pure returns (uint256 amount) {
        if (asset == address(0)) return value;
        if (target != asset || data.length == 0) return 0;
        bool understood;
        (understood, amount) = TokenSpending.amountOf(data);
        if (!understood) {
            bytes4 selector = bytes4(bytes32(data.wordAt(0)));
            revert ISessionValidator.SessionValidatorForbiddenArgument(index, target, selector);
        }
    }
}
