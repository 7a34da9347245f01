// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IAccountExecute, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {ScopedCalls} from "../ScopedCalls.sol";
import {SmartAccount} from "../SmartAccount.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionFixture} from "./SessionFixture.t.sol";
import {SessionValidator} from "./SessionValidator.sol";

/// @dev A target that forwards anything, as routers and multicalls do.
contract Forwarder {
    error ForwardFailed(address target);

    function forward(address target, bytes calldata data) external {
        (bool success, ) = target.call(data);
        if (!success) revert ForwardFailed(target);
    }
}

/// @dev A token that sends another operation while it is being spent.
contract ReentrantToken {
    SessionAttacksTest private immutable TEST;
    uint256 public spent;
    bool public reentered;
    PackedUserOperation private _op;

    constructor(SessionAttacksTest test) {
        TEST = test;
    }

    function arm(PackedUserOperation calldata op) external {
        _op = op;
    }

    function transfer(address, uint256 amount) external returns (bool) {
        spent += amount;
        if (_op.sender != address(0)) {
            PackedUserOperation memory op = _op;
            delete _op;
            try TEST.handleExternally(op) returns (bool) {
                reentered = true;
            } catch {}
        }
        return true;
    }
}

/// @dev What a holder of a session's key tries.
contract SessionAttacksTest is SessionFixture {
    // --- Replaying the owner's grant ---

    function test_grantForOneSessionGrantsNoOther() public {
        bytes memory cheap = _session(_transfers(1, 0, 0));
        bytes memory dear = _session(_transfers(1_000_000, 0, 0));
        _assertFailed(
            _sign(_draft(dear, SINGLE, _transfer(1_000_000)), dear, _grantOf(cheap), ""),
            "AA24 signature error",
            "other terms"
        );
    }

    function test_grantForOneAccountGrantsNothingOnAnother() public {
        bytes memory session = _session(_sets());
        bytes memory grant_ = _grantOf(session);
        // The same owner's other account.
        account = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), bytes32(uint256(1)))));
        vm.deal(address(account), 10 ether);
        _assertFailed(_sign(_draft(session, SINGLE, _set(1)), session, grant_, ""), "AA24 signature error", "account");
    }

    function test_grantForOneChainGrantsNothingOnAnother() public {
        bytes memory session = _session(_sets());
        bytes memory grant_ = _grantOf(session);
        vm.chainId(777);
        // The entry point keeps its own chain's hash: what is judged here is the grant.
        vm.prank(address(account));
        bytes32 digest = sessions.grantDigest(address(account), session);
        assertFalse(account.isOwnerSignature(digest, grant_), "another chain's digest");
    }

    function test_grantForOneModuleGrantsNothingInAnother() public {
        bytes memory session = _session(_sets());
        bytes memory grant_ = _grantOf(session);
        sessions = new SessionValidator();
        assertTrue(_install(1, address(sessions), ""), "a second one");
        _assertFailed(_sign(_draft(session, SINGLE, _set(1)), session, grant_, ""), "AA24 signature error", "module");
    }

    /// @dev The owner's signature of an operation or message is no grant, and a grant is no operation.
    function test_ownerSignaturesOfOtherThingsAreNoGrant() public {
        bytes memory session = _session(_sets());
        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        bytes memory signature = _ecdsa(OWNER_KEY, _hashOf(ENTRY_POINT, op));
        _assertFailed(_sign(op, session, signature, ""), "AA24 signature error", "operation's signature");
        op.signature = _pack(session, "", "", signature);
        _assertRefused(op, ISessionValidator.SessionValidatorNotGranted.selector, "owner in the key's place");
    }

    // --- Fees and gas ---

    function test_feesAboveTheCeilingAreRefused() public {
        bytes memory session = _session(_sets());
        _grant(session);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        op.gasFees = bytes32((uint256(1) << 128) | (10 gwei + 1));
        _assertRefused(_sign(op, session, "", ""), ISessionValidator.SessionValidatorFeeTooHigh.selector, "fee");
    }

    function test_everyKindOfGasCounts() public {
        Terms memory terms = _sets();
        terms.maxGasPerOperation = 4_000_000;
        bytes memory session = _session(terms);
        _grant(session);
        bytes4 expected = ISessionValidator.SessionValidatorGasTooHigh.selector;
        assertTrue(_done(_use(session, _set(1))), "4,000,000");

        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        op.accountGasLimits = bytes32((uint256(2_000_001) << 128) | 2_000_000);
        _assertRefused(_sign(op, session, "", ""), expected, "verification gas");
        op = _draft(session, SINGLE, _set(1));
        op.accountGasLimits = bytes32((uint256(2_000_000) << 128) | 2_000_001);
        _assertRefused(_sign(op, session, "", ""), expected, "call gas");
        op = _draft(session, SINGLE, _set(1));
        op.preVerificationGas = 1;
        _assertRefused(_sign(op, session, "", ""), expected, "preVerificationGas");
    }

    function test_gasOfAPaymasterCounts() public {
        Terms memory terms = _sets();
        terms.maxGasPerOperation = 4_000_001;
        terms.paymaster = address(0x9a);
        bytes memory session = _session(terms);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        op.paymasterAndData = abi.encodePacked(address(0x9a), uint128(1), uint128(1));
        _grant(session);
        assertEq(
            bytes32(_selectorOf(_sign(op, session, "", ""))),
            bytes32(ISessionValidator.SessionValidatorGasTooHigh.selector),
            "both of its limits"
        );
    }

    function test_onlyTheNamedPaymasterPays() public {
        bytes memory none = _session(_sets());
        Terms memory terms = _sets();
        terms.paymaster = address(0x9a);
        bytes memory named = _session(terms);
        _grant(none);
        _grant(named);
        bytes4 expected = ISessionValidator.SessionValidatorForbiddenPaymaster.selector;

        PackedUserOperation memory op = _draft(none, SINGLE, _set(1));
        op.paymasterAndData = abi.encodePacked(address(0x9a), uint128(1), uint128(1));
        assertEq(bytes32(_selectorOf(_sign(op, none, "", ""))), bytes32(expected), "none at all");
        op = _draft(named, SINGLE, _set(1));
        op.paymasterAndData = abi.encodePacked(address(0x9b), uint128(1), uint128(1));
        assertEq(bytes32(_selectorOf(_sign(op, named, "", ""))), bytes32(expected), "another");
        _assertRefused(_use(named, _set(1)), expected, "the account itself");
    }

    // --- Encodings ---

    function test_offsetsElsewhereAreRefused() public {
        bytes memory session = _session(_sets());
        _grant(session);
        bytes memory good = _callOf(session, SINGLE, _set(1));
        // The calls a reader of the fixed place sees are in scope; those the offset points at are not.
        bytes memory evil = abi.encodePacked(address(token), uint256(0), abi.encodeCall(token.transfer, (SHOP, 9)));
        bytes memory callData = abi.encodePacked(good, uint256(evil.length), evil, new bytes(12));
        _store(callData, 100, good.length - 4);
        _assertRefused(
            _sign(_draftWith(callData, 0), session, "", ""),
            ScopedCalls.ScopedCallsNotCanonical.selector,
            "offset"
        );
        _assertRefused(
            _sign(_draftWith(abi.encodePacked(good, uint256(0)), 0), session, "", ""),
            ScopedCalls.ScopedCallsNotCanonical.selector,
            "trailing word"
        );
    }

    function test_offsetsElsewhereInABatchAreRefused() public {
        bytes memory session = _session(_transfers(10, 0, 0));
        _grant(session);
        bytes memory batch = _transferBatch(2, 1);
        // Both entries the same call: the second would never be looked at.
        _store(batch, 96, 64);
        _assertRefused(_useBatch(session, batch), ScopedCalls.ScopedCallsNotCanonical.selector, "the first call twice");
    }

    function test_onlyPlainSingleAndBatchModes() public {
        bytes memory session = _session(_sets());
        _grant(session);
        bytes4 expected = ScopedCalls.ScopedCallsNotCanonical.selector;
        bytes32[4] memory modes = [
            bytes32(uint256(1) << 240), // try
            bytes32((uint256(1) << 248) | (uint256(1) << 240)), // try, batch
            bytes32(uint256(0xff) << 248), // delegatecall
            bytes32(uint256(0xfe) << 248) // static
        ];
        for (uint256 i = 0; i < modes.length; ++i) {
            _assertRefused(_sign(_draft(session, modes[i], _set(1)), session, "", ""), expected, "mode");
        }
    }

    function test_noOtherEntryThanExecuteAdmitted() public {
        bytes memory session = _session(_sets());
        _grant(session);
        bytes4 expected = ScopedCalls.ScopedCallsNotCanonical.selector;
        bytes memory scoped = _callOf(session, SINGLE, _set(1));
        bytes memory wrapped = abi.encodePacked(IAccountExecute.executeUserOp.selector, scoped);
        _assertRefused(_sign(_draftWith(wrapped, 0), session, "", ""), expected, "executeUserOp");
        bytes memory direct = abi.encodeCall(account.execute, (SINGLE, _set(1)));
        _assertRefused(_sign(_draftWith(direct, 0), session, "", ""), expected, "execute");
        bytes memory install = abi.encodeCall(account.installModule, (2, address(this), ""));
        _assertRefused(_sign(_draftWith(install, 0), session, "", ""), expected, "installModule");
    }

    function test_lengthsBeyondTheSignatureAreRefused() public {
        bytes memory session = _session(_sets());
        _grant(session);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        op.signature = abi.encodePacked(uint16(session.length), type(uint16).max, uint16(0), session);
        _assertRefused(op, ISessionValidator.SessionValidatorInvalidSignature.selector, "lengths");
        op.signature = "";
        _assertRefused(op, ISessionValidator.SessionValidatorInvalidSignature.selector, "nothing");
    }

    function test_malleatedSignatureIsRefused() public {
        bytes memory session = _session(_sets());
        _grant(session);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SESSION_KEY, _hashOf(ENTRY_POINT, op));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 other = bytes32(order - uint256(s));
        op.signature = _pack(session, "", "", abi.encodePacked(r, other, v == 27 ? uint8(28) : uint8(27)));
        _assertFailed(op, "AA24 signature error", "high s");
    }

    // --- Targets ---

    function test_theAccountItselfIsNoTarget() public {
        bytes memory inner = abi.encodeCall(account.execute, (SINGLE, _transfer(1)));
        bytes memory self = _session(_may(_terms(), address(account), account.execute.selector, ""));
        assertFalse(_grant(self), "cannot be granted");
        bytes memory session = _session(_sets());
        _grant(session);
        _assertRefused(
            _use(session, abi.encodePacked(address(account), uint256(0), inner)),
            ISessionValidator.SessionValidatorForbiddenCall.selector,
            "nor called"
        );
    }

    function test_modulesAndTheEntryPointAreNoTargets() public {
        bytes4 grant_ = sessions.grant.selector;
        assertFalse(_grant(_session(_may(_terms(), address(sessions), grant_, ""))), "validator");
        bytes4 withdraw = bytes4(keccak256("withdrawTo(address,uint256)"));
        assertFalse(_grant(_session(_may(_terms(), address(ENTRY_POINT), withdraw, ""))), "entry point");

        // Installed after the grant: the account itself refuses.
        SessionValidator later = new SessionValidator();
        bytes memory session = _session(_may(_terms(), address(later), grant_, ""));
        assertTrue(_grant(session), "a contract like others");
        assertTrue(_install(1, address(later), ""), "now a module");
        bytes memory call_ = abi.encodePacked(address(later), uint256(0), abi.encodeCall(later.grant, (session)));
        assertFalse(_tries(session, call_), "refused");
    }

    /// @dev A router is a target like others: what it is told to call is not looked at unless a rule says so.
    function test_forwardersWorkOnlyWhereListed() public {
        Forwarder forwarder = new Forwarder();
        bytes memory session = _session(_transfers(10, 0, 0));
        _grant(session);
        bytes memory data = abi.encodeCall(
            forwarder.forward,
            (address(token), abi.encodeCall(token.transfer, (SHOP, 1)))
        );
        _assertRefused(
            _use(session, abi.encodePacked(address(forwarder), uint256(0), data)),
            ISessionValidator.SessionValidatorForbiddenCall.selector,
            "not listed"
        );
    }

    // --- Around the caps ---

    function test_allowancesCountAsSpent() public {
        Terms memory terms = _transfers(0, 100, 0);
        terms = _may(terms, address(token), token.approve.selector, "");
        terms = _may(terms, address(token), token.increaseAllowance.selector, "");
        terms = _may(terms, address(token), IERC20Permit.permit.selector, "");
        bytes memory session = _session(terms);
        _grant(session);
        assertTrue(_done(_use(session, _tokenCall(abi.encodeCall(token.approve, (SHOP, 40))))), "40");
        assertTrue(_done(_use(session, _tokenCall(abi.encodeCall(token.increaseAllowance, (SHOP, 40))))), "80");
        assertFalse(_done(_use(session, _tokenCall(abi.encodeCall(token.approve, (SHOP, 21))))), "approve");
        assertFalse(
            _done(_use(session, _tokenCall(abi.encodeCall(token.increaseAllowance, (SHOP, 21))))),
            "increaseAllowance"
        );
        bytes memory permit = abi.encodeCall(IERC20Permit.permit, (address(account), SHOP, 21, 0, 0, 0, 0));
        assertFalse(_done(_use(session, _tokenCall(permit))), "permit");
        (uint256 left, ) = sessions.leftOf(_idOf(session), address(account), address(token));
        assertEq(left, 20, "left");
    }

    function test_uncappedAllowancesCannotBeGranted() public {
        bytes4[5] memory selectors = [
            token.approve.selector,
            token.increaseAllowance.selector,
            IERC20Permit.permit.selector,
            bytes4(0xa22cb465), // setApprovalForAll(address,bool)
            bytes4(0x87517c45) // Permit2's approve
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            assertFalse(_grant(_session(_may(_terms(), address(token), selectors[i], ""))), "uncapped");
        }
    }

    /// @dev burn, transferAndCall and what else a token may have.
    function test_onACappedTokenOnlyWhatIsUnderstoodCanBeGranted() public {
        Terms memory terms = _transfers(10, 0, 0);
        assertFalse(_grant(_session(_may(terms, address(token), bytes4(keccak256("burn(uint256)")), ""))), "burn");
    }

    function test_oddlyLongTokenCallsAreRefused() public {
        bytes memory session = _session(_transfers(10, 0, 0));
        _grant(session);
        bytes memory long = abi.encodePacked(abi.encodeCall(token.transfer, (SHOP, 1)), uint256(0));
        _assertRefused(
            _use(session, _tokenCall(long)),
            ISessionValidator.SessionValidatorForbiddenArgument.selector,
            "one word more"
        );
    }

    function test_manySmallCallsInABatchAreAddedUp() public {
        bytes memory session = _session(_transfers(10, 25, 0));
        _grant(session);
        assertFalse(_done(_useBatch(session, _transferBatch(3, 10))), "30 of 25");
        assertTrue(_done(_useBatch(session, _transferBatch(5, 5))), "25 of 25");
        assertFalse(_done(_use(session, _transfer(1))), "26 of 25");
    }

    /// @dev The session's word names its capped asset by the end of the address, which another target may have too.
    function test_aTargetThatEndsLikeTheTokenIsNotTheToken() public {
        address twin = address(uint160(0xdeadbeef000000) | uint24(uint160(address(token))));
        // Answers true to everything.
        vm.etch(twin, hex"600160005260206000f3");
        bytes memory session = _session(_may(_transfers(0, 150, 0), twin, token.transfer.selector, ""));
        _grant(session);
        bytes memory elsewhere = abi.encodePacked(twin, uint256(0), abi.encodeCall(token.transfer, (SHOP, 100)));
        assertTrue(_tries(session, elsewhere) && _tries(session, elsewhere), "the twin has no cap");
        (uint256 left, ) = sessions.leftOf(_idOf(session), address(account), address(token));
        assertEq(left, 150, "and takes nothing of the token's");
        assertFalse(_tries(session, _transfer(151)), "which still holds");
        assertTrue(_tries(session, _transfer(150)), "all of it");
        assertFalse(_tries(session, _transfer(1)), "no more");
    }

    /// @dev Ether is address 0, and a token's address may end like it.
    function test_aTokenThatEndsInZerosIsNotEther() public {
        address round = address(uint160(0xdeadbeef000000));
        vm.etch(round, hex"600160005260206000f3");
        Terms memory terms = _may(_sets(), round, token.transfer.selector, "");
        bytes memory capped = _session(_cap(terms, round, 0, 150, 0, 0));
        terms = _cap(_may(_sets(), round, token.transfer.selector, ""), address(0), 0, 5, 0, 0);
        bytes memory ether_ = _session(_cap(terms, round, 1000, 0, 0, 0));
        _grant(capped);
        _grant(ether_);
        bytes memory transfer = abi.encodePacked(round, uint256(0), abi.encodeCall(token.transfer, (SHOP, 100)));
        bytes memory paid = abi.encodePacked(address(target), uint256(5), abi.encodeCall(target.set, (1)));
        assertTrue(_tries(capped, transfer), "100 of 150");
        assertFalse(_tries(capped, transfer), "200 of 150");
        assertTrue(_tries(ether_, transfer) && _tries(ether_, paid), "tokens are not wei");
        assertFalse(_tries(ether_, paid), "10 of 5 wei");
    }

    function test_twoOperationsOfOneBundleShareTheCap() public {
        bytes memory session = _session(_transfers(0, 10, 0));
        _grant(session);
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] = _use(session, _transfer(10));
        ops[1] = _sign(_draftWith(_callOf(session, SINGLE, _transfer(10)), 1), session, "", "");
        bool[] memory done = _handleAll(ENTRY_POINT, ops);
        assertTrue(done[0], "first");
        assertFalse(done[1], "second");
        assertEq(token.balanceOf(SHOP), 10, "spent once");
    }

    /// @dev Both were validated before either ran.
    function test_revokedWithinTheBundleACountedSessionStops() public {
        bytes memory session = _session(_transfers(0, 10, 0));
        _grant(session);
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] = _signed(OWNER_KEY, _single(address(sessions), 0, abi.encodeCall(sessions.revoke, (_idOf(session)))));
        ops[1] = _use(session, _transfer(1));
        bool[] memory done = _handleAll(ENTRY_POINT, ops);
        assertTrue(done[0], "revoked");
        assertFalse(done[1], "too late");
    }

    function test_capsComeBackWhenCallsRevertAndUsesDoNot() public {
        Terms memory terms = _may(_transfers(0, 10, 0), address(target), target.fail.selector, "");
        terms.maxUses = 2;
        bytes memory session = _session(terms);
        _grant(session);
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(token), 0, abi.encodeCall(token.transfer, (SHOP, 10)));
        calls[1] = Execution(address(target), 0, abi.encodeCall(target.fail, ()));
        assertFalse(_done(_useBatch(session, abi.encode(calls))), "reverts");

        (uint256 left, ) = sessions.leftOf(_idOf(session), address(account), address(token));
        assertEq(left, 10, "given back");
        assertEq(sessions.stateOf(_idOf(session), address(account)).used, 1, "still used");
        assertTrue(_done(_use(session, _transfer(10))), "the second use");
        _assertRefused(_use(session, _transfer(0)), ISessionValidator.SessionValidatorUsedUp.selector, "no third");
    }

    function test_anotherOperationInsideTheCallGetsNothing() public {
        ReentrantToken evil = new ReentrantToken(this);
        Terms memory terms = _may(_terms(), address(evil), evil.transfer.selector, "");
        bytes memory session = _session(_cap(terms, address(evil), 0, 10, 0, 0));
        _grant(session);
        bytes memory spend = abi.encodePacked(address(evil), uint256(0), abi.encodeCall(evil.transfer, (SHOP, 10)));
        evil.arm(_sign(_draftWith(_callOf(session, SINGLE, spend), 1), session, "", ""));
        assertTrue(_done(_use(session, spend)), "the outer one");
        assertFalse(evil.reentered(), "no operation inside");
        assertEq(evil.spent(), 10, "spent once");
    }

    /// @dev Signed for a session that counts uses, handed in under one that does not.
    function test_anotherSessionOfTheKeyCannotStandIn() public {
        bytes memory free = _session(_sets());
        Terms memory terms = _sets();
        terms.maxUses = 1;
        bytes memory counted = _session(terms);
        _grant(free);
        _grant(counted);
        bytes4 expected = ISessionValidator.SessionValidatorForeignContext.selector;
        PackedUserOperation memory op = _use(counted, _set(1));
        op.signature = _pack(free, "", "", _ecdsa(SESSION_KEY, _hashOf(ENTRY_POINT, op)));
        _assertRefused(op, expected, "uses not counted");
        op = _use(free, _set(1));
        op.signature = _pack(counted, "", "", _ecdsa(SESSION_KEY, _hashOf(ENTRY_POINT, op)));
        _assertRefused(op, expected, "uses of another");
    }

    // --- Time ---

    function test_anotherPeriodThanNowIsRefused() public {
        Terms memory terms = _transfers(0, 0, 100);
        terms.period = 1 days;
        bytes memory session = _session(terms);
        _grant(session);
        uint256 today = clock() / 1 days;
        bytes memory callData = _callOf(session, SINGLE, _transfer(100));
        _assertFailed(
            _sign(_draftWith(callData, uint32(today + 1)), session, "", ""),
            "AA22 expired or not due",
            "tomorrow's"
        );
        _assertFailed(
            _sign(_draftWith(callData, uint32(today - 1)), session, "", ""),
            "AA22 expired or not due",
            "yesterday's"
        );
        _assertRefused(
            _sign(_draftWith(callData, type(uint32).max), session, "", ""),
            ISessionValidator.SessionValidatorInvalidPeriod.selector,
            "outside of the session"
        );
    }

    /// @dev EntryPoint v0.9 would read both as block numbers.
    function test_endsBeyondBit47CannotBeGranted() public {
        Terms memory terms = _sets();
        terms.validUntil = uint48(1) << 47;
        assertFalse(_grant(_session(terms)), "bit 47");
        terms.validAfter = uint48(1) << 47;
        terms.validUntil = type(uint48).max;
        assertFalse(_grant(_session(terms)), "both");
        terms.validAfter = 0;
        terms.validUntil = 0;
        assertFalse(_grant(_session(terms)), "never");
        terms.validUntil = (uint48(1) << 47) - 1;
        assertTrue(_grant(_session(terms)), "the last second there is");
    }

    // --- Answers ---

    function test_aSessionNeverAnswersForTheAccount() public {
        bytes memory session = _session(_sets());
        _grant(session);
        bytes32 hash = keccak256("permit");
        bytes memory signature = _pack(session, "", "", _ecdsa(SESSION_KEY, hash));
        assertTrue(account.isValidSignature(hash, signature) != 0x1626ba7e, "plain");
        bytes memory prefixed = abi.encodePacked(address(sessions), signature);
        assertTrue(account.isValidSignature(hash, prefixed) != 0x1626ba7e, "with the module's address");
        assertEq(
            bytes32(sessions.isValidSignatureWithSender(address(this), hash, signature)),
            bytes32(bytes4(0xffffffff)),
            "the module itself"
        );
    }

    /// @dev Its storage is the caller's own: nobody reaches another account's sessions.
    function test_strangersGrantAndRevokeNothing() public {
        bytes memory session = _session(_sets());
        _grant(session);
        sessions.revoke(_idOf(session));
        assertTrue(_done(_use(session, _set(1))), "as before");
    }

    // --- Private ---

    function _tokenCall(bytes memory data) private view returns (bytes memory) {
        return abi.encodePacked(address(token), uint256(0), data);
    }

    function _tries(bytes memory session, bytes memory single) private returns (bool) {
        return _done(_use(session, single));
    }

    /// @dev What the validator says, asked as the account: a paymaster that is not there would stop the entry point first.
    function _selectorOf(PackedUserOperation memory op) private returns (bytes4) {
        bytes32 hash = _hashOf(ENTRY_POINT, op);
        vm.prank(address(account));
        try sessions.validateUserOp(op, hash) returns (uint256) {
            return 0;
        } catch (bytes memory reason) {
            return bytes4(reason);
        }
    }

    function _store(bytes memory data, uint256 position, uint256 word) private pure {
        for (uint256 i = 0; i < 32; ++i) data[position + i] = bytes32(word)[i];
    }
}
