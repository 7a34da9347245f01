// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";

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

    /// @dev What the key did not sign, the registrar cannot add.
    function testFuzz_confirm_registrarExtendsNoDeadline(uint48 longer, uint48 shorter) public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        manager.bind(proof, _sign(KEY, proof));
        longer = uint48(bound(longer, proof.rotateBy + 1, type(uint48).max));
        shorter = uint48(bound(shorter, clock() + 1, proof.rotateBy - 1));
        _expectDeadlineRefused(longer);

        vm.prank(registrar);
        manager.confirmBinding(signer, proof.custody, proof.tier, shorter);
        _expectDeadlineRefused(shorter + 1);
        vm.warp(shorter);
        _expectDeadlineRefused(proof.rotateBy);
        assertFalse(_isMember(manager, SIGNER, signer), "overdue stays overdue");
    }

    function test_bind_contractThatDoesNotAnswerProvesNothing() public {
        IKeyBindings.KeyProof memory proof = _proof(address(new Mute()));
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, proof.account));
        manager.bind(proof, hex"00");
    }

    /// @dev The other signature of the same proof, with s in the upper half of the curve's order.
    function test_bind_refusesAMalleableSignature() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(proof));
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, signer));
        manager.bind(proof, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
    }

    /// @dev Nor is it one on another chain: the domain has the chain's id, see {_digest}.
    function test_bind_refusesAProofForAnotherManager() public {
        IKeyBindings.KeyProof memory proof = _proof(signer);
        bytes memory signature = _sign(KEY, proof);
        IKeyBindings other = IKeyBindings(address(_deploy()));
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidProof.selector, signer));
        other.bind(proof, signature);
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

    /// @dev The thief of a key schedules; the key is revoked, and bound again once it is safe.
    function test_revoke_whatTheKeyHadScheduledStaysDeadWhenItIsBoundAgain() public {
        vm.prank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(ManagedTarget.set.selector), SIGNER);
        _bind(KEY);
        vm.prank(operatorAdmin);
        manager.grantRole(SIGNER, signer, EXECUTION_DELAY);
        bytes memory data = abi.encodeCall(ManagedTarget.set, (666));
        vm.prank(signer);
        manager.schedule(address(target), data, uint48(clock() + 2 days));
        vm.prank(signer);
        manager.scheduleCall(address(target), 0, data, uint48(clock() + 2 days), 0, "salt");

        vm.prank(registrar);
        manager.revokeBinding(signer);
        skip(1 days);
        _bind(KEY);
        assertTrue(_isMember(manager, SIGNER, signer), "in power again");
        skip(1 days);

        bytes32 id = manager.hashOperation(signer, address(target), data);
        vm.startPrank(signer);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        target.set(666);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        manager.execute(address(target), data);
        id = manager.hashCall(signer, address(target), 0, data, 0, "salt");
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        manager.executeCall(address(target), data, 0, "salt");

        manager.schedule(address(target), data, 0);
        skip(EXECUTION_DELAY);
        target.set(666);
        vm.stopPrank();
        assertEq(target.value(), 666, "scheduled anew, it runs");
    }

    /// @dev What is scheduled in the second of the revocation could not be told from before it.
    function test_revoke_nothingIsScheduledInThatVerySecond() public {
        vm.prank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(ManagedTarget.set.selector), SIGNER);
        _bind(KEY);
        vm.prank(operatorAdmin);
        manager.grantRole(SIGNER, signer, EXECUTION_DELAY);
        vm.prank(registrar);
        manager.revokeBinding(signer);
        _bind(KEY);
        vm.prank(signer);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerGrantTooFresh.selector, SIGNER, signer));
        manager.schedule(address(target), abi.encodeCall(ManagedTarget.set, (1)), 0);
    }

    /// @dev A revocation outlives an exemption that follows it.
    function test_revoke_exemptionRevivesNothing() public {
        address contract_ = address(new YesSayer());
        vm.prank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(ManagedTarget.set.selector), SIGNER);
        manager.bind(_proof(contract_), hex"00");
        vm.prank(registrar);
        manager.confirmBinding(contract_, keccak256("arn"), IKeyBindings.Tier.Production, uint48(clock() + 180 days));
        _grantNow(SIGNER, contract_, EXECUTION_DELAY, 0);
        bytes memory data = abi.encodeCall(ManagedTarget.set, (666));
        vm.prank(contract_);
        manager.schedule(address(target), data, 0);
        skip(EXECUTION_DELAY);
        vm.startPrank(registrar);
        manager.revokeBinding(contract_);
        manager.exempt(contract_);
        vm.stopPrank();

        bytes32 id = manager.hashOperation(contract_, address(target), data);
        vm.prank(contract_);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerOperationVoid.selector, id));
        target.set(666);
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
        manager.setRoleGuardian(79, SIGNER);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotBindable.selector, SIGNER));
        manager.setTargetFunctionRole(address(target), _selectors(bytes4(keccak256("pause()"))), SIGNER);
        vm.stopPrank();
    }

    function _expectDeadlineRefused(uint48 rotateBy) private {
        vm.prank(registrar);
        vm.expectRevert(abi.encodeWithSelector(IKeyBindings.KeyBindingsInvalidDeadline.selector, signer, rotateBy));
        manager.confirmBinding(signer, keccak256("arn"), IKeyBindings.Tier.Production, rotateBy);
    }
}
