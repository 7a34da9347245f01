// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ArgumentRules} from "./ArgumentRules.sol";
import {SessionBytes} from "./SessionBytes.sol";
import {SessionSignature} from "./SessionSignature.sol";
import {TokenSpending} from "./TokenSpending.sol";

/**
 * @title The commonest operation, judged for less gas
 * @dev A shortcut through {SessionScope} and {SessionSignature}, which stay the rules: what passes here passes there, with
 * the same result, as a test over any terms and operations shows. What does not is judged, and refused, by them.
 *
 * Simple is: a granted session of an EOA's key, without uses, gas in total, period and paymaster; one call with data and
 * without value; on a capped token, a transfer; no cap with an amount to co-sign; no signature of the owner's.
 */
library SimpleOperation {
    using SessionBytes for bytes;

    /**
     * @dev What validation returns, or 0. The session is granted under `id`, `field` was read by
     * {SessionSignature-sessionOf}, the callData accepted by {ScopedCalls-decodeOperation}. Numbers are positions in
     * calldata, and what they are compared with is as wide as the field, so that no sum overflows.
     */
    function judge(
        PackedUserOperation calldata op,
        bytes32 userOpHash,
        bytes32 id,
        bytes calldata field,
        bytes calldata session
    ) internal view returns (uint256) {
        unchecked {
            // maxGasTotal, period, paymaster and the length of the signer, side by side.
            if (session.wordAt(32) != 20) return 0;
            // No signature of the owner's, and one of a key.
            if (field.wordAt(0) >> 208 != session.length << 32) return 0;
            if (field.length != 6 + session.length + 65) return 0;
            uint256 head = session.wordAt(0);
            // maxUses.
            if (uint32(head) != 0) return 0;
            if (uint128(uint256(op.gasFees)) > uint64(head >> 64)) return 0;
            // The gas limits; below, where callData begins.
            uint256 word = uint256(op.accountGasLimits);
            if (op.preVerificationGas > type(uint64).max) return 0;
            if ((word >> 128) + uint128(word) + op.preVerificationGas > uint32(head >> 32)) return 0;
            assembly ("memory-safe") {
                // The length of paymasterAndData; then callData without its length.
                head := mul(head, iszero(calldataload(add(op, calldataload(add(op, 0xe0))))))
                word := add(add(op, calldataload(add(op, 0x60))), 0x20)
            }
            if (head == 0) return 0;
            if (!_isInScope(session, word, id)) return 0;
            bytes calldata key = field.slice(6 + session.length, 65);
            if (!SessionSignature.isKeys(session.addressAt(64), userOpHash, key)) return 0;
            return (uint256(uint48(head >> 128)) << 160) | (uint256(uint48(head >> 176)) << 208);
        }
    }

    /// @dev `begin` is where the operation's callData begins.
    function _isInScope(bytes calldata session, uint256 begin, bytes32 id) private pure returns (bool) {
        unchecked {
            // Mode single, and no value.
            if (_load(begin + 0x44) | _load(begin + 0xb8) != 0) return false;
            bytes calldata data;
            assembly ("memory-safe") {
                data.offset := add(begin, 0xd8)
                data.length := sub(calldataload(add(begin, 0x84)), 52)
            }
            // Target and selector, as an action begins.
            uint256 wanted = _load(begin + 0xa4) >> 96;
            uint256 cursor = 84;
            uint256 counted = 0;
            for (uint256 left = session.uint8At(cursor++); left != 0; --left) {
                // Asset and perCall, side by side.
                uint256 cap = session.wordAt(cursor);
                if (cap >> 96 == wanted) {
                    if (data.length != 68) return false;
                    if (data.wordAt(0) >> 224 != uint32(TokenSpending.TRANSFER)) return false;
                    uint256 most = uint96(cap);
                    if (data.wordAt(36) > (most == 0 ? type(uint96).max : most)) return false;
                }
                // total, which is all that may be counted, and coSignAbove.
                counted |= session.wordAt(cursor + 32) >> 160;
                if (uint96(session.wordAt(cursor + 36)) != 0) return false;
                cursor += SessionBytes.CAP;
            }
            if (_load(begin + 0x24) != (counted == 0 ? 0 : uint256(id))) return false;

            if (data.length < 4) return false;
            wanted = (wanted << 32) | (data.wordAt(0) >> 224);
            // Selector 0 is a call without data.
            if (uint32(wanted) == 0) return false;
            for (uint256 left = session.uint8At(cursor++); left != 0; --left) {
                uint256 action = session.wordAt(cursor);
                cursor += SessionBytes.ACTION;
                uint256 rules = uint16(action >> 48);
                if (action >> 64 == wanted) {
                    if (rules == 0 || ArgumentRules.areKept(session, cursor, cursor + rules, data)) return true;
                }
                cursor += rules;
            }
            return false;
        }
    }

    function _load(uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }
}
