// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../../test/contracts/Vm.sol";
import {AccountFixture} from "../AccountFixture.t.sol";
import {MODULE_TYPE_RECOVERY} from "../ISmartAccount.sol";
import {SmartAccount} from "../SmartAccount.sol";
import {GuardianRecovery} from "./GuardianRecovery.sol";

/**
 * @dev An account with two of three EOA guardians: delay 2 days, expiry 7, three vetoes of 30 days each, freezes of 3 days
 * with a rest of 14.
 * @dev Trust: test only.
 */
abstract contract RecoveryFixture is AccountFixture {
    struct Draft {
        uint16 threshold;
        uint32 delay;
        uint32 expiry;
        uint8 vetoes;
        uint32 refill;
        uint32 freeze;
        uint32 rest;
        uint32 quarantine;
        uint128 limit;
        address target;
        bytes4 selector;
        uint8 form;
        bytes[] signers;
        uint8[] weights;
    }

    uint256 internal constant NEW_KEY = 0x4e3;
    uint256 internal constant ALL = 7;
    uint256 internal constant TWO = 3;
    uint256 internal constant ONE = 1;

    GuardianRecovery internal recovery;
    bytes internal terms;
    /// @dev In the order of the terms.
    uint256[] internal keys;

    function setUp() public virtual override {
        super.setUp();
        recovery = new GuardianRecovery();
        keys = _sorted(_keys());
        terms = _encode(_draft(keys));
        assertTrue(_install(MODULE_TYPE_RECOVERY, address(recovery), terms), "install");
    }

    function _keys() internal pure virtual returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (0x901, 0x902, 0x903);
    }

    // --- Terms ---

    function _draft(uint256[] memory keys_) internal pure returns (Draft memory draft) {
        (draft.threshold, draft.delay, draft.expiry, draft.vetoes) = (2, 2 days, 7 days, 3);
        (draft.refill, draft.freeze, draft.rest) = (30 days, 3 days, 14 days);
        draft.signers = new bytes[](keys_.length);
        draft.weights = new uint8[](keys_.length);
        for (uint256 i = 0; i < keys_.length; ++i) {
            (draft.signers[i], draft.weights[i]) = (abi.encodePacked(vm.addr(keys_[i])), 1);
        }
    }

    /// @dev As drafted: nothing is sorted or corrected.
    function _encode(Draft memory d) internal pure returns (bytes memory encoded) {
        encoded = abi.encodePacked(d.threshold, d.delay, d.expiry, d.vetoes, d.refill, d.freeze, d.rest);
        encoded = abi.encodePacked(encoded, d.quarantine, d.limit, d.target, d.selector, d.form);
        for (uint256 i = 0; i < d.signers.length; ++i) {
            encoded = abi.encodePacked(encoded, d.weights[i], uint16(d.signers[i].length), d.signers[i]);
        }
    }

    /// @dev By the hash of the EOA's address.
    function _sorted(uint256[] memory list) internal pure returns (uint256[] memory) {
        for (uint256 i = 1; i < list.length; ++i) {
            for (uint256 j = i; j > 0 && _idOf(list[j]) < _idOf(list[j - 1]); --j) {
                (list[j], list[j - 1]) = (list[j - 1], list[j]);
            }
        }
        return list;
    }

    function _idOf(uint256 key) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(vm.addr(key)));
    }

    // --- Signing ---

    /// @dev By the guardians whose bits are set.
    function _approvals(bytes32 digest, uint256 who) internal view returns (bytes memory approvals) {
        for (uint256 i = 0; i < keys.length; ++i) {
            if ((who >> i) & 1 == 1) approvals = bytes.concat(approvals, _approval(i, _ecdsa(keys[i], digest)));
        }
    }

    function _approval(uint256 index, bytes memory signature) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(index), uint16(signature.length), signature);
    }

    function _tomorrow() internal view returns (uint48) {
        return uint48(clock() + 1 days);
    }

    function _domain() internal view returns (bytes32) {
        bytes32 type_ = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 name = keccak256("Portcullis GuardianRecovery");
        return keccak256(abi.encode(type_, name, keccak256("1"), block.chainid, address(recovery)));
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _domain(), structHash));
    }

    /// @dev ChangeVeto, Freeze or Unfreeze.
    function _alarmDigest(string memory name, uint256 number, uint48 deadline) internal view returns (bytes32) {
        string memory type_ = string.concat(name, "(address account,bytes32 guardians,uint256 number,uint48 deadline)");
        return
            _digest(
                keccak256(abi.encode(keccak256(bytes(type_)), address(account), keccak256(terms), number, deadline))
            );
    }

    // --- Acting ---

    /// @dev Another account of the owner, with `terms`.
    function _fresh() internal returns (SmartAccount other) {
        other = _second();
        vm.prank(address(other));
        recovery.configure(terms);
        vm.deal(address(other), 10 ether);
    }

    /// @dev Another account of the owner, with the module but no terms.
    function _second() internal returns (SmartAccount other) {
        other = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), bytes32(uint256(2)))));
        vm.prank(address(other));
        other.installModule(MODULE_TYPE_RECOVERY, address(recovery), "");
    }

    function _schedule(bytes memory newOwner, uint256 who) internal {
        this.schedule(newOwner, who);
    }

    /// @dev External, to be expected to revert.
    function schedule(bytes calldata newOwner, uint256 who) external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, newOwner, _tomorrow());
        recovery.schedule(address(account), terms, newOwner, _tomorrow(), _approvals(digest, who));
    }

    function freeze(uint256 who) external {
        (uint256 number, , ) = recovery.freezeOf(address(account));
        bytes32 digest = _alarmDigest("Freeze", number + 1, _tomorrow());
        recovery.freeze(address(account), terms, _tomorrow(), _approvals(digest, who));
    }

    function unfreeze(uint256 who) external {
        (uint256 number, , ) = recovery.freezeOf(address(account));
        bytes32 digest = _alarmDigest("Unfreeze", number, _tomorrow());
        recovery.unfreeze(address(account), terms, _tomorrow(), _approvals(digest, who));
    }

    function vetoChange(uint256 who) external {
        bytes32 digest = _alarmDigest("ChangeVeto", recovery.changeOf(address(account)).number, _tomorrow());
        recovery.vetoChange(address(account), terms, _tomorrow(), _approvals(digest, who));
    }

    /// @dev As the account.
    function _cancel() internal {
        vm.prank(address(account));
        recovery.cancel(terms);
    }

    function _propose(bytes memory newTerms) internal {
        vm.prank(address(account));
        recovery.proposeChange(terms, newTerms);
    }

    function _recover(bytes memory newOwner, uint256 who) internal {
        _schedule(newOwner, who);
        vm.warp(recovery.requestOf(address(account)).readyAt);
        if (newOwner.length == 20) recovery.finalize(address(account));
        else recovery.finalizeWith(address(account), newOwner, "");
    }

    function _isPending() internal view returns (bool) {
        return recovery.requestOf(address(account)).readyAt != 0;
    }

    function _newOwner() internal pure returns (bytes memory) {
        return _ownerOf(NEW_KEY);
    }

    function _ownerIs(SmartAccount account_, bytes memory expected) internal view returns (bool) {
        return keccak256(account_.owner()) == keccak256(expected);
    }
}
