// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {IAccountExecute, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    Execution,
    IERC7579Module,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_FALLBACK,
    MODULE_TYPE_HOOK,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {AccountFixture} from "./AccountFixture.t.sol";
import {ISmartAccount} from "./ISmartAccount.sol";
import {TestModule, TestTarget} from "./TestModule.t.sol";

/// @dev OpenZeppelin's account as it comes: the attacks below succeed on it. @dev Trust: test only.
contract StockAccount is AccountERC7579 {
    constructor(address module) {
        _installModule(MODULE_TYPE_VALIDATOR, module, "");
        _installModule(MODULE_TYPE_EXECUTOR, module, "");
        _installModule(MODULE_TYPE_FALLBACK, module, abi.encodePacked(TestModule.poke.selector));
    }
}

/// @dev What modules cannot do, each tried on OpenZeppelin's account where it can be done. @dev Trust: test only.
contract AccountModulesTest is AccountFixture {
    bytes32 private constant TRY = bytes32(uint256(1) << 240);
    bytes32 private constant DELEGATE = bytes32(uint256(0xff) << 248);

    TestModule private module;
    TestModule private rogue;
    TestTarget private target;
    StockAccount private stock;

    function setUp() public override {
        super.setUp();
        (module, rogue, target) = (new TestModule(), new TestModule(), new TestTarget());
        stock = new StockAccount(address(module));
        vm.deal(address(stock), 10 ether);
    }

    // --- Validators ---

    function test_ValidatorAuthorisesACall() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        assertTrue(_runAs(address(module), _scoped(address(module), 0, address(target), 3, _set(5))), "the operation");
        assertEq(target.value(), 5, "value");
    }

    function test_ValidatorDoesNotReachTheAccountItself() external {
        bytes memory install = abi.encodeCall(account.installModule, (MODULE_TYPE_EXECUTOR, address(rogue), ""));
        // The stock account lets any validator authorise any selector.
        PackedUserOperation memory op = _by(address(stock), address(module), install);
        assertTrue(_handle(ENTRY_POINT, op), "stock: the operation");
        assertTrue(stock.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(rogue), ""), "stock: installed");

        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        bytes[5] memory calls = [
            install,
            abi.encodeCall(account.bumpEpoch, ()),
            abi.encodeCall(account.recoverOwner, (_ownerOf(THIEF_KEY), 0, 0)),
            _single(address(account), 0, install),
            abi.encodePacked(IAccountExecute.executeUserOp.selector, install)
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            _refuse(address(module), calls[i]);
        }
        // Through the one entry it has, its targets are others.
        address[5] memory targets = [
            address(account),
            address(ENTRY_POINT),
            address(module),
            address(sessions),
            address(0)
        ];
        for (uint256 i = 0; i < targets.length; ++i) {
            assertFalse(_runAs(address(module), _scoped(address(module), 0, targets[i], 0, install)), "foreign only");
        }
        assertFalse(account.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(rogue), ""), "installed");
    }

    function test_ValidatorSpeaksForNoOther() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        bytes memory call = _scoped(address(module), 0, address(target), 0, _set(1));
        // The nonce names a contract that is not installed, or another than the call does.
        _refuse(address(rogue), call);
        _refuse(address(rogue), _scoped(address(rogue), 0, address(target), 0, _set(1)));
    }

    function test_ValidatorTriesAndDelegatesNothing() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        bytes memory data = abi.encodePacked(address(target), uint256(0), _set(1));
        bytes32[3] memory modes = [TRY, DELEGATE, bytes32(uint256(1))];
        for (uint256 i = 0; i < modes.length; ++i) {
            bytes memory call = abi.encodeCall(ISmartAccount.executeAdmitted, (address(module), 0, modes[i], data));
            _refuse(address(module), call);
        }
    }

    function test_ValidatorsBoundsReachTheEntryPoint() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        bytes memory call = _scoped(address(module), 0, address(target), 0, _set(1));
        // Over since a second ago; not begun; refused; an aggregator that would judge in its place.
        uint256[4] memory data = [
            uint256(uint48(clock() - 1)) << 160,
            uint256(uint48(clock() + 1)) << 208,
            1,
            uint256(uint160(address(rogue)))
        ];
        for (uint256 i = 0; i < data.length; ++i) {
            module.set(data[i], TestModule.Cleanup.Quiet, false, false);
            _refuse(address(module), call);
        }
    }

    function test_ValidatorRemovedInTheSameBundleDoesNotRun() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        ops[0] = _signed(
            OWNER_KEY,
            abi.encodeCall(account.uninstallModule, (MODULE_TYPE_VALIDATOR, address(module), ""))
        );
        ops[1] = _by(address(account), address(module), _scoped(address(module), 0, address(target), 0, _set(1)));
        // One account's second operation of a bundle has another nonce key: both were valid when the bundle was.
        bool[] memory successes = _handleAll(ENTRY_POINT, ops);
        assertTrue(successes[0], "removal");
        assertFalse(successes[1], "the removed validator's call");
        assertEq(target.value(), 0, "value");
    }

    function test_ConsumerIsAskedBeforeTheCallsItAuthorised() external {
        module.set(0, TestModule.Cleanup.Quiet, false, true);
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        _runAs(address(module), _scoped(address(module), 0, address(target), 0, _set(1)));
        assertEq(module.consumed(), 0, "nothing to count");
        _runAs(address(module), _scoped(address(module), "context", address(target), 0, _set(1)));
        assertEq(module.consumed(), 1, "counted");
        bytes memory failing = abi.encodeCall(TestTarget.fail, ());
        assertFalse(_runAs(address(module), _scoped(address(module), "context", address(target), 0, failing)), "fails");
        assertEq(module.consumed(), 1, "given back");
    }

    /// @dev A validator reads one meaning, the account would run another: no second meaning is accepted.
    function test_NonCanonicalCalldataIsRefused() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        bytes memory good = _scoped(address(module), 0, address(target), 0, _set(1));
        bytes memory batch = _scopedBatch("");
        assertTrue(_runAs(address(module), good), "canonical single");
        assertTrue(_runAs(address(module), batch), "canonical batch");

        // Another selector before the same words: bumpEpoch takes no arguments, and minds none.
        bytes memory other = bytes.concat(good);
        for (uint256 i = 0; i < 4; ++i) other[i] = account.bumpEpoch.selector[i];
        _refuse(address(module), other);

        // Position of a word's last byte, and what is put there: validator, offset, length, padding.
        _refuse(address(module), _with(good, 4, 1));
        _refuse(address(module), _with(good, 4 + 0x7f, 0xa0));
        _refuse(address(module), _with(good, 4 + 0x9f, 0x40));
        _refuse(address(module), _with(good, good.length - 1, 1));
        _refuse(address(module), abi.encodePacked(good, bytes32(0)));
        _refuse(address(module), abi.encodePacked(good, uint8(0)));
        // In the batch, whose bytes begin at 0xa4: array's offset, first element's offset, target's high bytes,
        // the data's offset, its length, its padding.
        uint256 begin = 0xa4;
        _refuse(address(module), _with(batch, begin + 0x1f, 0x40));
        _refuse(address(module), _with(batch, begin + 0x5f, 0x60));
        _refuse(address(module), _with(batch, begin + 0x80, 1));
        _refuse(address(module), _with(batch, begin + 0xdf, 0x80));
        _refuse(address(module), _with(batch, begin + 0xff, 0x44));
        _refuse(address(module), _with(batch, batch.length - 1, 1));
        // A word behind the last call, within the bytes' length.
        _refuse(address(module), _scopedBatch(abi.encode(0)));
    }

    function test_TheSessionValidatorIsInstalledAsAValidatorUntilItIsRemoved() external {
        address validator = address(sessions);
        assertTrue(account.isModuleInstalled(MODULE_TYPE_VALIDATOR, validator, ""), "from the start");
        assertFalse(account.isModuleInstalled(MODULE_TYPE_EXECUTOR, validator, ""), "as nothing else");
        assertTrue(_uninstall(MODULE_TYPE_VALIDATOR, validator, ""), "removed");
        assertFalse(account.isModuleInstalled(MODULE_TYPE_VALIDATOR, validator, ""), "no longer");
        assertTrue(_install(MODULE_TYPE_VALIDATOR, validator, ""), "installed");
        assertTrue(account.isModuleInstalled(MODULE_TYPE_VALIDATOR, validator, ""), "again");
    }

    // --- Executors ---

    function test_ExecutorMovesValueElsewhere() external {
        _install(MODULE_TYPE_EXECUTOR, address(module), "");
        module.drive(address(account), SINGLE, abi.encodePacked(address(target), uint256(4), _set(2)));
        assertEq(address(target).balance, 4, "wei");
        bytes[] memory results = module.drive(
            address(account),
            SINGLE,
            abi.encodePacked(address(target), uint256(0), abi.encodeCall(target.value, ()))
        );
        assertEq(abi.decode(results[0], (uint256)), 2, "what the call returned");
    }

    function test_ExecutorDoesNotReachTheAccountOrItsModules() external {
        bytes memory install = abi.encodeCall(account.installModule, (MODULE_TYPE_VALIDATOR, address(rogue), ""));
        // On the stock account an executor has it install whatever it likes.
        module.drive(address(stock), SINGLE, abi.encodePacked(address(stock), uint256(0), install));
        assertTrue(stock.isModuleInstalled(MODULE_TYPE_VALIDATOR, address(rogue), ""), "stock: installed");

        _install(MODULE_TYPE_EXECUTOR, address(module), "");
        address[4] memory targets = [address(account), address(module), address(sessions), address(ENTRY_POINT)];
        for (uint256 i = 0; i < targets.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenTarget.selector, targets[i]));
            module.drive(address(account), SINGLE, abi.encodePacked(targets[i], uint256(0), install));
            Execution[] memory calls = new Execution[](2);
            calls[0] = Execution(address(target), 0, _set(1));
            calls[1] = Execution(targets[i], 0, install);
            vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenTarget.selector, targets[i]));
            module.drive(address(account), BATCH, abi.encode(calls));
        }
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenTarget.selector, address(0)));
        module.drive(address(account), SINGLE, abi.encodePacked(address(0), uint256(0), install));
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenMode.selector, DELEGATE));
        module.drive(address(account), DELEGATE, abi.encodePacked(address(target), install));
    }

    function test_NobodyElseIsAnExecutor() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(module)));
        module.drive(address(account), SINGLE, abi.encodePacked(address(target), uint256(4), _set(2)));
    }

    // --- Fallback handlers ---

    function test_HandlerReadsAndIsToldTheCaller() external {
        _install(MODULE_TYPE_FALLBACK, address(module), abi.encodePacked(TestModule.whoCalls.selector));
        assertEq(TestModule(address(account)).whoCalls(), address(this), "caller");
        _uninstall(MODULE_TYPE_FALLBACK, address(module), abi.encodePacked(TestModule.whoCalls.selector));
        vm.expectRevert(
            abi.encodeWithSelector(ISmartAccount.SmartAccountMissingHandler.selector, TestModule.whoCalls.selector)
        );
        TestModule(address(account)).whoCalls();
    }

    /// @dev Anyone calls the account, the account calls the handler: its writes would be the account's.
    function test_HandlerDoesNotWriteInTheAccountsName() external {
        TestModule(address(stock)).poke();
        assertEq(module.consumed(), 1, "stock: anyone had it called");

        _install(MODULE_TYPE_FALLBACK, address(rogue), abi.encodePacked(TestModule.poke.selector));
        vm.expectRevert();
        TestModule(address(account)).poke();
        assertEq(rogue.consumed(), 0, "written");
    }

    function test_HandlerIsNothingElse() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        bytes memory selector = abi.encodePacked(TestModule.whoCalls.selector);
        assertFalse(_install(MODULE_TYPE_FALLBACK, address(module), selector), "a validator as handler");
        assertFalse(_install(MODULE_TYPE_FALLBACK, address(sessions), selector), "the session validator as handler");
        assertTrue(_install(MODULE_TYPE_FALLBACK, address(rogue), selector), "a handler");
        assertFalse(_install(MODULE_TYPE_EXECUTOR, address(rogue), ""), "a handler as executor");
        assertFalse(_install(MODULE_TYPE_VALIDATOR, address(rogue), ""), "a handler as validator");
    }

    function test_HandlerIsReplacedAndRemovedByNoOther() external {
        bytes memory selector = abi.encodePacked(TestModule.whoCalls.selector);
        _install(MODULE_TYPE_FALLBACK, address(module), selector);
        assertFalse(_install(MODULE_TYPE_FALLBACK, address(rogue), selector), "another for the same selector");
        assertFalse(_uninstall(MODULE_TYPE_FALLBACK, address(rogue), selector), "another's removal");
        assertEq(TestModule(address(account)).whoCalls(), address(this), "still answered");
    }

    function test_HandlerIsNoTargetOfOtherModules() external {
        _install(MODULE_TYPE_FALLBACK, address(rogue), abi.encodePacked(TestModule.whoCalls.selector));
        bytes memory poke = abi.encodePacked(address(rogue), uint256(0), abi.encodeCall(TestModule.poke, ()));
        _install(MODULE_TYPE_EXECUTOR, address(module), "");
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenTarget.selector, address(rogue)));
        module.drive(address(account), SINGLE, poke);
    }

    function test_ReservedSelectorsHaveNoHandler() external {
        bytes4[4] memory reserved = [
            IERC7579Module.onInstall.selector,
            IERC7579Module.onUninstall.selector,
            IAccountExecute.executeUserOp.selector,
            bytes4(0x150b7a02)
        ];
        for (uint256 i = 0; i < reserved.length; ++i) {
            assertFalse(_install(MODULE_TYPE_FALLBACK, address(module), abi.encodePacked(reserved[i])), "reserved");
        }
    }

    function test_TokensAreReceived() external {
        (bool success, bytes memory answer) = address(account).call(
            abi.encodeWithSelector(0x150b7a02, address(1), address(2), uint256(3), "")
        );
        assertTrue(success && bytes4(answer) == 0x150b7a02 && answer.length == 32, "onERC721Received");
    }

    // --- The list ---

    /// @dev Whatever hooks are for is in the account: there is no hook to go around.
    function test_HooksAreUnsupported() external {
        assertFalse(account.supportsModule(MODULE_TYPE_HOOK), "supported");
        assertFalse(_install(MODULE_TYPE_HOOK, address(module), ""), "installed");
    }

    function test_ModuleIsInstalledOnce() external {
        assertTrue(_install(MODULE_TYPE_EXECUTOR, address(rogue), ""), "first");
        assertFalse(_install(MODULE_TYPE_EXECUTOR, address(rogue), ""), "second");
        assertEq(rogue.installs(), 1, "installs");
    }

    function test_RemovalLeavesNothing() external {
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        _install(MODULE_TYPE_EXECUTOR, address(module), "");
        _uninstall(MODULE_TYPE_VALIDATOR, address(module), "");
        assertTrue(account.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(module), ""), "still an executor");
        _uninstall(MODULE_TYPE_EXECUTOR, address(module), "");
        bytes32 base = 0xfabcb19e936b63df1ec632586b4d090e5a91affff7afdde62d0b9e7dd3f82b00;
        bytes32 record = keccak256(abi.encode(address(module), uint256(base) + 3));
        assertEq(vm.load(address(account), record), bytes32(0), "record");
        assertEq(module.uninstalls(), 2, "told twice");
        assertFalse(_uninstall(MODULE_TYPE_EXECUTOR, address(module), ""), "once more");
    }

    /// @dev Else what it granted would be back with the module.
    function test_RemovedConsumersGrantsStayDead() external {
        uint256 epoch = account.epoch();
        _install(MODULE_TYPE_VALIDATOR, address(rogue), "");
        _uninstall(MODULE_TYPE_VALIDATOR, address(rogue), "");
        assertEq(account.epoch(), epoch, "one that grants nothing");
        module.set(0, TestModule.Cleanup.Quiet, false, true);
        _install(MODULE_TYPE_EXECUTOR, address(module), "");
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        _uninstall(MODULE_TYPE_VALIDATOR, address(module), "");
        assertFalse(account.epoch() == epoch, "a consumer");
        // It remains an executor; nothing is left of the consumer.
        module.set(0, TestModule.Cleanup.Quiet, false, false);
        _install(MODULE_TYPE_VALIDATOR, address(module), "");
        assertTrue(_runAs(address(module), _scoped(address(module), "context", address(target), 0, _set(1))), "runs");
        assertEq(module.consumed(), 0, "consumed");
    }

    function test_ModuleDoesNotStopItsRemoval() external {
        TestModule.Cleanup[3] memory ways = [
            TestModule.Cleanup.Revert,
            TestModule.Cleanup.BurnGas,
            TestModule.Cleanup.ReturnBomb
        ];
        for (uint256 i = 0; i < ways.length; ++i) {
            _install(MODULE_TYPE_EXECUTOR, address(module), "");
            module.set(0, ways[i], false, false);
            assertTrue(_uninstall(MODULE_TYPE_EXECUTOR, address(module), ""), "removed");
            assertFalse(account.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(module), ""), "installed");
        }
    }

    /// @dev Else whoever chooses the gas would choose whether a module cleans up.
    function test_RemovalWithoutGasForCleaningUpIsRefused() external {
        _install(MODULE_TYPE_EXECUTOR, address(module), "");
        vm.prank(address(account));
        (bool success, ) = address(account).call{gas: 250_000}(
            abi.encodeCall(account.uninstallModule, (MODULE_TYPE_EXECUTOR, address(module), ""))
        );
        assertFalse(success, "removed with little gas");
        assertTrue(account.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(module), ""), "installed");
    }

    function test_ReentranceWhileInstallingFindsTheListWhole() external {
        bytes memory install = abi.encodeCall(account.installModule, (MODULE_TYPE_VALIDATOR, address(rogue), ""));
        module.setReentry(abi.encodePacked(address(account), uint256(0), install));
        assertTrue(_install(MODULE_TYPE_EXECUTOR, address(module), ""), "installed");
        assertTrue(module.reentryFailed(), "the account as target");
        assertFalse(account.isModuleInstalled(MODULE_TYPE_VALIDATOR, address(rogue), ""), "rogue");

        // On its way out it is no executor any more.
        module.setReentry(abi.encodePacked(address(target), uint256(1 ether), ""));
        module.set(0, TestModule.Cleanup.Reenter, false, false);
        assertTrue(_uninstall(MODULE_TYPE_EXECUTOR, address(module), ""), "removed");
        assertTrue(module.reentryFailed(), "an executor on its way out");
        assertEq(address(target).balance, 0, "wei");
    }

    function test_ModuleOfAnotherTypeIsRefused() external {
        assertFalse(_install(MODULE_TYPE_VALIDATOR, address(target), ""), "no module");
        assertFalse(_install(MODULE_TYPE_VALIDATOR, address(0xdead), ""), "no code");
        assertFalse(_uninstall(MODULE_TYPE_VALIDATOR, address(module), ""), "not installed");
    }

    // --- Calls under test, for expectRevert ---

    function handle(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT, op);
    }

    // --- Private ---

    function _by(
        address sender,
        address validator,
        bytes memory callData
    ) private view returns (PackedUserOperation memory) {
        return _operation(sender, _nonce(ENTRY_POINT, sender, validator), callData);
    }

    function _runAs(address validator, bytes memory callData) private returns (bool) {
        return _handle(ENTRY_POINT, _by(address(account), validator, callData));
    }

    /// @dev The account's operation is not valid.
    function _refuse(address validator, bytes memory callData) private {
        PackedUserOperation memory op = _by(address(account), validator, callData);
        vm.expectRevert();
        this.handle(op);
    }

    function _scopedBatch(bytes memory behind) private view returns (bytes memory) {
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(target), 1, _set(1));
        calls[1] = Execution(address(target), 2, _set(2));
        bytes memory execution = bytes.concat(abi.encode(calls), behind);
        return abi.encodeCall(ISmartAccount.executeAdmitted, (address(module), 0, BATCH, execution));
    }

    function _with(bytes memory data, uint256 position, uint8 value) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        changed[position] = bytes1(value);
    }

    function _set(uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(TestTarget.set, (value));
    }
}
