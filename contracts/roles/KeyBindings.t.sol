// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {RoleFixture} from "./RoleFixture.t.sol";

/// @dev Says yes to every signature, as a hostile EIP-7702 delegate would. @dev Trust: test only.
contract YesSayer is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}

/// @dev Cannot sign. @dev Trust: test only.
contract Mute {}

/// @dev Key bindings: who proves, who confirms, what ends them. @dev Trust: test only.
contract KeyBindingsTest is RoleFixture {
    uint256 private constant KEY = 0xa5;

    function test_keyBound_roleGivesNoPowerWithoutBinding() public view {
        assertFalse(_isMember(manager, SIGNER, signer), "granted, but not bound");
    }

    function test_keyBound_roleGivesNoPowerBeforeConfirmation() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        manager.bind(proof, _sign(KEY, proof));

        assertFalse(_isMember(manager, SIGNER, signer), "proposed only");
        assertTrue(manager.bindingOf(signer).status == IKeyBindings.Status.Proposed, "proposed");
    }

    function testFuzz_keyBound_roleEndsAtTheDeadline(uint256 lifetime) public {
        lifetime = bound(lifetime, 1, 179 days);
        IKeyBindings.KeyProof memory proof = _proof(signer);
        manager.bind(proof, _sign(KEY, proof));
        vm.prank(registrar);
        uint48 rotateBy = uint48(clock() + lifetime);
        manager.confirmBinding(signer, proof.custody, IKeyBindings.Tier.Staging, rotateBy);

        vm.warp(rotateBy - 1);
        assertTrue(_isMember(manager, SIGNER, signer), "to its last second");
        vm.warp(rotateBy);
        assertFalse(_isMember(manager, SIGNER, signer), "overdue");
        assertTrue(manager.bindingOf(signer).status == IKeyBindings.Status.Overdue, "status says so");
    }

    function test_keyBound_otherRolesDoNotCare() public view {
        assertTrue(_isMember(manager, OPERATOR, operator), "not key-bound");
    }

    function test_bind_refusesAnothersSignature() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory signature = _sign(0xbad, proof);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, signer));
        manager.bind(proof, signature);
    }

    function test_bind_refusesAChangedField() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory signature = _sign(KEY, proof);
        proof.provider = "development";
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, signer));
        manager.bind(proof, signature);
    }

    function test_bind_refusesAProofUsedBefore() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory signature = _sign(KEY, proof);
        manager.bind(proof, signature);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidNonce.selector, signer, 0, 1));
        manager.bind(proof, signature);
    }

    function test_bind_refusesALateProof() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory signature = _sign(KEY, proof);
        vm.warp(proof.deadline);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsProofExpired.selector, signer, proof.deadline));
        manager.bind(proof, signature);
    }

    /// @dev The proof was signed before the revocation and never used.
    function test_bind_refusesAProofFromBeforeARevocation() public {
        _bind(KEY);
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory signature = _sign(KEY, proof);
        vm.prank(registrar);
        manager.revokeBinding(signer);

        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidNonce.selector, signer, 1, 2));
        manager.bind(proof, signature);
    }

    /// @dev The trap that OpenZeppelin's SignatureChecker would walk into, and ours.
    function test_bind_delegatedKeyProvesByEcdsa() public {
        YesSayer delegate = new YesSayer();
        vm.etch(signer, abi.encodePacked(hex"ef0100", address(delegate)));
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory forged = hex"00";
        assertTrue(
            SignatureChecker.isValidSignatureNow(signer, _digest(proof), forged),
            "the stock checker believes the delegate"
        );

        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, signer));
        manager.bind(proof, forged);
        manager.bind(proof, _sign(KEY, proof));
        assertTrue(manager.bindingOf(signer).status == IKeyBindings.Status.Proposed, "the key itself can");
    }

    function test_bind_contractProvesByErc1271() public {
        address contract_ = address(new YesSayer());
        manager.bind(_proof(contract_), hex"00");
        assertTrue(manager.bindingOf(contract_).status == IKeyBindings.Status.Proposed, "proved");
    }

    function test_exempt_onlyContracts() public {
        address mute = address(new Mute());
        vm.prank(registrar);
        manager.exempt(mute);
        assertTrue(manager.bindingOf(mute).status == IKeyBindings.Status.Exempt, "a contract is exempt");
        _grantNow(SIGNER, mute, 0, 0);
        assertTrue(_isMember(manager, SIGNER, mute), "and its key-bound roles work");

        vm.prank(registrar);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsNotContract.selector, signer));
        manager.exempt(signer);
        vm.etch(signer, abi.encodePacked(hex"ef0100", mute));
        vm.prank(registrar);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsNotContract.selector, signer));
        manager.exempt(signer);
    }

    function test_confirm_onlyRegistrarAndOnlyWhatWasProved() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        manager.bind(proof, _sign(KEY, proof));

        vm.prank(signer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedAccount.selector,
                signer,
                _roleId("registrar")
            )
        );
        manager.confirmBinding(signer, proof.custody, proof.tier, proof.rotateBy);
        vm.prank(registrar);
        vm.expectRevert(
            abi.encodeWithSelector(
                IKeyBindings.KeyBindingsCustodyMismatch.selector,
                signer,
                bytes32("other"),
                proof.custody
            )
        );
        manager.confirmBinding(signer, "other", proof.tier, proof.rotateBy);
    }

    /// @dev A key that proves a later deadline loses its power until the registrar agrees.
    function test_bind_keyCannotExtendItsOwnDeadline() public {
        uint48 rotateBy = _bind(KEY);
        IKeyBindings.KeyProof memory proof = _proof(signer);
        proof.rotateBy = rotateBy + 3650 days;
        manager.bind(proof, _sign(KEY, proof));
        assertFalse(_isMember(manager, SIGNER, signer), "suspended, not extended");
    }

    function test_revoke_byTheKeyAndByTheRegistrarOnly() public {
        _bind(KEY);
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsUnauthorized.selector, admin, signer));
        manager.revokeBinding(signer);

        vm.prank(signer);
        manager.revokeBinding(signer);
        assertFalse(_isMember(manager, SIGNER, signer), "at once");
        vm.prank(registrar);
        vm.expectRevert(
            abi.encodeWithSelector(
                IKeyBindings.KeyBindingsUnexpectedStatus.selector,
                signer,
                IKeyBindings.Status.Revoked
            )
        );
        manager.confirmBinding(signer, keccak256("arn"), IKeyBindings.Tier.Production, uint48(clock() + 1));
    }

    function test_setKeyBound_isFixedBeforeTheFirstGrant() public {
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerRoleInUse.selector, OPERATOR));
        manager.setKeyBound(OPERATOR);
        manager.setKeyBound(77);
        vm.stopPrank();
        (, , , bool keyBound, ) = manager.getRoleSettings(77);
        assertTrue(keyBound, "a role nobody was granted");
    }

    /// @dev Lateness must not disable a veto or a pause.
    function test_setKeyBound_refusesVitalRoles() public {
        uint64[5] memory vital = [ADMIN, PUBLIC, GUARDIAN, _roleId("registrar"), _roleId("pauser")];
        for (uint256 i = 0; i < vital.length; ++i) {
            vm.prank(admin);
            vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotBindable.selector, vital[i]));
            manager.setKeyBound(vital[i]);
        }
        vm.startPrank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(bytes4(keccak256("pause()"))), 78);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotBindable.selector, 78));
        manager.setKeyBound(78);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotBindable.selector, SIGNER));
        manager.setRoleGuardian(OPERATOR, SIGNER);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotBindable.selector, SIGNER));
        manager.setTargetFunctionRole(address(target), _selectors(bytes4(keccak256("pause()"))), SIGNER);
        vm.stopPrank();
    }
}
