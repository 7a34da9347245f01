// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../../test/contracts/Vm.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/// @dev Which terms an account can have. @dev Trust: test only.
contract RecoveryTermsTest is RecoveryFixture {
    function test_DraftIsAccepted() external view {
        recovery.checkTerms(address(account), terms);
        assertEq(recovery.changeWait(terms), 12 days, "wait");
    }

    function test_SameGuardianTwiceIsRefused() external {
        Draft memory draft = _draft(keys);
        draft.signers[2] = draft.signers[1];
        _expectGuardian(2, draft);
    }

    function test_UnsortedGuardiansAreRefused() external {
        Draft memory draft = _draft(keys);
        (draft.signers[0], draft.signers[1]) = (draft.signers[1], draft.signers[0]);
        _expectGuardian(1, draft);
    }

    function test_GuardianWithoutWeightIsRefused() external {
        Draft memory draft = _draft(keys);
        draft.weights[0] = 0;
        _expectGuardian(0, draft);
    }

    function test_NobodyGuardsItself() external {
        uint256[] memory none = new uint256[](0);
        Draft memory draft = _draft(none);
        (draft.threshold, draft.signers, draft.weights) = (1, new bytes[](1), new uint8[](1));
        draft.weights[0] = 1;
        bytes[5] memory signers = [
            abi.encodePacked(account),
            abi.encodePacked(recovery),
            abi.encodePacked(address(0)),
            bytes("short"),
            abi.encodePacked(address(0xdead), "key without a verifier")
        ];
        for (uint256 i = 0; i < signers.length; ++i) {
            draft.signers[0] = signers[i];
            _expectGuardian(0, draft);
        }
    }

    function test_ThresholdIsOneToAllWeight() external {
        Draft memory draft = _draft(keys);
        for (uint16 i = 0; i < 5; ++i) {
            draft.threshold = i;
            bytes memory encoded = _encode(draft);
            if (i == 0 || i > 3) {
                vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidThreshold.selector, i, 3));
            }
            recovery.checkTerms(address(account), encoded);
        }
    }

    function test_TermsWithoutGuardiansAreRefused() external {
        bytes memory encoded = _encode(_draft(new uint256[](0)));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidThreshold.selector, 2, 0));
        recovery.checkTerms(address(account), encoded);
    }

    /// @dev Vetoes that are back before the next request is ready would never run out.
    function test_RefillIsLongerThanAnyStalling() external {
        Draft memory draft = _draft(keys);
        draft.refill = 24 days - 1;
        bytes memory encoded = _encode(draft);
        vm.expectRevert(
            abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidTerm.selector, 11, 24 days - 1, 24 days, 3660 days)
        );
        recovery.checkTerms(address(account), encoded);
    }

    function test_FreezesRestAsLongAsTheyLast() external {
        Draft memory draft = _draft(keys);
        draft.rest = draft.freeze - 1;
        bytes memory encoded = _encode(draft);
        vm.expectRevert(
            abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidTerm.selector, 19, 3 days - 1, 3 days, 366 days)
        );
        recovery.checkTerms(address(account), encoded);
    }

    function test_TimesAndVetoesHaveBounds() external {
        bytes[5] memory encoded;
        Draft memory draft = _draft(keys);
        draft.delay = 1 hours - 1;
        encoded[0] = _encode(draft);
        draft = _draft(keys);
        draft.expiry = 1 hours - 1;
        encoded[1] = _encode(draft);
        draft = _draft(keys);
        draft.vetoes = 0;
        encoded[2] = _encode(draft);
        draft = _draft(keys);
        draft.freeze = draft.rest = 14 days + 1;
        encoded[3] = _encode(draft);
        draft = _draft(keys);
        draft.quarantine = 90 days + 1;
        encoded[4] = _encode(draft);
        for (uint256 i = 0; i < encoded.length; ++i) {
            vm.expectRevert();
            recovery.checkTerms(address(account), encoded[i]);
        }
    }

    function test_ThirtyThreeGuardiansAreTooMany() external {
        uint256[] memory many = new uint256[](33);
        for (uint256 i = 0; i < 33; ++i) many[i] = 0xb00 + i;
        _expectGuardian(32, _draft(_sorted(many)));
    }

    /// @dev Where terms are taken, not only where one asks.
    function test_MalformedTermsAreNeitherConfiguredNorProposed() external {
        Draft memory draft = _draft(keys);
        draft.threshold = 0;
        bytes memory encoded = _encode(draft);
        bytes memory refusal = abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidThreshold.selector, 0, 3);
        address other = address(_second());
        vm.prank(other);
        vm.expectRevert(refusal);
        recovery.configure(encoded);
        vm.prank(address(account));
        vm.expectRevert(refusal);
        recovery.proposeChange(terms, encoded);
    }

    /// @dev Cut anywhere, they are no terms.
    function test_CutTermsAreRefused(uint256 length) external {
        length = bound(length, 0, terms.length - 1);
        bytes memory cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) cut[i] = terms[i];
        // Two whole guardians are terms of their own.
        if (length == 68 + 46) return;
        vm.expectRevert();
        recovery.checkTerms(address(account), cut);
    }

    // --- Private ---

    function _expectGuardian(uint256 index, Draft memory draft) private {
        bytes memory encoded = _encode(draft);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidGuardian.selector, index));
        recovery.checkTerms(address(account), encoded);
    }
}
