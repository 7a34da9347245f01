// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISmartAccount} from "../ISmartAccount.sol";
import {ScopedCalls} from "../ScopedCalls.sol";
import {SessionBytes} from "./SessionBytes.sol";
import {SessionFixture} from "./SessionFixture.t.sol";
import {SessionForm} from "./SessionForm.sol";
import {SessionScope} from "./SessionScope.sol";
import {SessionSignature} from "./SessionSignature.sol";
import {SessionWord, SessionWords} from "./SessionWord.sol";
import {SimpleOperation} from "./SimpleOperation.sol";

/// @dev The shortcut and the rules, side by side. @dev Trust: test only.
contract SimpleOperationReader {
    using SessionBytes for bytes;

    error Counted();
    error NeedsOwner();

    /// @dev What was made sure before either is asked: the session's form when granted, the calls' by the account.
    function requireAccepted(PackedUserOperation calldata op, address validator, address account) external view {
        ScopedCalls.decodeOperation(op.callData, validator);
        SessionForm.check(SessionSignature.sessionOf(op.signature), account, address(1));
    }

    function judge(PackedUserOperation calldata op, bytes32 hash, bytes32 id) external view returns (uint256) {
        return SimpleOperation.judge(op, hash, id, op.signature, SessionSignature.sessionOf(op.signature));
    }

    function judgePlainly(PackedUserOperation calldata op, bytes32 hash, bytes32 id) external view returns (uint256) {
        bytes calldata session = SessionSignature.sessionOf(op.signature);
        SessionWord word = SessionWords.create(0);
        SessionWord next = SessionScope.count(op, session, word);
        if (SessionWord.unwrap(next) != SessionWord.unwrap(word)) revert Counted();
        (, uint256 amount, uint256 above) = SessionScope.check(op, id, session);
        if (amount > above) revert NeedsOwner();
        bool signed = SessionSignature.isSigned(session.signer(), hash, SessionSignature.keyOf(op.signature));
        return SessionScope.window(session, op.nonce) | (signed ? 0 : 1);
    }
}

