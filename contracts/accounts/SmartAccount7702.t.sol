// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {MODULE_TYPE_EXECUTOR, MODULE_TYPE_VALIDATOR} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {AccountFixture} from "./AccountFixture.t.sol";
import {AccountStorage} from "./AccountStorage.sol";
import {ISmartAccount, MODULE_TYPE_RECOVERY} from "./ISmartAccount.sol";
import {FullAccount7702} from "./FullAccount7702.sol";
import {SmartAccount7702} from "./SmartAccount7702.sol";
import {TestModule, TestTarget} from "./TestModule.t.sol";

/// @dev Our build without the one rule under test. @dev Trust: test only.
contract TrustingAccount7702 is FullAccount7702 {
    constructor(bytes32[3] memory delegateCode) FullAccount7702(delegateCode, address(0)) {}

    function _isActive() internal pure override returns (bool) {
        return true;
    }
}

/// @dev An earlier delegate that leaves an executor behind where ours keeps its modules. @dev Trust: test only.
contract HostileDelegate {
    bytes32 private constant BASE = 0xfabcb19e936b63df1ec632586b4d090e5a91affff7afdde62d0b9e7dd3f82b00;

    function leave(bytes32 mark, address executor) external {
        bytes32 data = keccak256(abi.encode(mark, BASE));
        bytes32 record = keccak256(abi.encode(executor, uint256(data) + 3));
        assembly {
            sstore(BASE, mark)
            // hasModules, and the record of an executor and validator.
            sstore(data, shl(251, 1))
            sstore(record, 3)
        }
    }
}

