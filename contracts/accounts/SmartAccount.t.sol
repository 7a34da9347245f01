// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {AccountFixture} from "./AccountFixture.t.sol";
import {ISmartAccount} from "./ISmartAccount.sol";
import {SmartAccount} from "./SmartAccount.sol";
import {SmartAccountFactory} from "./SmartAccountFactory.sol";
import {SmartAccountV07} from "./SmartAccountV07.sol";
import {TestDelegate, TestRefusal, TestTarget} from "./TestModule.t.sol";

/// @dev Answers ERC-1271 to everybody: what a careless delegate of an owner's EOA does. @dev Trust: test only.
contract YesSigner {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x1626ba7e;
    }
}

/// @dev The owner and its signatures, through both entry points. @dev Trust: test only.
contract SmartAccountTest is AccountFixture {
    bytes32 private constant TRY_BATCH = bytes32(uint256(0x0101) << 240);
    bytes32 private constant DELEGATE = bytes32(uint256(0xff) << 248);
    bytes32 private constant STATIC = bytes32(uint256(0xfe) << 248);

    TestTarget private target;
    TestDelegate private delegate;

    function setUp() public override {
        super.setUp();
        (target, delegate) = (new TestTarget(), new TestDelegate());
    }

    // --- Creation ---

    function test_AccountIsCreatedByItsFirstOperation() external {
        address born = factory.getAddress(_ownerOf(OWNER_KEY), bytes32(uint256(1)));
        vm.deal(born, 1 ether);
        PackedUserOperation memory op = _operation(born, 0, _single(address(target), 7, _set(3)));
        op.initCode = abi.encodePacked(
            factory,
            abi.encodeCall(factory.createAccount, (_ownerOf(OWNER_KEY), bytes32(uint256(1))))
        );
        op.signature = _ecdsa(OWNER_KEY, _hashOf(ENTRY_POINT, op));
        assertTrue(_handle(ENTRY_POINT, op), "the operation");
        assertEq(target.caller(), born, "caller");
    }

    function test_CreatingTwiceReturnsTheSameAccount() external {
        assertEq(factory.createAccount(_ownerOf(OWNER_KEY), 0), address(account), "address");
    }

    function test_OwnersThatCannotBeAreRefused() external {
        bytes[3] memory owners = [bytes(""), abi.encodePacked(address(0)), abi.encodePacked(address(target), "key")];
        for (uint256 i = 0; i < owners.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(SmartAccountFactory.SmartAccountFactoryInvalidOwner.selector, owners[i])
            );
            factory.createAccount(owners[i], 0);
        }
    }

    function test_ImplementationHasNoOwner() external {
        SmartAccount implementation = SmartAccount(payable(factory.implementation()));
        bytes32 hash = keccak256("anything");
        assertFalse(implementation.isOwnerSignature(hash, _ecdsa(OWNER_KEY, hash)), "owner of nothing");
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, address(this)));
        implementation.execute(SINGLE, abi.encodePacked(address(target), uint256(0), _set(1)));
    }

    // --- Execution ---

    function test_OwnerCallsOne() external {
        assertTrue(_run(_single(address(target), 5, _set(9))), "the operation");
        assertEq(target.value(), 9, "value");
        assertEq(address(target).balance, 5, "wei");
    }

    function test_OwnerCallsSeveral() external {
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(target), 1, _set(1));
        calls[1] = Execution(address(target), 2, _set(2));
        assertTrue(_run(_batch(calls)), "the operation");
        assertEq(target.value(), 2, "value");
        assertEq(address(target).balance, 3, "wei");
    }

    function test_BatchRevertsAsAWhole() external {
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(target), 0, _set(1));
        calls[1] = Execution(address(target), 0, abi.encodeCall(TestTarget.fail, ()));
        assertFalse(_run(_batch(calls)), "the operation");
        assertEq(target.value(), 0, "value");
    }

    function test_TriedBatchKeepsWhatSucceeded() external {
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(target), 0, _set(4));
        calls[1] = Execution(address(target), 0, abi.encodeCall(TestTarget.fail, ()));
        assertTrue(_run(abi.encodeCall(account.execute, (TRY_BATCH, abi.encode(calls)))), "the operation");
        assertEq(target.value(), 4, "value");
    }

    function test_StaticCallChangesNothing() external {
        bytes memory read = abi.encodePacked(address(target), uint256(0), abi.encodeCall(target.value, ()));
        assertTrue(_run(abi.encodeCall(account.execute, (STATIC, read))), "a read");
        bytes memory write = abi.encodePacked(address(target), uint256(0), _set(1));
        assertFalse(_run(abi.encodeCall(account.execute, (STATIC, write))), "a write");
    }

    function test_FailureOfACallIsToldWithItsReason() external {
        vm.prank(address(account));
        vm.expectRevert(TestRefusal.selector);
        account.execute(SINGLE, abi.encodePacked(address(target), uint256(0), abi.encodeCall(TestTarget.fail, ())));
    }

    /// @dev ERC-7821 takes address 0 for the account itself; here it is nobody.
    function test_AddressZeroIsNoTarget() external {
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenTarget.selector, address(0)));
        account.execute(SINGLE, abi.encodePacked(address(0), uint256(0), abi.encodeCall(account.bumpEpoch, ())));
    }

    function test_NobodyElseExecutes() external {
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, address(this)));
        account.execute(SINGLE, abi.encodePacked(address(target), uint256(0), _set(1)));
    }

    /// @dev An owner's own bytes, but too few of them: nothing is read from beyond.
    function test_TooShortACallIsRefused(uint8 length) external {
        bytes memory data = new bytes(bound(length, 0, 51));
        vm.prank(address(account));
        vm.expectRevert();
        account.execute(SINGLE, data);
    }

    // --- Delegatecall ---

    function test_CodeThatIsNotAllowedIsNotDelegatecalled() external {
        bytes memory data = abi.encodePacked(address(delegate), abi.encodeCall(TestDelegate.write, (1)));
        assertFalse(account.supportsExecutionMode(DELEGATE), "supported");
        vm.prank(address(account));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISmartAccount.SmartAccountForbiddenCode.selector,
                address(delegate),
                address(delegate).codehash
            )
        );
        account.execute(DELEGATE, data);
    }

    function test_AllowedCodeIsDelegatecalled() external {
        bytes32[3] memory allowed = [address(delegate).codehash, bytes32(0), bytes32(0)];
        factory = new SmartAccountFactory(address(new SmartAccount(allowed, address(sessions))));
        account = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), 0)));
        vm.deal(address(account), 1 ether);
        assertTrue(account.supportsExecutionMode(DELEGATE), "supported");
        bytes memory data = abi.encodePacked(address(delegate), abi.encodeCall(TestDelegate.write, (77)));
        assertTrue(_run(abi.encodeCall(account.execute, (DELEGATE, data))), "the operation");
        assertEq(uint256(vm.load(address(account), 0)), 77, "slot");
        // Any other code still is not, and an address without code neither.
        data = abi.encodePacked(address(target), abi.encodeCall(TestDelegate.write, (1)));
        assertFalse(_run(abi.encodeCall(account.execute, (DELEGATE, data))), "other code");
        data = abi.encodePacked(address(0xdead), abi.encodeCall(TestDelegate.write, (1)));
        assertFalse(_run(abi.encodeCall(account.execute, (DELEGATE, data))), "no code");
    }

    // --- Signatures ---

    function test_AnotherKeyIsRefused() external {
        PackedUserOperation memory op = _signed(THIEF_KEY, _single(address(target), 0, _set(1)));
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA24 signature error"));
        this.handle(op);
    }

    function test_MalleatedSignatureIsRefused() external {
        PackedUserOperation memory op = _signed(OWNER_KEY, _single(address(target), 0, _set(1)));
        bytes32 hash = _hashOf(ENTRY_POINT, op);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, hash);
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        (uint8 v2, bytes32 s2) = (v == 27 ? 28 : 27, bytes32(n - uint256(s)));
        // Without the rule: the other half of the same signature recovers the owner too.
        assertEq(ecrecover(hash, v2, r, s2), vm.addr(OWNER_KEY), "recovers");
        op.signature = abi.encodePacked(r, s2, v2);
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA24 signature error"));
        this.handle(op);
    }

    function test_OperationIsNotReplayed() external {
        PackedUserOperation memory op = _signed(OWNER_KEY, _single(address(target), 1, _set(1)));
        assertTrue(_handle(ENTRY_POINT, op), "first");
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA25 invalid account nonce"));
        this.handle(op);
    }

    /// @dev SignatureChecker would ask the code of an EOA that delegated (EIP-7702) to something that says yes to all.
    function test_CodeAtTheOwnersAddressDoesNotSign() external {
        vm.etch(vm.addr(OWNER_KEY), address(new YesSigner()).code);
        PackedUserOperation memory op = _signed(THIEF_KEY, _single(address(target), 0, _set(1)));
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA24 signature error"));
        this.handle(op);
        assertTrue(_run(_single(address(target), 0, _set(1))), "the key still does");
    }

    // --- ERC-1271 ---

    function test_OwnerAnswersForAPersonalMessage() external view {
        bytes32 message = keccak256("hello");
        bytes memory signature = _ecdsa(OWNER_KEY, _personal(address(account), message));
        assertEq(bytes32(account.isValidSignature(message, signature)), bytes32(bytes4(0x1626ba7e)), "answer");
        assertEq(
            bytes32(account.isValidSignature(bytes32(uint256(0x7739) * (type(uint256).max / 0xffff)), "")),
            bytes32(bytes4(0x77390001)),
            "ERC-7739 is told"
        );
    }

    function test_SignatureForOneAccountIsNotReplayedOnAnother() external {
        SmartAccount other = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), bytes32(uint256(5)))));
        bytes32 message = keccak256("permit");
        bytes memory plain = _ecdsa(OWNER_KEY, message);
        bytes memory nested = _ecdsa(OWNER_KEY, _personal(address(account), message));
        // Without the nesting, what the owner signed once would count for both.
        assertEq(ECDSA.recover(message, plain), vm.addr(OWNER_KEY), "the same owner");
        assertEq(bytes32(account.isValidSignature(message, plain)), bytes32(bytes4(0xffffffff)), "plain here");
        assertEq(bytes32(other.isValidSignature(message, plain)), bytes32(bytes4(0xffffffff)), "plain there");
        assertEq(bytes32(account.isValidSignature(message, nested)), bytes32(bytes4(0x1626ba7e)), "nested here");
        assertEq(bytes32(other.isValidSignature(message, nested)), bytes32(bytes4(0xffffffff)), "nested there");
    }

    // --- EntryPoint v0.7 ---

    function test_V07OwnerSignsTypedData() external {
        bytes32[3] memory none;
        SmartAccountFactory factory07 = new SmartAccountFactory(address(new SmartAccountV07(none, address(sessions))));
        SmartAccount account07 = SmartAccount(payable(factory07.createAccount(_ownerOf(OWNER_KEY), 0)));
        vm.deal(address(account07), 1 ether);
        PackedUserOperation memory op = _operation(address(account07), 0, _single(address(target), 1, _set(6)));
        op.signature = _ecdsa(OWNER_KEY, _hashOf(ENTRY_POINT_V07, op));
        // The bare hash of v0.7 is not what is signed.
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA24 signature error"));
        this.handle07(op);
        op.signature = _ecdsa(OWNER_KEY, _typedHash(op, address(ENTRY_POINT_V07)));
        assertTrue(_handle(ENTRY_POINT_V07, op), "the operation");
        assertEq(target.value(), 6, "value");
        // And the other entry point is a stranger.
        op = _operation(address(account07), 0, _single(address(target), 1, _set(8)));
        op.signature = _ecdsa(OWNER_KEY, _hashOf(ENTRY_POINT, op));
        vm.expectRevert();
        this.handle(op);
    }

    /// @dev The same typed data is what v0.9 hashes itself.
    function test_V09HashIsTheTypedData() external view {
        PackedUserOperation memory op = _operation(address(account), 0, _single(address(target), 1, _set(6)));
        assertEq(_hashOf(ENTRY_POINT, op), _typedHash(op, address(ENTRY_POINT)), "hash");
    }

    // --- Calls under test, for expectRevert ---

    function handle(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT, op);
    }

    function handle07(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT_V07, op);
    }

    // --- Private ---

    function _set(uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(TestTarget.set, (value));
    }

    /// @dev ERC-7739's PersonalSign, written out from the standard.
    function _personal(address account_, bytes32 message) private view returns (bytes32) {
        return
            MessageHashUtils.toTypedDataHash(
                _domain("Portcullis SmartAccount", account_),
                keccak256(abi.encode(keccak256("PersonalSign(bytes prefixed)"), message))
            );
    }

    /// @dev EIP-712 of a user operation, written out from v0.8's source.
    function _typedHash(PackedUserOperation memory op, address entryPoint) private view returns (bytes32) {
        bytes32 type_ = keccak256(
            "PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)"
        );
        bytes32 operation = keccak256(
            abi.encode(
                type_,
                op.sender,
                op.nonce,
                keccak256(op.initCode),
                keccak256(op.callData),
                op.accountGasLimits,
                op.preVerificationGas,
                op.gasFees,
                keccak256(op.paymasterAndData)
            )
        );
        return MessageHashUtils.toTypedDataHash(_domain("ERC4337", entryPoint), operation);
    }

    function _domain(string memory name, address contract_) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256(bytes(name)),
                    keccak256("1"),
                    block.chainid,
                    contract_
                )
            );
    }
}
