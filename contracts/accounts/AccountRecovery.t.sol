// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_FALLBACK,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {AccountFixture} from "./AccountFixture.t.sol";
import {ISmartAccount, MODULE_TYPE_RECOVERY} from "./ISmartAccount.sol";
import {SmartAccount} from "./SmartAccount.sol";
import {SmartAccountFactory} from "./SmartAccountFactory.sol";
import {TestDelegate, TestModule, TestTarget} from "./TestModule.t.sol";

/// @dev A module that takes ether, which a thief of the owner's key installed in time. @dev Trust: test only.
contract PayableModule is TestModule {
    receive() external payable {}
}

/// @dev What the recovery module can do to an account, and what a thief of the owner's key cannot. @dev Trust: test only.
contract AccountRecoveryTest is AccountFixture {
    uint256 private constant NEW_KEY = 0x2e55;

    TestModule private guardians;
    TestModule private executor;
    TestTarget private target;

    function setUp() public override {
        super.setUp();
        (guardians, executor, target) = (new TestModule(), new TestModule(), new TestTarget());
        assertTrue(_install(MODULE_TYPE_RECOVERY, address(guardians), ""), "recovery module");
    }

    // --- The owner ---

    function test_RecoveryReplacesTheOwnerAndTurnsModulesOff() external {
        _install(MODULE_TYPE_EXECUTOR, address(executor), "");
        uint256 before = account.epoch();
        guardians.recover(account, _ownerOf(NEW_KEY), 0, 0);

        assertEq(keccak256(account.owner()), keccak256(_ownerOf(NEW_KEY)), "owner");
        assertFalse(account.epoch() == before, "a new epoch");
        PackedUserOperation memory op = _signed(OWNER_KEY, _single(address(target), 1, ""));
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA24 signature error"));
        this.handle(op);
        // Not in that second; and what the account itself pays for is valid from the one after the next.
        skip(2);
        assertTrue(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(address(target), 1, _set(1)))), "the new owner");

        // What a thief may have left behind is off, the recovery module is not.
        assertFalse(account.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(executor), ""), "executor");
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(executor)));
        executor.drive(address(account), SINGLE, abi.encodePacked(address(target), uint256(1), ""));
        assertTrue(account.isModuleInstalled(MODULE_TYPE_RECOVERY, address(guardians), ""), "recovery module");
    }

    function test_ModuleOfAnEarlierGenerationIsCleanedUpAndInstalledAnew() external {
        _install(MODULE_TYPE_EXECUTOR, address(executor), "");
        bytes memory selector = abi.encodePacked(TestModule.whoCalls.selector);
        TestModule handler = new TestModule();
        _install(MODULE_TYPE_FALLBACK, address(handler), selector);
        guardians.recover(account, _ownerOf(NEW_KEY), 0, 0);
        skip(2);
        vm.expectRevert();
        TestModule(address(account)).whoCalls();

        assertTrue(
            _by(NEW_KEY, abi.encodeCall(account.uninstallModule, (MODULE_TYPE_EXECUTOR, address(executor), ""))),
            "cleaned up"
        );
        assertEq(executor.uninstalls(), 1, "told");
        assertTrue(
            _by(NEW_KEY, abi.encodeCall(account.installModule, (MODULE_TYPE_FALLBACK, address(handler), selector))),
            "installed anew"
        );
        assertEq(TestModule(address(account)).whoCalls(), address(this), "handled");
    }

    function test_RecoveringOneAccountLeavesAnotherAlone() external {
        SmartAccount other = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), bytes32(uint256(9)))));
        guardians.recover(account, _ownerOf(NEW_KEY), 0, 0);
        assertEq(keccak256(other.owner()), keccak256(_ownerOf(OWNER_KEY)), "owner");
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(guardians)));
        guardians.recover(other, _ownerOf(NEW_KEY), 0, 0);
    }

    function test_NobodyElseReplacesTheOwner() external {
        _install(MODULE_TYPE_EXECUTOR, address(executor), "");
        _install(MODULE_TYPE_VALIDATOR, address(executor), "");
        bytes memory owner = _ownerOf(THIEF_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(executor)));
        executor.recover(account, owner, 0, 0);
        // The owner neither: a thief of its key would lock the guardians out.
        bytes memory call = abi.encodeCall(account.recoverOwner, (owner, 0, 0));
        assertFalse(_run(call), "the owner");
        assertFalse(_run(_single(address(account), 0, call)), "the owner, through the account");
        assertEq(keccak256(account.owner()), keccak256(_ownerOf(OWNER_KEY)), "owner");
    }

    function test_OwnersThatCannotBeAreRefused() external {
        bytes[3] memory owners = [bytes(""), abi.encodePacked(address(0)), abi.encodePacked(address(target), "key")];
        for (uint256 i = 0; i < owners.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountInvalidOwner.selector, owners[i]));
            guardians.recover(account, owners[i], 0, 0);
        }
    }

    // --- The module's own place ---

    function test_RecoveryModuleLeavesOnlyWhenItAgrees() external {
        assertFalse(_uninstall(MODULE_TYPE_RECOVERY, address(guardians), ""), "while it does not");
        assertFalse(_install(MODULE_TYPE_RECOVERY, address(executor), ""), "a second one");
        guardians.set(0, TestModule.Cleanup.Revert, true, false);
        assertTrue(_uninstall(MODULE_TYPE_RECOVERY, address(guardians), ""), "when it does");
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(guardians)));
        guardians.recover(account, _ownerOf(NEW_KEY), 0, 0);
    }

    function test_RecoveryModuleMovesNothing() external {
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(guardians)));
        guardians.drive(address(account), SINGLE, abi.encodePacked(address(target), uint256(1), ""));
        assertFalse(_install(MODULE_TYPE_EXECUTOR, address(guardians), ""), "as an executor");
        assertFalse(_install(MODULE_TYPE_VALIDATOR, address(guardians), ""), "as a validator");
        bytes memory selector = abi.encodePacked(TestModule.whoCalls.selector);
        assertFalse(_install(MODULE_TYPE_FALLBACK, address(guardians), selector), "as a handler");
        // Nor the other way round: an executor does not become the recovery module.
        SmartAccount other = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), bytes32(uint256(7)))));
        vm.prank(address(other));
        other.installModule(MODULE_TYPE_EXECUTOR, address(executor), "");
        vm.prank(address(other));
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountModuleConflict.selector, address(executor)));
        other.installModule(MODULE_TYPE_RECOVERY, address(executor), "");
    }

    // --- Freeze ---

    function test_FreezeStopsValueAndModules() external {
        _install(MODULE_TYPE_EXECUTOR, address(executor), "");
        _install(MODULE_TYPE_VALIDATOR, address(executor), "");
        _depositForFees();
        guardians.freeze(account, uint48(clock() + 1 days));

        assertFalse(_run(_single(address(target), 1, "")), "ether");
        assertFalse(_run(_single(address(target), 0, _set(1))), "any call");
        assertFalse(_install(MODULE_TYPE_EXECUTOR, address(new TestModule()), ""), "installing");
        assertFalse(_uninstall(MODULE_TYPE_EXECUTOR, address(executor), ""), "removing");
        vm.expectRevert();
        executor.drive(address(account), SINGLE, abi.encodePacked(address(target), uint256(1), ""));
        PackedUserOperation memory op = _operation(
            address(account),
            _nonce(ENTRY_POINT, address(account), address(executor)),
            _scoped(address(executor), 0, address(target), 0, _set(1))
        );
        assertFalse(_handle(ENTRY_POINT, op), "a validator's call");
        assertEq(target.value(), 0, "value");

        skip(1 days);
        assertTrue(_run(_single(address(target), 1, _set(2))), "afterwards");
    }

    function test_FreezeLeavesAdministration() external {
        PayableModule till = new PayableModule();
        _install(MODULE_TYPE_EXECUTOR, address(till), "");
        _depositForFees();
        guardians.freeze(account, uint48(clock() + 1 days));
        uint256 before = account.epoch();
        assertTrue(_run(abi.encodeCall(account.bumpEpoch, ())), "revoking every session");
        assertFalse(account.epoch() == before, "epoch");
        bytes memory call = abi.encodeCall(TestModule.poke, ());
        assertTrue(_run(_single(address(guardians), 0, call)), "a call to the recovery module");
        assertFalse(_run(_single(address(guardians), 1, call)), "the same with value");
        assertFalse(_run(_single(address(till), 1, "")), "ether to a module");
        assertEq(address(till).balance, 0, "taken");
        guardians.freeze(account, 0);
        assertTrue(_run(_single(address(target), 1, _set(2))), "lifted");
    }

    function test_FreezeDoesNotStopRecovery() external {
        guardians.freeze(account, uint48(clock() + 1 days));
        guardians.recover(account, _ownerOf(NEW_KEY), 0, 0);
        skip(2);
        assertTrue(_by(NEW_KEY, _single(address(target), 1, _set(2))), "the new owner");
    }

    /// @dev Whatever the code would do: it cannot be let through in part.
    function test_RestrictedAccountDelegatecallsNothing() external {
        TestDelegate delegate = new TestDelegate();
        bytes32[3] memory allowed = [address(delegate).codehash, bytes32(0), bytes32(0)];
        factory = new SmartAccountFactory(address(new SmartAccount(allowed, address(sessions))));
        account = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), 0)));
        vm.prank(address(account));
        account.installModule(MODULE_TYPE_RECOVERY, address(guardians), "");
        bytes memory data = abi.encodePacked(address(delegate), abi.encodeCall(TestDelegate.write, (77)));
        bytes32 mode = bytes32(uint256(0xff) << 248);

        uint48 until = uint48(clock() + 1 days);
        guardians.freeze(account, until);
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountFrozen.selector, until));
        account.execute(mode, data);
        guardians.recover(account, _ownerOf(NEW_KEY), until, 1 ether);
        skip(1);
        vm.prank(address(account));
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountQuarantined.selector, until, 1 ether));
        account.execute(mode, data);
        vm.warp(until);
        vm.prank(address(account));
        account.execute(mode, data);
        assertEq(uint256(vm.load(address(account), 0)), 77, "afterwards");
    }

    /// @dev A Permit moves value without the account running.
    function test_FrozenAccountSignsNothing() external {
        bytes32 hash = keccak256("permit");
        bytes memory signature = _ecdsa(OWNER_KEY, _personal(hash));
        assertEq(bytes32(account.isValidSignature(hash, signature)), bytes32(bytes4(0x1626ba7e)), "before");
        guardians.freeze(account, uint48(clock() + 1 days));
        assertEq(bytes32(account.isValidSignature(hash, signature)), bytes32(bytes4(0xffffffff)), "frozen");
        skip(1 days);
        assertEq(bytes32(account.isValidSignature(hash, signature)), bytes32(bytes4(0x1626ba7e)), "after");
    }

    /// @dev A thief bundles its own operation: the fee is the theft, and no call need succeed.
    function test_FrozenAccountIsNotEmptiedByFees() external {
        PackedUserOperation memory op = _greedy();
        // Unfrozen, it works: the bundler has an ether of the account's more.
        uint256 state = vm.snapshotState();
        uint256 before = BUNDLER.balance;
        _handle(ENTRY_POINT, op);
        assertGe(BUNDLER.balance, before + 0.05 ether, "taken");
        vm.revertToState(state);

        guardians.freeze(account, uint48(clock() + 1 days));
        uint256 balance = address(account).balance;
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA22 expired or not due"));
        this.handle(op);
        assertEq(address(account).balance, balance, "balance");
    }

    // --- Quarantine ---

    function test_QuarantineLeavesNativeTransfersUpToItsLimit() external {
        uint256 end = clock() + 7 days;
        guardians.recover(account, _ownerOf(NEW_KEY), uint48(end), 2 ether);
        skip(1);
        _depositForFees();
        assertTrue(_by(NEW_KEY, _single(address(0xcafe), 1.5 ether, "")), "within");
        assertFalse(_by(NEW_KEY, _single(address(0xcafe), 0.6 ether, "")), "above what is left");
        assertTrue(_by(NEW_KEY, _single(address(0xcafe), 0.5 ether, "")), "the rest");
        assertFalse(_by(NEW_KEY, _single(address(target), 0, _set(1))), "a call with data");
        (, , uint48 until, uint256 left) = account.recovery();
        assertEq(until, end, "until");
        assertEq(left, 0, "left");
        skip(7 days);
        assertTrue(_by(NEW_KEY, _single(address(target), 1 ether, _set(1))), "afterwards");
    }

    function test_QuarantineHoldsExecutorsToo() external {
        guardians.recover(account, _ownerOf(NEW_KEY), uint48(clock() + 7 days), 1 ether);
        skip(1);
        _depositForFees();
        _by(NEW_KEY, abi.encodeCall(account.installModule, (MODULE_TYPE_EXECUTOR, address(executor), "")));
        executor.drive(address(account), SINGLE, abi.encodePacked(address(0xcafe), uint256(1 ether), ""));
        vm.expectRevert();
        executor.drive(address(account), SINGLE, abi.encodePacked(address(0xcafe), uint256(1), ""));
        vm.expectRevert();
        executor.drive(address(account), SINGLE, abi.encodePacked(address(target), uint256(0), _set(1)));
    }

    // --- Calls under test, for expectRevert ---

    function handle(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT, op);
    }

    // --- Private ---

    function _by(uint256 key, bytes memory callData) private returns (bool) {
        return _handle(ENTRY_POINT, _signed(key, callData));
    }

    /// @dev While restricted, fees come from the deposit.
    function _depositForFees() private {
        vm.deal(address(this), 1 ether);
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
    }

    /// @dev Fees of several ether for nothing.
    function _greedy() private view returns (PackedUserOperation memory op) {
        op = _operation(
            address(account),
            _nonce(ENTRY_POINT, address(account), address(0)),
            abi.encodeCall(account.bumpEpoch, ())
        );
        op.gasFees = bytes32((uint256(1000 gwei) << 128) | 1000 gwei);
        op.signature = _ecdsa(OWNER_KEY, _hashOf(ENTRY_POINT, op));
    }

    function _personal(bytes32 message) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Portcullis SmartAccount"),
                keccak256("1"),
                block.chainid,
                address(account)
            )
        );
        bytes32 nested = keccak256(abi.encode(keccak256("PersonalSign(bytes prefixed)"), message));
        return MessageHashUtils.toTypedDataHash(domain, nested);
    }

    function _set(uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(TestTarget.set, (value));
    }
}
