// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertions} from "../../../test/contracts/Assertions.sol";
import {ArgumentRules} from "./ArgumentRules.sol";

/// @dev Gives the library calldata.
contract RuleReader {
    function areWellFormed(bytes calldata rules) external pure returns (bool) {
        return ArgumentRules.areWellFormed(rules, 0, rules.length);
    }

    function areKept(bytes calldata rules, bytes calldata data) external pure returns (bool) {
        return ArgumentRules.areKept(rules, 0, rules.length, data);
    }
}

/// @dev A function with arguments of every kind, so that paths are judged against Solidity's own encoder.
interface IEveryKind {
    struct Inner {
        bytes path;
        address recipient;
        uint256[] amounts;
    }

    function call(uint256 a, bytes calldata b, uint256[] calldata c, Inner calldata d) external;
}

contract ArgumentRulesTest is Assertions {
    RuleReader private _reader;

    function setUp() public {
        _reader = new RuleReader();
    }

    function test_operatorsCompareUnsigned(uint256 a, uint256 value, uint256 high) public view {
        assertTrue(_keeps(0, a, value) == (a == value), "equal");
        assertTrue(_keeps(1, a, value) == (a != value), "not equal");
        assertTrue(_keeps(2, a, value) == (a < value), "less");
        assertTrue(_keeps(3, a, value) == (a <= value), "at most");
        assertTrue(_keeps(4, a, value) == (a > value), "more");
        assertTrue(_keeps(5, a, value) == (a >= value), "at least");
        bytes memory two = abi.encodePacked(uint8(1), uint8(0), uint8(2), value, high);
        bytes memory data = abi.encodePacked(bytes4(0x11223344), a);
        assertTrue(_reader.areKept(abi.encodePacked(uint8(6), two), data) == (a >= value && a <= high), "range");
        assertTrue(_reader.areKept(abi.encodePacked(uint8(7), two), data) == (a == value || a == high), "one of");
        assertTrue(_keeps(0, a, a) && _keeps(3, a, a) && _keeps(5, a, a), "equal to itself");
    }

    function test_allRulesHoldTogether(uint256 a) public view {
        bytes memory both = abi.encodePacked(_rule(5, _path(0), 10), _rule(3, _path(0), 20));
        assertTrue(_reader.areKept(both, abi.encodePacked(bytes4(0), a)) == (a >= 10 && a <= 20), "between");
        assertTrue(_reader.areKept("", abi.encodePacked(bytes4(0), a)), "no rule");
    }

    function test_pathsReadWhatSolidityEncodes(
        uint256 a,
        bytes calldata b,
        uint256[] calldata c,
        bytes calldata path,
        address recipient
    ) public view {
        uint256[] memory amounts = new uint256[](2);
        (amounts[0], amounts[1]) = (a, c.length);
        IEveryKind.Inner memory inner = IEveryKind.Inner(path, recipient, amounts);
        bytes memory data = abi.encodeCall(IEveryKind.call, (a, b, c, inner));

        _assertReads(data, _path(0), a, "a static argument");
        _assertReads(data, _path(1, 0), b.length, "the length of bytes");
        _assertReads(data, _path(2, 0), c.length, "the length of an array");
        if (c.length > 0)
            _assertReads(data, _path(2, c.length % 200 == 0 ? 1 : c.length % 200), _element(c), "an element");
        _assertReads(data, _path(3, 1), uint160(recipient), "a field of a struct");
        _assertReads(data, abi.encodePacked(uint8(3), uint8(3), uint8(2), uint8(2)), c.length, "deeper");
        _assertHash(data, abi.encodePacked(uint8(1), uint8(1)), keccak256(b), "bytes");
        _assertHash(data, abi.encodePacked(uint8(2), uint8(3), uint8(0)), keccak256(path), "bytes in a struct");
    }

    /// @dev Whatever the data: no revert, and nothing outside of it is read.
    function test_strangeDataIsRefusedQuietly(bytes calldata data, uint8 first, uint8 second) public view {
        _reader.areKept(_rule(0x80, _path(first, second), 1), data);
        if (data.length < 36) assertFalse(_reader.areKept(_rule(5, _path(0), 0), data), "short");
    }

    function test_offsetsThatOverflowAreNotFollowed() public view {
        bytes memory data = abi.encodePacked(bytes4(0), type(uint256).max - 3, uint256(7));
        assertFalse(_reader.areKept(_rule(5, _path(0, 0), 0), data), "wraps around");
        data = abi.encodePacked(bytes4(0), uint256(32), type(uint256).max);
        assertFalse(_reader.areKept(_rule(0x81, _path(0), 0), data), "a length that wraps around");
    }

    function test_onlyWellFormedRulesPass() public view {
        assertTrue(_reader.areWellFormed(""), "none");
        assertTrue(_reader.areWellFormed(_rule(0, _path(0), 1)), "one");
        assertTrue(_reader.areWellFormed(_rule(0x87, _path(0), 1)), "one of hashes");
        assertFalse(_reader.areWellFormed(_rule(8, _path(0), 1)), "no such operator");
        assertFalse(_reader.areWellFormed(_rule(0x82, _path(0), 1)), "a hash is not less");
        assertFalse(_reader.areWellFormed(_rule(6, _path(0), 1)), "half a range");
        assertFalse(_reader.areWellFormed(_rule(0, hex"00", 1)), "no path");
        assertFalse(_reader.areWellFormed(abi.encodePacked(_rule(0, _path(0), 1), uint8(0))), "a byte more");
        bytes memory backwards = abi.encodePacked(uint8(6), uint8(1), uint8(0), uint8(2), uint256(2), uint256(1));
        assertFalse(_reader.areWellFormed(backwards), "a range that ends before it begins");
        assertFalse(_reader.areWellFormed(abi.encodePacked(uint8(7), uint8(1), uint8(0), uint8(0))), "one of none");
    }

    // --- Private ---

    function _path(uint256 first) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(1), uint8(first));
    }

    function _path(uint256 first, uint256 second) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(2), uint8(first), uint8(second));
    }

    function _rule(uint8 operator, bytes memory path, uint256 value) private pure returns (bytes memory) {
        return abi.encodePacked(operator, path, uint8(1), value);
    }

    function _keeps(uint8 operator, uint256 a, uint256 value) private view returns (bool) {
        return _reader.areKept(_rule(operator, _path(0), value), abi.encodePacked(bytes4(0x11223344), a));
    }

    function _element(uint256[] calldata list) private pure returns (uint256) {
        uint256 index = list.length % 200 == 0 ? 1 : list.length % 200;
        return list[index - 1];
    }

    function _assertReads(bytes memory data, bytes memory path, uint256 expected, string memory what) private view {
        assertTrue(_reader.areKept(_rule(0, path, expected), data), what);
        unchecked {
            assertFalse(_reader.areKept(_rule(0, path, expected + 1), data), what);
        }
    }

    function _assertHash(bytes memory data, bytes memory path, bytes32 expected, string memory what) private view {
        assertTrue(_reader.areKept(_rule(0x80, path, uint256(expected)), data), what);
        assertFalse(_reader.areKept(_rule(0x81, path, uint256(expected)), data), what);
    }
}