contract SimpleOperationTest is SessionFixture {
    bytes32 private constant HASH = keccak256("operation");
    bytes32 private constant ID = keccak256("session");

    SimpleOperationReader private _reader;
    /// @dev What {_choose} takes its bits from.
    uint256 private _dice;

    function setUp() public override {
        super.setUp();
        _reader = new SimpleOperationReader();
    }

    /// @dev The rule the shortcut lives by: terms and operations near the simple one, each with a byte changed somewhere.
    function test_whatPassesPassesTheRulesToo(uint256 dice) public {
        for (uint256 i = 0; i < 8; ++i) {
            _dice = uint256(keccak256(abi.encode(dice, i)));
            _compare(_anyOperation());
        }
    }

    /// @dev Else the test above would hold of a shortcut that nothing passes.
    function test_simpleOperationsPass(uint96 cap, uint96 amount) public {
        Terms memory terms = _transfers(cap, 0, 0);
        bool allowed = cap == 0 || amount <= cap;
        if (cap == 0) terms = _transfers(0, 1, 0);
        PackedUserOperation memory op = _signed(_session(terms), cap == 0 ? ID : bytes32(0), SINGLE, _transfer(amount));
        assertTrue((_judge(op) != 0) == allowed, "within the cap");
        _compare(op);
        _compare(_signed(_session(_sets()), 0, SINGLE, _set(amount)));
        assertTrue(_judge(_signed(_session(_sets()), 0, SINGLE, _set(amount))) != 0, "no cap");
    }

    /// @dev One difference each from the operation that passes.
    function test_nothingElsePasses() public {
        bytes memory plain = _session(_transfers(100, 0, 0));
        bytes memory transfer = _transfer(100);
        assertTrue(_judge(_signed(plain, 0, SINGLE, transfer)) != 0, "the simple one");
        assertEq(_judge(_signed(plain, 0, SINGLE, _transfer(101))), 0, "above the cap");
        assertEq(_judge(_signed(plain, ID, SINGLE, transfer)), 0, "a context of nothing counted");
        assertEq(_judge(_signed(_session(_transfers(0, 100, 0)), 0, SINGLE, transfer)), 0, "no context");
        assertEq(_judge(_signed(plain, 0, BATCH, _transferBatch(1, 1))), 0, "batch");
        assertEq(_judge(_signed(plain, 0, SINGLE, abi.encodePacked(transfer, bytes1(0)))), 0, "a byte more");
        assertEq(_judge(_signed(plain, 0, SINGLE, _set(1))), 0, "another target");
        bytes memory valued = abi.encodePacked(address(target), uint256(1), abi.encodeCall(target.set, (1)));
        assertEq(_judge(_signed(_session(_sets()), 0, SINGLE, valued)), 0, "value");
        Terms memory terms = _transfers(100, 0, 0);
        terms.paymaster = address(1);
        assertEq(_judge(_signed(_session(terms), 0, SINGLE, transfer)), 0, "a paymaster it must have");
        PackedUserOperation memory op = _signed(plain, 0, SINGLE, transfer);
        op.paymasterAndData = new bytes(52);
        assertEq(_judge(op), 0, "a paymaster");
        op = _signed(plain, 0, SINGLE, transfer);
        op.gasFees = bytes32(uint256(10 gwei + 1));
        assertEq(_judge(op), 0, "fee");
        op = _signed(plain, 0, SINGLE, transfer);
        op.preVerificationGas = 10_000_000;
        assertEq(_judge(op), 0, "gas");
        op = _signed(plain, 0, SINGLE, transfer);
        op.signature[op.signature.length - 10] ^= bytes1(uint8(1));
        assertEq(_judge(op), 0, "signature");
        op = _signed(plain, 0, SINGLE, transfer);
        op.signature = abi.encodePacked(op.signature, bytes1(0));
        assertEq(_judge(op), 0, "a longer signature");
        op = _signed(plain, 0, SINGLE, transfer);
        op.signature[5] = bytes1(uint8(1));
        assertEq(_judge(op), 0, "a byte of the key's signature as the owner's");
        terms = _cap(_may(_terms(), address(token), token.transfer.selector, ""), address(token), 0, 1000, 0, 99);
        assertEq(_judge(_signed(_session(terms), ID, SINGLE, transfer)), 0, "the owner's to sign");
        terms = _may(_terms(), address(token), token.transfer.selector, _rule());
        terms = _cap(terms, address(token), 100, 0, 0, 0);
        assertEq(_judge(_signed(_session(terms), 0, SINGLE, transfer)), 0, "a rule");
    }

    // --- Private ---

    function _judge(PackedUserOperation memory op) private view returns (uint256) {
        return _reader.judge(op, HASH, ID);
    }

    function _compare(PackedUserOperation memory op) private view {
        try _reader.requireAccepted(op, address(sessions), address(account)) {} catch {
            return;
        }
        uint256 simple = _judge(op);
        if (simple == 0) return;
        try _reader.judgePlainly(op, HASH, ID) returns (uint256 plain) {
            assertEq(simple, plain, "the same answer");
        } catch {
            assertTrue(false, "the rules refuse it");
        }
    }

    /// @dev The first argument is at least 2^255.
    function _rule() private pure returns (bytes memory) {
        return abi.encodePacked(uint8(5), uint8(1), uint8(0), uint8(1), uint256(1) << 255);
    }

    function _signed(
        bytes memory session,
        bytes32 context,
        bytes32 mode,
        bytes memory execution
    ) private view returns (PackedUserOperation memory op) {
        op = _draftWith(
            abi.encodeCall(ISmartAccount.executeAdmitted, (address(sessions), context, mode, execution)),
            0
        );
        op.signature = _pack(session, "", "", _ecdsa(SESSION_KEY, HASH));
    }

    function _anyOperation() private returns (PackedUserOperation memory op) {
        op = _signed(_anySession(), _choose(4) == 0 ? bytes32(0) : ID, _choose(8) == 0 ? BATCH : SINGLE, _anyCalls());
        if (_choose(8) == 0) op.gasFees = bytes32(_choose(12 gwei));
        if (_choose(8) == 0) op.preVerificationGas = _choose(2) == 0 ? type(uint256).max : _choose(12_000_000);
        if (_choose(8) == 0) op.paymasterAndData = new bytes(_choose(60));
        if (_choose(4) == 0) op.callData = _changed(op.callData);
        if (_choose(4) == 0) op.signature = _changed(op.signature);
    }

    function _anySession() private returns (bytes memory) {
        Terms memory terms = _terms();
        terms.validAfter = uint48(_choose(2));
        if (_choose(8) == 0) terms.maxUses = 3;
        if (_choose(8) == 0) terms.maxGasTotal = type(uint48).max;
        if (_choose(8) == 0) terms.paymaster = address(type(uint160).max);
        if (_choose(8) == 0) terms.signer = abi.encodePacked(terms.signer, bytes1(0));
        if (_choose(8) == 0) terms = _cap(terms, address(0), 5, 0, 0, 0);
        if (_choose(2) == 0)
            terms = _may(terms, address(target), target.set.selector, _choose(2) == 0 ? _rule() : bytes(""));
        if (_choose(4) != 0) {
            uint96 period = _choose(8) == 0 ? 50 : 0;
            if (period != 0) terms.period = 1000;
            uint96 total = _choose(2) == 0 ? 0 : uint96(_choose(100));
            uint96 above = _choose(4) == 0 ? uint96(_choose(20)) : 0;
            terms = _cap(terms, address(token), uint96(_choose(100)) + 1, total, period, above);
        }
        bytes4 selector = _choose(4) == 0 ? token.approve.selector : token.transfer.selector;
        terms = _may(terms, address(token), selector, _choose(4) == 0 ? _rule() : bytes(""));
        if (_choose(2) == 0) terms = _may(terms, address(token), token.transfer.selector, "");
        return _session(terms);
    }

    function _anyCalls() private returns (bytes memory) {
        if (_choose(8) == 0) return _transferBatch(1 + _choose(2), _choose(120));
        if (_choose(4) == 0) return _set(_choose(2) == 0 ? 1 : type(uint256).max);
        if (_choose(8) == 0) return abi.encodePacked(address(token), _choose(8), token.transfer.selector);
        if (_choose(8) == 0) {
            return abi.encodePacked(address(token), uint256(0), abi.encodeCall(token.approve, (SHOP, _choose(120))));
        }
        return _transfer(_choose(120));
    }

    function _changed(bytes memory data) private returns (bytes memory) {
        data[_choose(data.length)] ^= bytes1(uint8(1 << _choose(8)));
        return data;
    }

    function _choose(uint256 among) private returns (uint256 chosen) {
        _dice = uint256(keccak256(abi.encode(_dice)));
        return _dice % among;
    }
}
