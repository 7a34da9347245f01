// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {SmartAccount} from "../SmartAccount.sol";
import {GuardianRecovery} from "./GuardianRecovery.sol";
import {IGuardianRecovery} from "./IGuardianRecovery.sol";
import {RecoveryFixture} from "./RecoveryFixture.t.sol";

/// @dev Answers ERC-1271 for what it was told; tries to reenter where it was told to. @dev Trust: test only.
contract ContractGuardian {
    error Reentered();

    bytes32 public accepted;
    bytes public attack;
    address public victim;

    function accept(bytes32 hash) external {
        accepted = hash;
    }

    function reenter(address victim_, bytes calldata attack_) external {
        (victim, attack) = (victim_, attack_);
    }

    function isValidSignature(bytes32 hash, bytes calldata) external returns (bytes4) {
        if (attack.length != 0) {
            (bool success, ) = victim.call(attack);
            if (success) revert Reentered();
        }
        return hash == accepted ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// @dev Says yes to all: what a careless delegate of an EOA does. @dev Trust: test only.
contract YesGuardian {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x1626ba7e;
    }
}

/// @dev Who can have an account recovered, and to whom. @dev Trust: test only.
contract GuardianRecoveryTest is RecoveryFixture {
    error NoSuchGuardian();

    // --- The way it is meant ---

    function test_TwoOfThreeReplaceALostOwner() external {
        uint256 epoch = account.epoch();
        _schedule(_newOwner(), TWO);
        skip(2 days);
        recovery.finalize(address(account));
        assertTrue(_ownerIs(account, _newOwner()), "owner");
        assertTrue(account.epoch() != epoch, "epoch");
        assertFalse(_isPending(), "pending");
        skip(2);
        assertTrue(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(address(0xCAFE), 1, ""))), "the new owner acts");
    }

    function test_SecondRecoveryWorksLikeTheFirst() external {
        _recover(_newOwner(), TWO);
        _recover(_ownerOf(0x777), 6);
        assertTrue(_ownerIs(account, _ownerOf(0x777)), "owner");
    }

    function test_QuarantineFollowsWhereTheTermsSaySo() external {
        SmartAccount other = _second();
        Draft memory draft = _draft(keys);
        (draft.quarantine, draft.limit) = (5 days, 1 ether);
        terms = _encode(draft);
        vm.prank(address(other));
        recovery.configure(terms);
        account = other;
        _schedule(_newOwner(), TWO);
        skip(2 days);
        vm.expectRevert(IGuardianRecovery.RecoveryNeedsMore.selector);
        recovery.finalize(address(account));
        recovery.finalizeWith(address(account), _newOwner(), terms);
        skip(1);
        vm.deal(address(account), 5 ether);
        vm.deal(address(this), 5 ether);
        ENTRY_POINT.depositTo{value: 1 ether}(address(account));
        assertTrue(_ownerIs(account, _newOwner()), "owner");
        assertFalse(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(address(0xCAFE), 2 ether, ""))), "over the limit");
        assertTrue(_handle(ENTRY_POINT, _signed(NEW_KEY, _single(address(0xCAFE), 0.5 ether, ""))), "within");
    }

    // --- Time ---

    function test_NotBeforeTheDelayNorFromTheExpiryOn() external {
        _schedule(_newOwner(), TWO);
        uint48 readyAt = recovery.requestOf(address(account)).readyAt;
        assertEq(readyAt, clock() + 2 days, "ready");
        bytes memory refusal = abi.encodeWithSelector(
            IGuardianRecovery.RecoveryNotReady.selector,
            readyAt,
            readyAt + 7 days
        );
        vm.warp(readyAt - 1);
        vm.expectRevert(refusal);
        recovery.finalize(address(account));
        vm.warp(readyAt + 7 days);
        vm.expectRevert(refusal);
        recovery.finalize(address(account));
        vm.warp(readyAt + 7 days - 1);
        recovery.finalize(address(account));
    }

    function test_NothingPendingIsNotFinalised() external {
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNotPending.selector, address(account)));
        recovery.finalize(address(account));
    }

    function test_OnlyTheOwnerAskedForIsInstalled() external {
        _schedule(_newOwner(), TWO);
        skip(2 days);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryWrongOwner.selector, _ownerOf(THIEF_KEY)));
        recovery.finalizeWith(address(account), _ownerOf(THIEF_KEY), "");
    }

    function test_KeyIsInstalledEitherWay() external {
        _schedule(_newOwner(), TWO);
        skip(2 days);
        uint256 state = vm.snapshotState();
        recovery.finalize(address(account));
        assertTrue(_ownerIs(account, _newOwner()), "from the request");
        vm.revertToState(state);
        recovery.finalizeWith(address(account), _newOwner(), "");
        assertTrue(_ownerIs(account, _newOwner()), "as given");
    }

    function test_FinalisedOnce() external {
        _recover(_newOwner(), TWO);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryNotPending.selector, address(account)));
        recovery.finalize(address(account));
    }

    function test_SignaturesAreGoodUntilTheirDeadline() external {
        uint48 deadline = _tomorrow();
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), deadline);
        vm.warp(uint256(deadline) + 1);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryDeadlinePassed.selector, deadline));
        recovery.schedule(address(account), terms, _newOwner(), deadline, _approvals(digest, TWO));
        vm.warp(deadline);
        recovery.schedule(address(account), terms, _newOwner(), deadline, _approvals(digest, TWO));
    }

    // --- Weight ---

    function test_OneOfThreeIsTooFew() external {
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInsufficientWeight.selector, 1, 2));
        this.schedule(_newOwner(), ONE);
    }

    function test_GuardianCountsOnce() external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow());
        bytes memory one = _approvals(digest, ONE);
        // Without the rule: twice the same good signature would weigh two.
        vm.expectRevert(IGuardianRecovery.RecoveryMalformedApprovals.selector);
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), bytes.concat(one, one));
        bytes memory unordered = bytes.concat(_approvals(digest, 2), one);
        vm.expectRevert(IGuardianRecovery.RecoveryMalformedApprovals.selector);
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), unordered);
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), bytes.concat(one, _approvals(digest, 2)));
    }

    function test_SignatureUnderAnothersIndexIsRefused() external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow());
        bytes memory signature = _ecdsa(keys[0], digest);
        bytes memory approvals = bytes.concat(_approval(0, signature), _approval(1, signature));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 1));
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    function test_IndexOfNobodyIsRefused() external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow());
        bytes memory approvals = bytes.concat(_approvals(digest, TWO), _approval(3, _ecdsa(THIEF_KEY, digest)));
        vm.expectRevert(IGuardianRecovery.RecoveryMalformedApprovals.selector);
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    /// @dev Whatever bytes: never an approval that the guardians did not give.
    function test_NoBytesWeighWithoutSignatures(bytes calldata approvals) external {
        vm.expectRevert();
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    function test_MalleatedSignatureIsRefused() external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow());
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[1], digest);
        bytes32 other = bytes32(0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - uint256(s));
        // Without the rule: the other half recovers the guardian too.
        assertEq(ecrecover(digest, v == 27 ? 28 : 27, r, other), vm.addr(keys[1]), "recovers");
        bytes memory malleated = abi.encodePacked(r, other, v == 27 ? uint8(28) : 27);
        bytes memory approvals = bytes.concat(_approvals(digest, ONE), _approval(1, malleated));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 1));
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    // --- Replay ---

    function test_ApprovalsAreGoodForOneRequest() external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow());
        bytes memory approvals = _approvals(digest, TWO);
        uint48 deadline = uint48(_tomorrow());
        recovery.schedule(address(account), terms, _newOwner(), deadline, approvals);
        _cancel();
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _newOwner(), deadline, approvals);
    }

    function test_ApprovalsAreNotReplayedOnAnotherChain() external {
        bytes memory approvals = _given();
        vm.chainId(10);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
        vm.chainId(31337);
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    function test_ApprovalsAreNotReplayedOnAnotherAccount() external {
        bytes memory approvals = _given();
        SmartAccount other = _fresh();
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(other), terms, _newOwner(), _tomorrow(), approvals);
    }

    function test_ApprovalsAreNotReplayedInAnotherModule() external {
        bytes memory approvals = _given();
        GuardianRecovery other = new GuardianRecovery();
        vm.prank(address(account));
        other.configure(terms);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        other.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    function test_ApprovalsAreNotReplayedUnderAnotherSet() external {
        bytes memory approvals = _given();
        uint48 deadline = _tomorrow();
        Draft memory draft = _draft(keys);
        draft.threshold = 1;
        bytes memory weaker = _encode(draft);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryWrongTerms.selector, address(account)));
        recovery.schedule(address(account), weaker, _newOwner(), deadline, approvals);
        // The same nonce, the same guardians, other terms: on an account that never had ours.
        SmartAccount other = _second();
        vm.prank(address(other));
        recovery.configure(weaker);
        account = other;
        bytes32 digest = recovery.recoveryDigest(address(other), terms, _newOwner(), deadline);
        bytes memory forOurs = _approvals(digest, TWO);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(other), weaker, _newOwner(), deadline, forOurs);
    }

    // --- Several chains ---

    function test_OneSignatureCoversATreeOfChains() external {
        bytes32 leaf = _leaf(block.chainid, recovery.nonceOf(address(account)));
        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = (_leaf(10, 4), keccak256(abi.encode(_leaf(8453, 6), _leaf(8453, 6))));
        bytes32 root = keccak256(abi.encode(keccak256(abi.encode(proof[0], leaf)), proof[1]));
        bytes32 digest = _anyChain(keccak256(abi.encode(keccak256(bytes(_treeType("[2][2]"))), root)));
        bytes memory approvals = _approvals(digest, TWO);
        uint48 deadline = _tomorrow();
        // At another place of the tree it is another root.
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.scheduleFromTree(address(account), terms, _newOwner(), deadline, proof, 0, approvals);
        vm.expectRevert(IGuardianRecovery.RecoveryMalformedApprovals.selector);
        recovery.scheduleFromTree(address(account), terms, _newOwner(), deadline, proof, 5, approvals);
        recovery.scheduleFromTree(address(account), terms, _newOwner(), deadline, proof, 1, approvals);
        assertTrue(_isPending(), "pending");
    }

    function test_ChainIsNeverLeftOpen() external {
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = _leaf(10, 0);
        bytes32 wildcard = _leaf(0, recovery.nonceOf(address(account)));
        bytes32 root = keccak256(abi.encode(wildcard, proof[0]));
        bytes32 digest = _anyChain(keccak256(abi.encode(keccak256(bytes(_treeType("[2]"))), root)));
        bytes memory approvals = _approvals(digest, ALL);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.scheduleFromTree(address(account), terms, _newOwner(), _tomorrow(), proof, 0, approvals);
        approvals = _approvals(_anyChain(wildcard), ALL);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
    }

    function test_DigestIsThatOfTheTypedData() external view {
        bytes32 leaf = _leaf(block.chainid, recovery.nonceOf(address(account)));
        assertEq(recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow()), _anyChain(leaf), "digest");
    }

    // --- New owner ---

    function test_OwnerThatCannotBeIsRefusedWhenAskedFor() external {
        bytes[5] memory owners = [
            bytes(""),
            hex"1234",
            abi.encodePacked(address(0)),
            abi.encodePacked(address(account)),
            abi.encodePacked(address(0xdead), "key without a verifier")
        ];
        for (uint256 i = 0; i < owners.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidOwner.selector, owners[i]));
            this.schedule(owners[i], ALL);
            assertFalse(_isPending(), "pending");
        }
    }

    function test_PasskeyCanBeTheNewOwner() external {
        bytes memory owner = abi.encodePacked(new ERC7913P256Verifier(), uint256(1), uint256(2));
        _schedule(owner, TWO);
        skip(2 days);
        // What is stored of it is no key, and nothing else has the same hash.
        vm.expectRevert(IGuardianRecovery.RecoveryNeedsMore.selector);
        recovery.finalize(address(account));
        bytes memory stored = abi.encodePacked(recovery.requestOf(address(account)).owner);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryWrongOwner.selector, stored));
        recovery.finalizeWith(address(account), stored, "");
        recovery.finalizeWith(address(account), owner, "");
        assertTrue(_ownerIs(account, owner), "owner");
    }

    // --- Kinds of guardians ---

    function test_KindsOfGuardiansMix() external {
        (ContractGuardian guardian, bytes memory passkey, SmartAccount other) = _mixed();
        (uint256 index1271, uint256 indexPasskey) = (_indexOf(abi.encodePacked(guardian)), _indexOf(passkey));
        bytes32 digest = recovery.recoveryDigest(address(other), terms, _newOwner(), _tomorrow());
        guardian.accept(digest);
        (bytes32 r, bytes32 s) = vm.signP256(0xf00d, digest);
        bytes memory first = _approval(index1271, "");
        bytes memory second = _approval(indexPasskey, abi.encodePacked(r, s));
        if (index1271 > indexPasskey) (first, second) = (second, first);
        recovery.schedule(address(other), terms, _newOwner(), _tomorrow(), bytes.concat(first, second));
        assertTrue(_isPending(), "pending");
    }

    function test_GuardianThatReentersChangesNothing() external {
        (ContractGuardian guardian, bytes memory passkey, SmartAccount other) = _mixed();
        bytes32 digest = recovery.recoveryDigest(address(other), terms, _newOwner(), _tomorrow());
        guardian.accept(digest);
        guardian.reenter(address(recovery), abi.encodeCall(recovery.configure, (terms)));
        (uint256 index1271, uint256 indexPasskey) = (_indexOf(abi.encodePacked(guardian)), _indexOf(passkey));
        (bytes32 r, bytes32 s) = vm.signP256(0xf00d, digest);
        bytes memory first = _approval(index1271, "");
        bytes memory second = _approval(indexPasskey, abi.encodePacked(r, s));
        if (index1271 > indexPasskey) (first, second) = (second, first);
        recovery.schedule(address(other), terms, _newOwner(), _tomorrow(), bytes.concat(first, second));
        assertFalse(recovery.isInitialized(address(guardian)), "reentered");
    }

    function test_ContractWithoutCodeDoesNotSign() external {
        (ContractGuardian guardian, , SmartAccount other) = _mixed();
        bytes32 digest = recovery.recoveryDigest(address(other), terms, _newOwner(), _tomorrow());
        guardian.accept(digest);
        vm.etch(address(guardian), "");
        uint256 index = _indexOf(abi.encodePacked(guardian));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, index));
        recovery.schedule(address(other), terms, _newOwner(), _tomorrow(), _approval(index, ""));
    }

    /// @dev Code an EOA delegated to may answer to anybody; SignatureChecker would ask it.
    function test_CodeOfADelegatedGuardianDoesNotSign() external {
        bytes32 digest = recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow());
        YesGuardian yes = new YesGuardian();
        vm.etch(vm.addr(keys[0]), abi.encodePacked(hex"ef0100", yes));
        bytes memory approvals = bytes.concat(_approval(0, ""), _approvals(digest, 2));
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), approvals);
        recovery.schedule(address(account), terms, _newOwner(), _tomorrow(), _approvals(digest, TWO));
    }

    // --- One account and another ---

    function test_RecoveryOfOneLeavesTheOtherAlone() external {
        SmartAccount other = _fresh();
        uint256 nonce = recovery.nonceOf(address(other));
        _recover(_newOwner(), TWO);
        assertTrue(_ownerIs(other, _ownerOf(OWNER_KEY)), "owner");
        assertEq(recovery.nonceOf(address(other)), nonce, "nonce");
        vm.prank(address(other));
        recovery.cancel(terms);
        (uint256 left, ) = recovery.vetoesOf(address(account), terms);
        assertEq(left, 3, "vetoes");
    }

    // --- Drills ---

    function test_DrillRecordsTheLastProofOfLife() external {
        uint48 signedAt = uint48(clock());
        recovery.drill(address(account), terms, signedAt, _approvals(_drill(signedAt), 5));
        assertEq(recovery.lastSeen(address(account), abi.encodePacked(vm.addr(keys[0]))), signedAt, "first");
        assertEq(recovery.lastSeen(address(account), abi.encodePacked(vm.addr(keys[1]))), 0, "second");
        assertEq(recovery.lastSeen(address(account), abi.encodePacked(vm.addr(keys[2]))), signedAt, "third");
    }

    function test_DrillIsNotReplayed() external {
        uint48 signedAt = uint48(clock());
        bytes memory approvals = _approvals(_drill(signedAt), ONE);
        recovery.drill(address(account), terms, signedAt, approvals);
        skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidDrill.selector, signedAt, signedAt));
        recovery.drill(address(account), terms, signedAt, approvals);
        // Nor under a time that was not signed.
        vm.expectRevert(abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidSignature.selector, 0));
        recovery.drill(address(account), terms, signedAt + 1, approvals);
    }

    function test_DrillIsNeitherOldNorFromTheFuture() external {
        uint48 signedAt = uint48(clock());
        bytes memory approvals = _approvals(_drill(signedAt), ONE);
        bytes memory refusal = abi.encodeWithSelector(IGuardianRecovery.RecoveryInvalidDrill.selector, signedAt, 0);
        vm.warp(uint256(signedAt) - 1);
        vm.expectRevert(refusal);
        recovery.drill(address(account), terms, signedAt, approvals);
        vm.warp(uint256(signedAt) + 1 days + 1);
        vm.expectRevert(refusal);
        recovery.drill(address(account), terms, signedAt, approvals);
    }

    // --- Private ---

    /// @dev Two guardians' approvals of the new owner, by tomorrow.
    function _given() private view returns (bytes memory) {
        return _approvals(recovery.recoveryDigest(address(account), terms, _newOwner(), _tomorrow()), TWO);
    }

    function _drill(uint48 signedAt) private view returns (bytes32) {
        bytes32 type_ = keccak256("Drill(address account,bytes32 guardians,uint48 signedAt)");
        return _digest(keccak256(abi.encode(type_, address(account), keccak256(terms), signedAt)));
    }

    /// @dev An account whose guardians are an EOA, a contract and a P-256 key, two needed; `account` from here on.
    function _mixed() private returns (ContractGuardian guardian, bytes memory passkey, SmartAccount other) {
        guardian = new ContractGuardian();
        (uint256 x, uint256 y) = vm.publicKeyP256(0xf00d);
        passkey = abi.encodePacked(new ERC7913P256Verifier(), x, y);
        Draft memory draft = _draft(keys);
        (draft.signers[1], draft.signers[2]) = (abi.encodePacked(guardian), passkey);
        for (uint256 i = 1; i < 3; ++i) {
            for (uint256 j = i; j > 0 && keccak256(draft.signers[j]) < keccak256(draft.signers[j - 1]); --j) {
                (draft.signers[j], draft.signers[j - 1]) = (draft.signers[j - 1], draft.signers[j]);
            }
        }
        terms = _encode(draft);
        other = _fresh();
        account = other;
    }

    function _indexOf(bytes memory signer) private view returns (uint256 index) {
        uint256 cursor = 68;
        while (cursor < terms.length) {
            uint256 length = (uint256(uint8(terms[cursor + 1])) << 8) | uint8(terms[cursor + 2]);
            if (length == signer.length) {
                bytes memory found = new bytes(length);
                for (uint256 i = 0; i < length; ++i) found[i] = terms[cursor + 3 + i];
                if (keccak256(found) == keccak256(signer)) return index;
            }
            cursor += 3 + length;
            ++index;
        }
        revert NoSuchGuardian();
    }

    function _leaf(uint256 chainId, uint256 nonce) private view returns (bytes32) {
        bytes32 type_ = keccak256(bytes(_approvalType()));
        bytes32 owner = keccak256(_newOwner());
        return
            keccak256(
                abi.encode(
                    type_,
                    chainId,
                    address(recovery),
                    address(account),
                    nonce,
                    keccak256(terms),
                    owner,
                    _tomorrow()
                )
            );
    }

    function _anyChain(bytes32 structHash) private pure returns (bytes32) {
        bytes32 type_ = keccak256("EIP712Domain(string name,string version)");
        bytes32 domain = keccak256(abi.encode(type_, keccak256("Portcullis GuardianRecovery"), keccak256("1")));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _approvalType() private pure returns (string memory) {
        return
            "RecoveryApproval(uint256 chainId,address module,address account,uint256 nonce,bytes32 guardians,bytes newOwner,uint48 deadline)";
    }

    function _treeType(string memory pairs) private pure returns (string memory) {
        return string.concat("RecoveryApprovals(RecoveryApproval", pairs, " tree)", _approvalType());
    }
}