/// @dev An EOA that delegates to the account. @dev Trust: test only.
contract SmartAccount7702Test is AccountFixture {
    bytes32 private constant MARK = keccak256("a mark");

    FullAccount7702 private implementation;
    SmartAccount7702 private front;
    FullAccount7702 private eoa;
    TestModule private module;
    TestTarget private target;

    function setUp() public override {
        super.setUp();
        bytes32[3] memory none;
        implementation = new FullAccount7702(none, address(sessions));
        front = new SmartAccount7702(address(implementation));
        (module, target) = (new TestModule(), new TestTarget());
        eoa = FullAccount7702(payable(vm.addr(OWNER_KEY)));
        vm.deal(address(eoa), 10 ether);
        _delegateTo(address(front));
        // The fixture's operations are the EOA's.
        account = eoa;
    }

    function test_KeyOperatesAtOnce() external {
        assertTrue(_run(_single(address(target), 3, _set(4))), "the operation");
        assertEq(target.caller(), address(eoa), "caller");
        PackedUserOperation memory op = _signed(THIEF_KEY, _single(address(target), 0, _set(1)));
        vm.expectRevert(abi.encodeWithSelector(IEntryPoint.FailedOp.selector, 0, "AA24 signature error"));
        this.handle(op);
    }

    /// @dev There is nothing to initialize, and what starts the modules only the key can sign.
    function test_NobodyElseActivates() external {
        (bytes32 r, bytes32 vs) = _sign(OWNER_KEY, MARK, address(implementation));
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, address(this)));
        eoa.activate(MARK, r, vs);
        (r, vs) = _sign(THIEF_KEY, MARK, address(implementation));
        assertFalse(_run(abi.encodeCall(eoa.activate, (MARK, r, vs))), "another key's mark");
        (r, vs) = _sign(OWNER_KEY, MARK, address(target));
        assertFalse(_run(abi.encodeCall(eoa.activate, (MARK, r, vs))), "a mark for other code");
    }

    function test_WithoutAMarkThereAreNoModules() external {
        assertFalse(_install(MODULE_TYPE_EXECUTOR, address(module), ""), "installing");
        assertFalse(eoa.isModuleInstalled(MODULE_TYPE_VALIDATOR, address(sessions), ""), "sessions");
        vm.expectRevert(AccountStorage.SmartAccountInactive.selector);
        eoa.epoch();
    }

    function test_WithAMarkModulesWork() external {
        _activate(MARK);
        assertTrue(_install(MODULE_TYPE_EXECUTOR, address(module), ""), "installing");
        module.drive(address(eoa), SINGLE, abi.encodePacked(address(target), uint256(1), _set(2)));
        assertEq(target.value(), 2, "value");
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountForbiddenTarget.selector, address(module)));
        module.drive(address(eoa), SINGLE, abi.encodePacked(address(module), uint256(0), ""));
        assertTrue(eoa.isModuleInstalled(MODULE_TYPE_VALIDATOR, address(sessions), ""), "sessions");
        assertTrue(_uninstall(MODULE_TYPE_VALIDATOR, address(sessions), ""), "sessions off");
        assertFalse(eoa.isModuleInstalled(MODULE_TYPE_VALIDATOR, address(sessions), ""), "sessions");
    }

    function test_EpochsOfOneMarkAndOfTwoDiffer() external {
        _activate(MARK);
        uint256 first = eoa.epoch();
        _run(abi.encodeCall(eoa.bumpEpoch, ()));
        uint256 second = eoa.epoch();
        _run(abi.encodeCall(eoa.bumpEpoch, ()));
        assertTrue(first != second && second != eoa.epoch() && first != eoa.epoch(), "bumped");
        _activate(keccak256("another"));
        assertTrue(first != eoa.epoch() && second != eoa.epoch(), "activated anew");
    }

    function test_WhatAnEarlierDelegateLeftCountsForNothing() external {
        HostileDelegate hostile = new HostileDelegate();
        bytes memory theft = abi.encodePacked(address(0xcafe), uint256(5 ether), "");
        // Where the mark is not checked, its executor empties the account.
        _delegateTo(address(hostile));
        HostileDelegate(address(eoa)).leave(MARK, address(module));
        bytes32[3] memory none;
        _delegateTo(address(new TrustingAccount7702(none)));
        uint256 state = vm.snapshotState();
        module.drive(address(eoa), SINGLE, theft);
        assertEq(address(0xcafe).balance, 5 ether, "trusting: stolen");
        vm.revertToState(state);

        _delegateTo(address(front));
        vm.expectRevert(AccountStorage.SmartAccountInactive.selector);
        module.drive(address(eoa), SINGLE, theft);
        assertFalse(eoa.isModuleInstalled(MODULE_TYPE_EXECUTOR, address(module), ""), "installed");
        assertTrue(_run(_single(address(target), 3, _set(4))), "the key is not in its way");
        // Nor does it come to life with a mark of the key's own.
        _activate(keccak256("unknown to it"));
        vm.expectRevert(abi.encodeWithSelector(ISmartAccount.SmartAccountUnauthorized.selector, address(module)));
        module.drive(address(eoa), SINGLE, theft);
    }

    /// @dev Any word in the slots an account reads, whoever wrote it.
    function test_StaleStorageDoesNotStopTheKey(bytes32 word) external {
        bytes32 base = 0xfabcb19e936b63df1ec632586b4d090e5a91affff7afdde62d0b9e7dd3f82b00;
        for (uint256 i = 0; i < 5; ++i) {
            vm.store(address(eoa), bytes32(uint256(base) + i), word);
            vm.store(address(eoa), bytes32(i), word);
        }
        assertTrue(_run(_single(address(target), 3, _set(4))), "the operation");
        assertEq(keccak256(eoa.owner()), keccak256(abi.encodePacked(address(eoa))), "owner");
        (address recovery, uint48 frozenUntil, uint48 quarantinedUntil, ) = eoa.recovery();
        assertTrue(recovery == address(0) && frozenUntil == 0 && quarantinedUntil == 0, "recovery");
    }

    function test_RecoveryAndFreezeAreRefused() external {
        _activate(MARK);
        assertFalse(eoa.supportsModule(MODULE_TYPE_RECOVERY), "supported");
        assertFalse(_install(MODULE_TYPE_RECOVERY, address(module), ""), "installed");
        vm.expectRevert(ISmartAccount.SmartAccountUnsupported.selector);
        eoa.recoverOwner(_ownerOf(THIEF_KEY), 0, 0);
        vm.expectRevert(ISmartAccount.SmartAccountUnsupported.selector);
        eoa.freeze(1);
    }

    /// @dev What the front does itself, against what the whole account does: the same.
    function test_FrontAndFullAccountAgree(address to, uint96 value, bytes4 data, uint256 key, bool plain) external {
        vm.assume(uint160(to) > 0xffff && to.code.length == 0 && to != BUNDLER);
        bytes memory call = _single(to, bound(value, 0, 11 ether), plain ? bytes("") : abi.encodePacked(data));
        uint256 state = vm.snapshotState();
        (bool valid, bool success) = this.outcome(_signed(bound(key, OWNER_KEY, OWNER_KEY + 1), call));
        uint256 received = to.balance;
        vm.revertToState(state);

        _delegateTo(address(implementation));
        (bool valid2, bool success2) = this.outcome(_signed(bound(key, OWNER_KEY, OWNER_KEY + 1), call));
        assertTrue(valid == valid2 && success == success2 && received == to.balance, "outcomes");
    }

    function test_FrontLeavesStrangersToTheFullAccount() external {
        vm.expectRevert(abi.encodeWithSelector(Account.AccountUnauthorized.selector, address(this)));
        eoa.execute(SINGLE, abi.encodePacked(address(target), uint256(0), _set(1)));
        vm.prank(address(eoa));
        eoa.execute(SINGLE, abi.encodePacked(address(target), uint256(0), _set(1)));
        assertEq(target.value(), 1, "the EOA's own transaction");
        assertFalse(_run(_single(address(0), 0, "")), "address 0");
        (bool received, ) = address(eoa).call{value: 0}("");
        assertTrue(received, "plain ether");
    }

    // --- Calls under test, for expectRevert ---

    function outcome(PackedUserOperation calldata op) external returns (bool valid, bool success) {
        try this.handleFor(op) returns (bool success_) {
            return (true, success_);
        } catch {
            return (false, false);
        }
    }

    function handleFor(PackedUserOperation calldata op) external returns (bool) {
        return _handle(ENTRY_POINT, op);
    }

    function handle(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT, op);
    }

    // --- Private ---

    function _delegateTo(address code) private {
        vm.etch(address(eoa), abi.encodePacked(hex"ef0100", code));
    }

    function _activate(bytes32 mark) private {
        (bytes32 r, bytes32 vs) = _sign(OWNER_KEY, mark, address(implementation));
        assertTrue(_run(abi.encodeCall(eoa.activate, (mark, r, vs))), "activated");
    }

    function _sign(uint256 key, bytes32 mark, address code) private view returns (bytes32 r, bytes32 vs) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Portcullis SmartAccount"),
                keccak256("1"),
                block.chainid,
                address(eoa)
            )
        );
        bytes32 activation = keccak256(
            abi.encode(keccak256("Activation(bytes32 mark,address implementation)"), mark, code)
        );
        (uint8 v, bytes32 r_, bytes32 s) = vm.sign(key, MessageHashUtils.toTypedDataHash(domain, activation));
        return (r_, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _set(uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(TestTarget.set, (value));
    }
}
