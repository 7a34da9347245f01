// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {MODULE_TYPE_RECOVERY} from "../ISmartAccount.sol";
import {SmartAccount} from "../SmartAccount.sol";
import {SmartAccountFactory} from "../SmartAccountFactory.sol";
import {SmartAccountV07} from "../SmartAccountV07.sol";
import {TestModule} from "../TestModule.t.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionFixture} from "./SessionFixture.t.sol";

/**
 * @dev Limits judged from outside, through the entry point and by what has moved: they hold for any implementation.
 * @dev Trust: test only.
 */
contract SessionLimitsTest is SessionFixture {
    uint256 private constant P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;

    // --- A grant is no fresh start ---

    function test_grantHandedInAgainResetsNothing() public {
        Terms memory terms = _transfers(0, 150, 0);
        terms.maxUses = 3;
        terms.maxGasTotal = 12_000_000;
        bytes memory session = _session(terms);
        assertTrue(_done(_useFirst(session, _transfer(100))), "100 of 150");
        assertFalse(_done(_useFirst(session, _transfer(100))), "200 of 150");
        assertTrue(_done(_useFirst(session, _transfer(50))), "150 of 150");
        _assertRefused(
            _useFirst(session, _transfer(0)),
            ISessionValidator.SessionValidatorGasUsedUp.selector,
            "a fourth use"
        );
        assertEq(token.balanceOf(SHOP), 150, "spent");
    }

    function test_twoOperationsOfOneBundleThatBothGrantShareTheCap() public {
        bytes memory session = _session(_transfers(0, 10, 0));
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] = _useFirst(session, _transfer(10));
        PackedUserOperation memory draft = _draftWith(_callOf(session, SINGLE, _transfer(10)), 1);
        ops[1] = _sign(draft, session, _grantOf(session), "");
        bool[] memory done = _handleAll(ENTRY_POINT, ops);
        assertTrue(done[0] && !done[1], "one of two");
        assertEq(token.balanceOf(SHOP), 10, "spent once");
    }

    function test_usesOfOneBundleAreCountedTogether() public {
        Terms memory terms = _sets();
        terms.maxUses = 1;
        bytes memory session = _session(terms);
        _grant(session);
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] = _use(session, _set(1));
        ops[1] = _sign(_draftWith(_callOf(session, SINGLE, _set(2)), 1), session, "", "");
        vm.expectRevert();
        this.handleBundle(ops);
    }

    // --- Amounts, whatever they are ---

    /// @dev Batches of any two amounts: what leaves is at most the cap, and all of it where both fit.
    function test_capsHoldForAnyAmounts(uint96 cap, uint256 first, uint256 second) public {
        cap = uint96(bound(cap, 1, 1_000_000));
        bytes memory session = _session(_transfers(0, cap, 0));
        _grant(session);
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(token), 0, abi.encodeCall(token.transfer, (SHOP, first)));
        calls[1] = Execution(address(token), 0, abi.encodeCall(token.transfer, (SHOP, second)));
        bool fits = first <= cap && second <= cap - first;
        assertTrue(_goes(_useBatch(session, abi.encode(calls))) == fits, "goes");
        assertEq(token.balanceOf(SHOP), fits ? first + second : 0, "spent");
    }

    function test_nativeValueIsAddedUp() public {
        Terms memory terms = _may(_terms(), SHOP, 0, "");
        terms = _may(terms, address(target), target.set.selector, "");
        bytes memory session = _session(_cap(terms, address(0), 6, 10, 0, 0));
        _grant(session);
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(SHOP, 6, "");
        calls[1] = Execution(address(target), 5, abi.encodeCall(target.set, (1)));
        assertFalse(_goes(_useBatch(session, abi.encode(calls))), "11 of 10");
        calls[1].value = 4;
        assertTrue(_goes(_useBatch(session, abi.encode(calls))), "10 of 10");
        assertFalse(_goes(_use(session, abi.encodePacked(SHOP, uint256(1)))), "11 of 10, one by one");
        assertEq(SHOP.balance + address(target).balance, 10, "spent");
    }

    /// @dev A cap on one asset is not eaten by, nor does it cover, another.
    function test_assetsAreCountedApart() public {
        Terms memory terms = _cap(_transfers(0, 10, 0), address(0), 0, 10, 0, 0);
        bytes memory session = _session(_may(terms, SHOP, 0, ""));
        _grant(session);
        assertTrue(_goes(_use(session, _transfer(10))), "the token");
        assertTrue(_goes(_use(session, abi.encodePacked(SHOP, uint256(10)))), "native");
        assertFalse(_goes(_use(session, _transfer(1))), "the token again");
        assertFalse(_goes(_use(session, abi.encodePacked(SHOP, uint256(1)))), "native again");
    }

    function test_periodAndTotalHoldTogether() public {
        Terms memory terms = _transfers(0, 150, 100);
        terms.period = 1 days;
        bytes memory session = _session(terms);
        _grant(session);
        assertTrue(_goes(_inPeriod(session, 100)), "100 today");
        assertFalse(_goes(_inPeriod(session, 1)), "101 today");
        skip(1 days);
        assertFalse(_goes(_inPeriod(session, 51)), "151 in total");
        assertTrue(_goes(_inPeriod(session, 50)), "150 in total");
        skip(1 days);
        assertFalse(_goes(_inPeriod(session, 1)), "no more");
        assertEq(token.balanceOf(SHOP), 150, "spent");
    }

    function test_transferFromCountsWhoeverPays() public {
        Terms memory terms = _cap(_terms(), address(token), 0, 10, 0, 0);
        bytes memory session = _session(_may(terms, address(token), token.transferFrom.selector, ""));
        _grant(session);
        _run(_single(address(token), 0, abi.encodeCall(token.approve, (address(account), 100))));
        assertFalse(_goes(_use(session, _pull(11))), "11 of 10");
        assertTrue(_goes(_use(session, _pull(10))), "10 of 10");
        assertFalse(_goes(_use(session, _pull(1))), "11 of 10, one by one");
    }

    // --- Other keys, other entry points, other owners ---

    function test_passkeyAsSessionKey() public {
        (uint256 x, uint256 y) = vm.publicKeyP256(SESSION_KEY);
        Terms memory terms = _sets();
        terms.signer = abi.encodePacked(new ERC7913P256Verifier(), x, y);
        bytes memory session = _session(terms);
        _grant(session);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(5));
        op.signature = _pack(session, "", "", _signP256(THIEF_KEY, _hashOf(ENTRY_POINT, op)));
        _assertFailed(op, "AA24 signature error", "another key");
        op.signature = _pack(session, "", "", "");
        _assertFailed(op, "AA24 signature error", "no signature");
        op.signature = _pack(session, "", "", _signP256(SESSION_KEY, _hashOf(ENTRY_POINT, op)));
        assertTrue(_goes(op), "the key");
        assertEq(target.value(), 5, "value");
    }

    /// @dev A call to nothing succeeds: it must not count for a signature.
    function test_verifierThatIsNotThereAcceptsNothing() public {
        Terms memory terms = _sets();
        terms.signer = abi.encodePacked(address(0xdead), "key");
        bytes memory session = _session(terms);
        _grant(session);
        _assertFailed(_use(session, _set(1)), "AA24 signature error", "no code");
        vm.etch(address(0xdead), hex"5f5ffd");
        _assertFailed(_use(session, _set(1)), "AA24 signature error", "code that reverts");
        vm.etch(address(0xdead), hex"60015f5260205ff3");
        _assertFailed(_use(session, _set(1)), "AA24 signature error", "code that says 1");
    }

    /// @dev Code that the key's EOA delegated to (EIP-7702) has no say.
    function test_codeAtTheKeysAddressDoesNotSign() public {
        bytes memory session = _session(_sets());
        _grant(session);
        vm.etch(vm.addr(SESSION_KEY), address(new YesKey()).code);
        PackedUserOperation memory op = _draft(session, SINGLE, _set(1));
        op.signature = _pack(session, "", "", _ecdsa(THIEF_KEY, _hashOf(ENTRY_POINT, op)));
        _assertFailed(op, "AA24 signature error", "code");
        assertTrue(_goes(_use(session, _set(1))), "the key");
    }

    function test_aRecoveryEndsAllSessionsAndPendingGrants() public {
        TestModule guardians = new TestModule();
        assertTrue(_install(MODULE_TYPE_RECOVERY, address(guardians), ""), "recovery module");
        bytes memory stored = _session(_transfers(0, 10, 0));
        _grant(stored);
        bytes memory pending = _session(_sets());
        bytes memory grant_ = _grantOf(pending);
        guardians.recover(account, _ownerOf(0x4e3), 0, 0);
        skip(1);
        assertFalse(_goes(_use(stored, _transfer(1))), "stored");
        assertFalse(_goes(_sign(_draft(pending, SINGLE, _set(1)), pending, grant_, "")), "pending");
        assertFalse(_goes(_useFirst(pending, _set(1))), "granted anew by the old owner");
    }

    function test_aFreezeHoldsSessions() public {
        TestModule guardians = new TestModule();
        assertTrue(_install(MODULE_TYPE_RECOVERY, address(guardians), ""), "recovery module");
        bytes memory session = _session(_transfers(10, 0, 0));
        _grant(session);
        vm.deal(address(this), 1 ether);
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
        guardians.freeze(account, uint48(clock() + 1 days));
        assertFalse(_goes(_use(session, _transfer(1))), "frozen");
        assertTrue(_revoke(_idOf(session)), "revoking while frozen");
        skip(1 days);
        assertFalse(_goes(_use(session, _transfer(1))), "revoked");
    }

    function test_entryPointV07() public {
        bytes32[3] memory none;
        factory = new SmartAccountFactory(address(new SmartAccountV07(none, address(sessions))));
        account = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), 0)));
        vm.deal(address(account), 10 ether);
        token.mint(address(account), 1000);
        bytes memory session = _session(_transfers(0, 10, 0));
        vm.prank(address(account));
        sessions.grant(session);
        assertTrue(_handle(ENTRY_POINT_V07, _inV07(session, _transfer(10))), "10 of 10");
        assertFalse(_handle(ENTRY_POINT_V07, _inV07(session, _transfer(1))), "11 of 10");
        PackedUserOperation memory op = _inV07(session, _set(1));
        vm.expectRevert();
        this.handleV07(op);
        assertEq(token.balanceOf(SHOP), 10, "spent");
    }

    // --- Calls under test, for expectRevert ---

    function handleBundle(PackedUserOperation[] calldata ops) external {
        _handleAll(ENTRY_POINT, ops);
    }

    function handleV07(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT_V07, op);
    }

    // --- Private ---

    /// @dev Whether it was valid and its calls were made.
    function _goes(PackedUserOperation memory op) private returns (bool) {
        try this.handleExternally(op) returns (bool success) {
            return success;
        } catch {
            return false;
        }
    }

    function _inPeriod(bytes memory session, uint256 amount) private view returns (PackedUserOperation memory) {
        bytes memory callData = _callOf(session, SINGLE, _transfer(amount));
        return _sign(_draftWith(callData, uint32(clock() / 1 days)), session, "", "");
    }

    function _inV07(bytes memory session, bytes memory single) private view returns (PackedUserOperation memory op) {
        uint256 nonce = _nonce(ENTRY_POINT_V07, address(account), address(sessions));
        op = _operation(address(account), nonce, _callOf(session, SINGLE, single));
        op.signature = _pack(session, "", "", _ecdsa(SESSION_KEY, _hashOf(ENTRY_POINT_V07, op)));
    }

    function _pull(uint256 amount) private view returns (bytes memory) {
        bytes memory data = abi.encodeCall(token.transferFrom, (address(account), SHOP, amount));
        return abi.encodePacked(address(token), uint256(0), data);
    }

    function _signP256(uint256 key, bytes32 hash) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = vm.signP256(key, hash);
        if (uint256(s) > P256_N / 2) s = bytes32(P256_N - uint256(s));
        return abi.encodePacked(r, s);
    }
}

/// @dev Answers ERC-1271 and ERC-7913 to everybody. @dev Trust: test only.
contract YesKey {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x1626ba7e;
    }

    function verify(bytes calldata, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x024ad318;
    }
}
