// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {OwnerForm} from "./OwnerForm.sol";

/**
 * @title Reads and judges what an account commits to
 * @notice The layout is in {IGuardianRecovery}. The readers trust that {check} once accepted the terms, which the
 * commitment proves.
 */
library RecoveryTerms {
    /// @dev Bytes before the first guardian.
    uint256 internal constant HEADER = 68;
    uint256 internal constant MOST_GUARDIANS = 32;
    /// @dev Seconds between the longest recovery and the first moment a change can rule.
    uint256 internal constant CHANGE_MARGIN = 1 days;

    function threshold(bytes calldata terms) internal pure returns (uint256) {
        return _wordAt(terms, 0) >> 240;
    }

    function delay(bytes calldata terms) internal pure returns (uint256) {
        return uint32(_wordAt(terms, 0) >> 208);
    }

    function expiry(bytes calldata terms) internal pure returns (uint256) {
        return uint32(_wordAt(terms, 0) >> 176);
    }

    function vetoes(bytes calldata terms) internal pure returns (uint256) {
        return uint8(_wordAt(terms, 0) >> 168);
    }

    function refill(bytes calldata terms) internal pure returns (uint256) {
        return uint32(_wordAt(terms, 0) >> 136);
    }

    /// @dev Seconds a freeze lasts.
    function freezeTime(bytes calldata terms) internal pure returns (uint256) {
        return uint32(_wordAt(terms, 0) >> 104);
    }

    function freezeRest(bytes calldata terms) internal pure returns (uint256) {
        return uint32(_wordAt(terms, 0) >> 72);
    }

    function quarantine(bytes calldata terms) internal pure returns (uint256) {
        return uint32(_wordAt(terms, 0) >> 40);
    }

    /// @dev Wei.
    function quarantineLimit(bytes calldata terms) internal pure returns (uint256) {
        return _wordAt(terms, 27) >> 128;
    }

    /// @dev 0 for Portcullis's own accounts.
    function target(bytes calldata terms) internal pure returns (address) {
        return address(uint160(_wordAt(terms, 43) >> 96));
    }

    function selector(bytes calldata terms) internal pure returns (bytes4) {
        return bytes4(bytes32(_wordAt(terms, 63)));
    }

    /// @dev How the target takes the owner: 0 as `bytes`, 1 as `address`.
    function form(bytes calldata terms) internal pure returns (uint256) {
        return _wordAt(terms, 67) >> 248;
    }

    /// @dev Whether {IGuardianRecovery-finalize} needs more than the request has.
    function isNeededAtEnd(bytes calldata terms) internal pure returns (bool) {
        return quarantine(terms) != 0 || target(terms) != address(0);
    }

    /// @dev Longer than the delay of a final request and its expiry: whoever sees the change can still recover first.
    function changeWait(bytes calldata terms) internal pure returns (uint256) {
        return 2 * delay(terms) + expiry(terms) + CHANGE_MARGIN;
    }

    /// @dev keccak256(data), in memory that stays free.
    function hash(bytes calldata data) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, data.offset, data.length)
            result := keccak256(free, data.length)
        }
    }

    /// @dev The guardian at byte `cursor`, and where the next one is.
    function guardianAt(
        bytes calldata terms,
        uint256 cursor
    ) internal pure returns (uint256 weight, bytes calldata signer, uint256 next) {
        uint256 word = _wordAt(terms, cursor);
        weight = word >> 248;
        uint256 length = uint16(word >> 232);
        assembly ("memory-safe") {
            signer.offset := add(add(terms.offset, cursor), 3)
            signer.length := length
        }
        unchecked {
            next = cursor + 3 + length;
        }
    }

    /// @dev Of all guardians.
    function totalWeight(bytes calldata terms) internal pure returns (uint256 total) {
        uint256 cursor = HEADER;
        while (cursor < terms.length) {
            (uint256 weight, , uint256 next) = guardianAt(terms, cursor);
            total += weight;
            cursor = next;
        }
    }

    /// @dev Reverts, saying why, where `account` cannot have these terms.
    function check(bytes calldata terms, address account) internal view {
        if (terms.length < HEADER) revert IGuardianRecovery.RecoveryMalformedTerms(terms.length);
        _checkTimes(terms);
        _checkTarget(terms);

        uint256 total = _checkGuardians(terms, account);
        uint256 needed = threshold(terms);
        if (needed == 0 || needed > total) revert IGuardianRecovery.RecoveryInvalidThreshold(needed, total);
    }

    // --- Private ---

    function _checkTimes(bytes calldata terms) private pure {
        _checkRange(2, delay(terms), 1 hours, 90 days);
        _checkRange(6, expiry(terms), 1 hours, 90 days);
        _checkRange(10, vetoes(terms), 1, 32);
        // Else who vetoes at the last moment, each time, would never run out; nor would who asks each time.
        _checkRange(11, refill(terms), 2 * changeWait(terms), 3660 days);
        _checkRange(15, freezeTime(terms), 0, 14 days);
        _checkRange(19, freezeRest(terms), freezeTime(terms), 366 days);
        _checkRange(23, quarantine(terms), 0, 90 days);
    }

    function _checkRange(uint256 position, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert IGuardianRecovery.RecoveryInvalidTerm(position, value, least, most);
    }

    /// @dev Other accounts than ours have neither freeze nor quarantine.
    function _checkTarget(bytes calldata terms) private view {
        address target_ = target(terms);
        if (target_ == address(0)) {
            if (selector(terms) != 0 || form(terms) != 0) revert IGuardianRecovery.RecoveryMalformedTerms(63);
            return;
        }
        if (target_ == address(this) || target_.code.length == 0) {
            revert IGuardianRecovery.RecoveryInvalidTarget(target_);
        }
        _checkRange(15, freezeTime(terms), 0, 0);
        _checkRange(23, quarantine(terms), 0, 0);
        _checkRange(67, form(terms), 0, 1);
    }

    function _checkGuardians(bytes calldata terms, address account) private view returns (uint256 total) {
        bytes32 last;
        uint256 cursor = HEADER;
        for (uint256 i = 0; cursor < terms.length; ++i) {
            (uint256 weight, bytes calldata signer, uint256 next) = guardianAt(terms, cursor);
            if (next > terms.length) revert IGuardianRecovery.RecoveryMalformedTerms(cursor);
            bytes32 id = keccak256(signer);
            if (weight == 0 || id <= last || i == MOST_GUARDIANS || !_canSign(signer, account)) {
                revert IGuardianRecovery.RecoveryInvalidGuardian(i);
            }
            total += weight;
            (last, cursor) = (id, next);
        }
    }

    /// @dev An account that guards itself would guard nothing. A contract may be deployed later.
    function _canSign(bytes calldata signer, address account) private view returns (bool) {
        if (signer.length != 20) return OwnerForm.isVerifiable(signer);
        address key = address(bytes20(signer));
        return key != address(0) && key != account && key != address(this);
    }

    /// @dev Like `uint256(bytes32(terms[position:]))`, without its checks: what is read is in the terms, or judged after.
    function _wordAt(bytes calldata terms, uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(terms.offset, position))
        }
    }
}
