// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionFixture} from "./SessionFixture.t.sol";

/// @dev What sessions are for: calls in scope are made, within their limits, until they end.
contract SessionValidatorTest is SessionFixture {
    // --- Granting ---

    function test_ownerGrantsAndTheKeyCalls() public {
        bytes memory session = _session(_sets());
        assertTrue(_grant(session), "grant");
        assertTrue(_done(_use(session, _set(7))), "first");
        assertTrue(_done(_use(session, _set(8))), "second");
        assertEq(target.value(), 8, "value");
        assertTrue(sessions.stateOf(_idOf(session), address(account)).granted, "on record");
    }

    function test_ownerSignsTheGrantIntoTheFirstOperation() public {
        bytes memory session = _session(_sets());
        assertTrue(_done(_useFirst(session, _set(7))), "first");
        assertTrue(_done(_use(session, _set(8))), "later, without the grant");
        assertEq(target.value(), 8, "value");
    }

    function test_withoutAGrantNothingIsDone() public {
        bytes memory session = _session(_sets());
        _assertRefused(
            _use(session, _set(7)),
            ISessionValidator.SessionValidatorNotGranted.selector,
            "no owner was asked"
        );
    }

    function test_grantTwiceIsRefused() public {
        bytes memory session = _session(_sets());
        assertTrue(_grant(session), "once");
        assertFalse(_grant(session), "twice");
    }

    function test_anotherKeyIsNobody() public {
        bytes memory session = _session(_sets());
        _grant(session);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(7));
        op.signature = _pack(session, "", "", _ecdsa(THIEF_KEY, _hashOf(ENTRY_POINT, op)));
        _assertFailed(op, "AA24 signature error", "thief");
    }

    // --- Window ---

    function test_notBeforeAndNotAfterItsWindow() public {
        Terms memory terms = _sets();
        terms.validAfter = uint48(clock() + 1 days);
        terms.validUntil = uint48(clock() + 2 days);
        bytes memory session = _session(terms);
        _grant(session);
        _assertFailed(_use(session, _set(1)), "AA22 expired or not due", "early");
        skip(1 days + 1);
        assertTrue(_done(_use(session, _set(2))), "inside");
        skip(1 days);
        _assertFailed(_use(session, _set(3)), "AA22 expired or not due", "late");
    }

    // --- Uses, gas and fees ---

    function test_usesAreCountedAndEnd() public {
        Terms memory terms = _sets();
        terms.maxUses = 2;
        bytes memory session = _session(terms);
        assertTrue(_done(_useFirst(session, _set(1))), "first");
        assertTrue(_done(_use(session, _set(2))), "second");
        _assertRefused(_use(session, _set(3)), ISessionValidator.SessionValidatorUsedUp.selector, "third");
    }

    function test_gasInTotalEnds() public {
        Terms memory terms = _sets();
        terms.maxGasTotal = 8_000_000;
        bytes memory session = _session(terms);
        // 4,000,000 each.
        assertTrue(_done(_useFirst(session, _set(1))), "first");
        assertTrue(_done(_use(session, _set(2))), "second");
        assertEq(sessions.stateOf(_idOf(session), address(account)).gasUsed, 8_000_000, "on record");
        _assertRefused(_use(session, _set(3)), ISessionValidator.SessionValidatorGasUsedUp.selector, "third");
    }

    // --- Caps ---

    function test_perCallCap() public {
        bytes memory session = _session(_transfers(100, 0, 0));
        _grant(session);
        assertTrue(_done(_use(session, _transfer(100))), "at the cap");
        _assertRefused(
            _use(session, _transfer(101)),
            ISessionValidator.SessionValidatorCapExceeded.selector,
            "above it"
        );
    }

    function test_cumulativeCap() public {
        bytes memory session = _session(_transfers(0, 150, 0));
        assertTrue(_done(_useFirst(session, _transfer(100))), "100 of 150");
        assertFalse(_done(_use(session, _transfer(51))), "151 of 150");
        assertTrue(_done(_use(session, _transfer(50))), "150 of 150");
        (uint256 left, ) = sessions.leftOf(_idOf(session), address(account), address(token));
        assertEq(left, 0, "left");
        assertEq(token.balanceOf(SHOP), 150, "spent");
    }

    /// @dev The first is kept in the session's own word, the second beside it.
    function test_cumulativeCapsOfTwoAssets() public {
        Terms memory terms = _cap(_transfers(0, 150, 0), address(0), 0, 10, 0, 0);
        terms = _may(terms, address(target), target.set.selector, "");
        bytes memory session = _session(terms);
        _grant(session);
        bytes memory paid = abi.encodePacked(address(target), uint256(10), abi.encodeCall(target.set, (1)));
        assertTrue(_done(_use(session, _transfer(100))), "100 of 150");
        assertTrue(_done(_use(session, paid)), "10 of 10");
        assertFalse(_done(_use(session, paid)), "20 of 10");
        assertFalse(_done(_use(session, _transfer(51))), "151 of 150");
        (uint256 tokens, uint256 period) = sessions.leftOf(_idOf(session), address(account), address(token));
        (uint256 native, ) = sessions.leftOf(_idOf(session), address(account), address(0));
        assertEq(tokens, 50, "tokens left");
        assertEq(native, 0, "ether left");
        assertEq(period, type(uint256).max, "no cap per period");
    }

    function test_cumulativeCapOnEther() public {
        bytes memory session = _session(_cap(_sets(), address(0), 0, 10, 0, 0));
        _grant(session);
        bytes memory paid = abi.encodePacked(address(target), uint256(6), abi.encodeCall(target.set, (1)));
        assertTrue(_done(_use(session, paid)), "6 of 10");
        assertFalse(_done(_use(session, paid)), "12 of 10");
        assertTrue(_done(_use(session, _set(2))), "nothing more");
        (uint256 left, ) = sessions.leftOf(_idOf(session), address(account), address(0));
        assertEq(left, 4, "left");
    }

    function test_capPerPeriodStartsAgain() public {
        Terms memory terms = _transfers(0, 0, 100);
        terms.period = 1 days;
        bytes memory session = _session(terms);
        _grant(session);
        assertTrue(_done(_useIn(session, clock() / 1 days, 100)), "today");
        assertFalse(_done(_useIn(session, clock() / 1 days, 1)), "more of today");
        skip(1 days);
        assertTrue(_done(_useIn(session, clock() / 1 days, 100)), "tomorrow");
        assertEq(token.balanceOf(SHOP), 200, "spent");
    }

    function test_nativeValueNeedsACap() public {
        bytes memory uncapped = _session(_may(_terms(), SHOP, 0, ""));
        _grant(uncapped);
        bytes memory pay = abi.encodePacked(SHOP, uint256(1));
        _assertRefused(_use(uncapped, pay), ISessionValidator.SessionValidatorCapExceeded.selector, "no cap");

        bytes memory capped = _session(_cap(_may(_terms(), SHOP, 0, ""), address(0), 0, 10, 0, 0));
        _grant(capped);
        assertTrue(_done(_use(capped, abi.encodePacked(SHOP, uint256(10)))), "all of it");
        assertFalse(_done(_use(capped, pay)), "no more");
        assertEq(SHOP.balance, 10, "spent");
    }

    function test_aboveAnAmountTheOwnerSignsToo() public {
        Terms memory terms = _may(_terms(), address(token), token.transfer.selector, "");
        bytes memory session = _session(_cap(terms, address(token), 1000, 0, 0, 100));
        _grant(session);
        assertTrue(_done(_use(session, _transfer(100))), "up to it, the key alone");

        PackedUserOperation memory op = _draft(session, SINGLE, _transfer(101));
        _assertRefused(_sign(op, session, "", ""), ISessionValidator.SessionValidatorNeedsOwner.selector, "alone");
        bytes32 digest = sessions.approvalDigest(address(account), _idOf(session), _hashOf(ENTRY_POINT, op));
        _assertFailed(_sign(op, session, "", _ecdsa(THIEF_KEY, digest)), "AA24 signature error", "not the owner");
        assertTrue(_done(_sign(op, session, "", _ecdsa(OWNER_KEY, digest))), "both");

        // An approval is for one operation.
        op = _draft(session, SINGLE, _transfer(101));
        _assertFailed(_sign(op, session, "", _ecdsa(OWNER_KEY, digest)), "AA24 signature error", "again");
        // Two halves are together above it.
        _assertRefused(
            _useBatch(session, _transferBatch(2, 51)),
            ISessionValidator.SessionValidatorNeedsOwner.selector,
            "in two"
        );
    }

    // --- Rules ---

    function test_argumentsInRulesPass() public {
        // set(value ≤ 9)
        bytes memory rule = abi.encodePacked(uint8(3), uint8(1), uint8(0), uint8(1), uint256(9));
        bytes memory session = _session(_may(_terms(), address(target), target.set.selector, rule));
        _grant(session);
        assertTrue(_done(_use(session, _set(9))), "in");
        _assertRefused(_use(session, _set(10)), ISessionValidator.SessionValidatorForbiddenArgument.selector, "out");
    }

    // --- Ending ---

    function test_revokedFailsAtTheNextOperation() public {
        bytes memory session = _session(_sets());
        assertTrue(_done(_useFirst(session, _set(1))), "first");
        assertTrue(_revoke(_idOf(session)), "revoke");
        _assertRefused(_use(session, _set(2)), ISessionValidator.SessionValidatorRevoked.selector, "after");
        _assertRefused(_useFirst(session, _set(2)), ISessionValidator.SessionValidatorRevoked.selector, "granted anew");
        assertFalse(_grant(session), "nor in storage");
    }

    function test_aNewEpochEndsAll() public {
        bytes memory stored = _session(_sets());
        _grant(stored);
        bytes memory pending = _session(_transfers(10, 0, 0));
        bytes memory grant_ = _grantOf(pending);
        assertTrue(_run(abi.encodeCall(account.bumpEpoch, ())), "bump");

        _assertRefused(_use(stored, _set(2)), ISessionValidator.SessionValidatorNotGranted.selector, "stored");
        PackedUserOperation memory op = _sign(_draft(pending, SINGLE, _transfer(1)), pending, grant_, "");
        _assertFailed(op, "AA24 signature error", "pending");
    }

    function test_removalEndsAllForGood() public {
        bytes memory session = _session(_sets());
        _grant(session);
        assertTrue(_uninstall(1, address(sessions), ""), "remove");
        (bool valid, ) = address(this).call(abi.encodeCall(this.handleExternally, (_use(session, _set(1)))));
        assertFalse(valid, "removed");
        assertTrue(_install(1, address(sessions), ""), "install again");
        _assertRefused(_use(session, _set(2)), ISessionValidator.SessionValidatorNotGranted.selector, "still dead");
    }

    // --- Private ---

    function _useIn(
        bytes memory session,
        uint256 period,
        uint256 amount
    ) private view returns (PackedUserOperation memory) {
        bytes memory callData = _callOf(session, SINGLE, _transfer(amount));
        return _sign(_draftWith(callData, uint32(period)), session, "", "");
    }
}
