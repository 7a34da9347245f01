// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {ISmartAccount} from "../ISmartAccount.sol";
import {SmartAccount} from "../SmartAccount.sol";
import {TestModule} from "../TestModule.t.sol";
import {GuardianRecovery} from "./GuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/// @dev Has a recovery finalised, for those who may not call its module. @dev Trust: test only.
contract Finaliser {
    function finalise(GuardianRecovery recovery, address account) external {
        recovery.finalize(account);
    }
}

/**
 * @dev What the old owner's key still has under way when a recovery comes through: entry points validate all operations of
 * a bundle before they execute the first, and a batch may have the recovery finalised in its middle. Without the rule the
 * thief takes a frozen account's ether, or leaves a session, a module or a change behind that the recovery does not end.
 * @dev Trust: test only.
 */
contract RecoveryRacesTest is RecoveryFixture {
    address private constant LOOT = address(0x1007);
    TestModule private _evil;

    function setUp() public override {
        super.setUp();
        _evil = new TestModule();
        // While frozen the account itself pays for nothing; anyone can deposit for it.
        vm.deal(address(this), 1 ether);
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
        _schedule(_newOwner(), TWO);
        vm.warp(recovery.requestOf(address(account)).readyAt);
    }

    function test_OperationOfTheSameBundleDoesNothing() external {
        _afterEach(false, _inOneBundle);
    }

    function test_OperationOfTheSameBundleDoesNothingToAFrozenAccount() external {
        _afterEach(true, _inOneBundle);
    }

    function test_RestOfTheBatchDoesNothing() external {
        _afterEach(false, _inOneBatch);
    }

    function test_RestOfTheBatchDoesNothingToAFrozenAccount() external {
        _afterEach(true, _inOneBatch);
    }

    function test_BatchThatReentersTheAccountDoesNothing() external {
        _afterEach(false, _inOneBatchReentering);
    }

    function test_BatchThatReentersAFrozenAccountDoesNothing() external {
        _afterEach(true, _inOneBatchReentering);
    }

    /// @dev Of a validator's and an executor's, which the old owner installed.
    function test_RestOfAModulesBatchDoesNothing() external {
        assertTrue(_install(1, address(_evil), "") && _install(2, address(_evil), ""), "modules");
        Finaliser finaliser = new Finaliser();
        Execution[] memory calls = new Execution[](2);
        calls[0] = Execution(address(finaliser), 0, abi.encodeCall(finaliser.finalise, (recovery, address(account))));
        calls[1] = Execution(LOOT, 1 ether, "");
        bytes memory scoped = abi.encodeCall(
            ISmartAccount.executeAdmitted,
            (address(_evil), 0, BATCH, abi.encode(calls))
        );
        uint256 nonce = _nonce(ENTRY_POINT, address(account), address(_evil));
        assertFalse(_handle(ENTRY_POINT, _operation(address(account), nonce, scoped)), "a validator's");
        vm.expectRevert();
        _evil.drive(address(account), BATCH, abi.encode(calls));
        assertEq(LOOT.balance, 0, "taken");
    }

    /// @dev Nor by a guardian's freeze, which would be lifted again or leave administration.
    function test_GuardiansFreezeDoesNotEndTheSecond() external {
        recovery.finalize(address(account));
        vm.expectRevert();
        this.freeze(ONE);
        skip(1);
        this.freeze(ONE);
        bytes memory cancel = abi.encodeCall(recovery.cancel, (terms));
        assertTrue(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(address(recovery), 0, cancel))), "administration");
        assertFalse(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(LOOT, 1, ""))), "value");
    }

    function test_NewOwnerActsFromTheNextSecondOn() external {
        recovery.finalize(address(account));
        assertFalse(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(LOOT, 1, ""))), "in the same second");
        skip(1);
        assertTrue(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(LOOT, 1, ""))), "in the next");
    }

    // --- Ways ---

    /// @dev Somebody's operation finalises, then comes the thief's.
    function _inOneBundle(address target, uint256 value, bytes memory data) private {
        PackedUserOperation[] memory ops = new PackedUserOperation[](2);
        SmartAccount stranger = SmartAccount(payable(factory.createAccount(_ownerOf(THIEF_KEY), 0)));
        vm.deal(address(stranger), 1 ether);
        bytes memory finalise = abi.encodeCall(recovery.finalize, (address(account)));
        ops[0] = _operation(
            address(stranger),
            _nonce(ENTRY_POINT, address(stranger), address(0)),
            _single(address(recovery), 0, finalise)
        );
        ops[0].signature = _ecdsa(THIEF_KEY, _hashOf(ENTRY_POINT, ops[0]));
        ops[1] = _signed(OWNER_KEY, _single(target, value, data));
        bool[] memory successes = _handleAll(ENTRY_POINT, ops);
        assertTrue(successes[0], "finalised");
        assertFalse(successes[1], "the old owner's operation");
    }

    function _inOneBatch(address target, uint256 value, bytes memory data) private {
        assertFalse(_run(_batch(_behindTheRecovery(target, value, data))), "the old owner's batch");
    }

    function _inOneBatchReentering(address target, uint256 value, bytes memory data) private {
        bytes memory inner = _single(target, value, data);
        assertFalse(_run(_batch(_behindTheRecovery(address(account), 0, inner))), "the old owner's batch");
    }

    // --- Private ---

    /// @dev Each thing a thief would do, each on its own.
    function _afterEach(bool frozen, function(address, uint256, bytes memory) internal way) private {
        if (frozen) this.freeze(ONE);
        uint256 state = vm.snapshotState();
        bytes memory session = abi.encodePacked(
            abi.encodePacked(bytes4(0), uint48(0), uint48(clock() + 1 days), uint64(1 gwei), uint32(1e6), uint32(0)),
            abi.encodePacked(uint48(0), uint32(0), address(0), uint16(20), vm.addr(THIEF_KEY), uint8(0), uint8(1)),
            abi.encodePacked(LOOT, bytes4(0), uint16(0))
        );
        bytes memory install = abi.encodeCall(account.installModule, (2, address(_evil), ""));
        Execution[6] memory wishes = [
            Execution(LOOT, 9 ether, ""),
            Execution(LOOT, 0, hex"12345678"),
            Execution(address(account), 0, install),
            Execution(address(sessions), 0, abi.encodeCall(sessions.grant, (session))),
            Execution(address(recovery), 0, abi.encodeCall(recovery.proposeChange, (terms, ""))),
            Execution(address(recovery), 0, _rotation())
        ];
        for (uint256 i = 0; i < wishes.length; ++i) {
            way(wishes[i].target, wishes[i].value, wishes[i].callData);
            assertEq(LOOT.balance, 0, "taken");
            assertFalse(account.isModuleInstalled(2, address(_evil), ""), "module");
            assertEq(recovery.changeOf(address(account)).readyAt, 0, "change");
            assertFalse(_ownerIs(account, _ownerOf(THIEF_KEY)), "owner");
            bytes32 id = sessions.idOf(address(account), session);
            assertFalse(sessions.stateOf(id, address(account)).granted, "session");
            vm.revertToState(state);
        }
    }

    function _behindTheRecovery(
        address target,
        uint256 value,
        bytes memory data
    ) private view returns (Execution[] memory calls) {
        calls = new Execution[](2);
        calls[0] = Execution(address(recovery), 0, abi.encodeCall(recovery.finalize, (address(account))));
        calls[1] = Execution(target, value, data);
    }

    /// @dev To the thief, who agrees.
    function _rotation() private view returns (bytes memory) {
        bytes32 type_ = keccak256("OwnerRotation(address account,bytes newOwner,uint48 deadline)");
        bytes memory thief = _ownerOf(THIEF_KEY);
        bytes32 digest = _digest(keccak256(abi.encode(type_, address(account), keccak256(thief), _tomorrow())));
        return abi.encodeCall(recovery.rotateOwner, (thief, _tomorrow(), _ecdsa(THIEF_KEY, digest)));
    }
}
