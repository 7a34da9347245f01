// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {
    IERC7579Validator,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/// @dev OpenZeppelin's, with a first validator. @dev Trust: test only.
contract ForeignAccount is AccountERC7579 {
    constructor(address validator, bytes memory data) {
        _installModule(MODULE_TYPE_VALIDATOR, validator, data);
    }
}

/// @dev One key per account, as validators of other makers have it. @dev Trust: test only.
contract OneKeyValidator is IERC7579Validator {
    mapping(address account => address) public keyOf;

    function onInstall(bytes calldata data) external {
        keyOf[msg.sender] = address(bytes20(data));
    }

    function onUninstall(bytes calldata) external {
        delete keyOf[msg.sender];
    }

    function setKey(address key) external {
        keyOf[msg.sender] = key;
    }

    function setSigner(bytes calldata signer) external {
        keyOf[msg.sender] = address(bytes20(signer));
    }

    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_VALIDATOR;
    }

    function validateUserOp(PackedUserOperation calldata, bytes32) external pure returns (uint256) {
        return 1;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }
}

/// @dev The module on OpenZeppelin's AccountERC7579, as an executor. @dev Trust: test only.
contract RecoveryElsewhereTest is RecoveryFixture {
    OneKeyValidator private _validator;
    ForeignAccount private _foreign;

    function setUp() public override {
        super.setUp();
        _validator = new OneKeyValidator();
        _foreign = new ForeignAccount(address(_validator), abi.encodePacked(address(0xA11CE)));
    }

    function test_ExecutorReplacesTheKeyByTheCallTheTermsName() external {
        _installWith(OneKeyValidator.setKey.selector, 1);
        _scheduleForeign(_newOwner());
        skip(2 days);
        vm.expectRevert(IGuardianRecovery.RecoveryNeedsMore.selector);
        recovery.finalize(address(_foreign));
        recovery.finalizeWith(address(_foreign), _newOwner(), terms);
        assertEq(_validator.keyOf(address(_foreign)), vm.addr(NEW_KEY), "key");
    }

    function test_OwnerIsGivenAsBytesWhereTheTermsSaySo() external {
        _installWith(OneKeyValidator.setSigner.selector, 0);
        _scheduleForeign(_newOwner());
        skip(2 days);
        recovery.finalizeWith(address(_foreign), _newOwner(), terms);
        assertEq(_validator.keyOf(address(_foreign)), vm.addr(NEW_KEY), "key");
    }

    function test_PasskeyIsNoAddress() external {
        _installWith(OneKeyValidator.setKey.selector, 1);
        bytes memory passkey = abi.encodePacked(address(0xdead), "key");
        bytes32 digest = recovery.recoveryDigest(address(_foreign), terms, passkey, _tomorrow());
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidOwner.selector, passkey));
        recovery.schedule(address(_foreign), terms, passkey, _tomorrow(), _approvals(digest, TWO));
    }

    function test_ModuleIsNotUninstalledThereEither() external {
        _installWith(OneKeyValidator.setKey.selector, 1);
        vm.prank(address(_foreign));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNotRemovable.selector, address(_foreign)));
        _foreign.uninstallModule(MODULE_TYPE_EXECUTOR, address(recovery), "");
        vm.prank(address(_foreign));
        recovery.proposeChange(terms, "");
        skip(12 days);
        vm.prank(address(_foreign));
        _foreign.uninstallModule(MODULE_TYPE_EXECUTOR, address(recovery), "");
        assertFalse(recovery.isInitialized(address(_foreign)), "initialized");
    }

    function test_NothingHappensWhereTheModuleIsNotInstalled() external {
        Draft memory draft = _foreignDraft(OneKeyValidator.setKey.selector, 1);
        terms = _encode(draft);
        vm.prank(address(_foreign));
        recovery.configure(terms);
        _scheduleForeign(_newOwner());
        skip(2 days);
        vm.expectRevert();
        recovery.finalizeWith(address(_foreign), _newOwner(), terms);
    }

    /// @dev A call to nothing succeeds, and would have recovered nothing.
    function test_TargetWithoutCodeIsNoRecovery() external {
        _installWith(OneKeyValidator.setKey.selector, 1);
        _scheduleForeign(_newOwner());
        skip(2 days);
        vm.etch(address(_validator), "");
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidTarget.selector, address(_validator)));
        recovery.finalizeWith(address(_foreign), _newOwner(), terms);
    }

    function test_TargetIsNeverTheModuleItself() external {
        Draft memory draft = _foreignDraft(recovery.cancel.selector, 0);
        draft.target = address(recovery);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidTarget.selector, address(recovery)));
        recovery.checkTerms(address(_foreign), _encode(draft));
    }

    function test_TargetHasCodeAndTheAccountNoFreeze() external {
        Draft memory draft = _foreignDraft(OneKeyValidator.setKey.selector, 1);
        draft.target = address(0xdead);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidTarget.selector, address(0xdead)));
        recovery.checkTerms(address(_foreign), _encode(draft));
        draft = _foreignDraft(OneKeyValidator.setKey.selector, 1);
        (draft.freeze, draft.rest) = (1 days, 1 days);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidTerm.selector, 15, 1 days, 0, 0));
        recovery.checkTerms(address(_foreign), _encode(draft));
    }

    // --- Private ---

    function _foreignDraft(bytes4 selector, uint8 form) private view returns (Draft memory draft) {
        draft = _draft(keys);
        (draft.target, draft.selector, draft.form) = (address(_validator), selector, form);
        (draft.freeze, draft.rest) = (0, 0);
    }

    function _installWith(bytes4 selector, uint8 form) private {
        terms = _encode(_foreignDraft(selector, form));
        vm.prank(address(_foreign));
        _foreign.installModule(MODULE_TYPE_EXECUTOR, address(recovery), terms);
    }

    function _scheduleForeign(bytes memory newOwner) private {
        bytes32 digest = recovery.recoveryDigest(address(_foreign), terms, newOwner, _tomorrow());
        recovery.schedule(address(_foreign), terms, newOwner, _tomorrow(), _approvals(digest, TWO));
    }
}
