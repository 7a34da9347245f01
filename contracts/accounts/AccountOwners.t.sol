// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {ERC7913WebAuthnVerifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {AccountFixture} from "./AccountFixture.t.sol";
import {SmartAccount} from "./SmartAccount.sol";
import {TestTarget} from "./TestModule.t.sol";
import {WeightedMultisigVerifier} from "./WeightedMultisigVerifier.sol";

/// @dev Answers ERC-1271 to everybody. @dev Trust: test only.
contract YesMember {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x1626ba7e;
    }
}

/// @dev Owners that are not one ECDSA key. @dev Trust: test only.
contract AccountOwnersTest is AccountFixture {
    /// @dev Half of P-256's order: above it, a signature has a twin below.
    uint256 private constant HALF_N = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;
    uint256 private constant N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;
    uint256 private constant PASSKEY = 0x9a55;

    TestTarget private target;
    address private p256;
    address private webAuthn;
    WeightedMultisigVerifier private multisig;

    function setUp() public override {
        super.setUp();
        (target, multisig) = (new TestTarget(), new WeightedMultisigVerifier());
        (p256, webAuthn) = (address(new ERC7913P256Verifier()), address(new ERC7913WebAuthnVerifier()));
    }

    function test_P256Owner() external {
        _create(abi.encodePacked(p256, _publicKey(PASSKEY)));
        PackedUserOperation memory op = _unsigned();
        op.signature = _signP256(PASSKEY, _hashOf(ENTRY_POINT, op));
        assertTrue(_handle(ENTRY_POINT, op), "the operation");
        op = _unsigned();
        op.signature = _signP256(PASSKEY + 1, _hashOf(ENTRY_POINT, op));
        _refuse(op);
        // The twin of a good signature.
        op.signature = _signP256(PASSKEY, _hashOf(ENTRY_POINT, op));
        (bytes32 r, bytes32 s) = abi.decode(op.signature, (bytes32, bytes32));
        op.signature = abi.encodePacked(r, bytes32(N - uint256(s)));
        _refuse(op);
    }

    function test_WebAuthnOwner() external {
        _create(abi.encodePacked(webAuthn, _publicKey(PASSKEY)));
        PackedUserOperation memory op = _unsigned();
        op.signature = _assert(PASSKEY, _hashOf(ENTRY_POINT, op));
        assertTrue(_handle(ENTRY_POINT, op), "the operation");
        // An assertion of another challenge.
        op = _unsigned();
        op.signature = _assert(PASSKEY, keccak256("another"));
        _refuse(op);
    }

    function test_MultisigOwner() external {
        (bytes memory key, uint256[] memory keys) = _members(2, [uint64(1), 1, 1]);
        _create(abi.encodePacked(multisig, key));
        PackedUserOperation memory op = _unsigned();
        bytes32 hash = _hashOf(ENTRY_POINT, op);
        op.signature = _signBy(hash, keys, 0, 2);
        assertTrue(_handle(ENTRY_POINT, op), "two of three");

        op = _unsigned();
        hash = _hashOf(ENTRY_POINT, op);
        op.signature = _signBy(hash, keys, 1, 1);
        _refuse(op);
        uint256[] memory indexes = new uint256[](1);
        bytes[] memory signatures = new bytes[](1);
        (indexes[0], signatures[0]) = (1, _ecdsa(keys[1], hash));
        op.signature = abi.encode(indexes, signatures);
        _refuse(op);
        (indexes[0], signatures[0]) = (3, _ecdsa(keys[1], hash));
        op.signature = abi.encode(indexes, signatures);
        _refuse(op);
        op.signature = _signBy(keccak256("another"), keys, 0, 2);
        _refuse(op);
        op.signature = hex"00";
        _refuse(op);
    }

    function test_MultisigCountsWeights() external view {
        (bytes memory key, uint256[] memory keys) = _members(3, [uint64(2), 1, 1]);
        bytes32 hash = keccak256("anything");
        assertTrue(_isValid(key, hash, _signBy(hash, keys, 0, 1)), "two and one");
        assertFalse(_isValid(key, hash, _signBy(hash, keys, 1, 2)), "one and one");
    }

    /// @dev A member of 20 bytes is a key: what its EOA delegated to (EIP-7702) may say yes to anybody.
    function test_CodeAtAMembersAddressDoesNotSign() external {
        (bytes memory key, uint256[] memory keys) = _members(1, [uint64(1), 1, 1]);
        vm.etch(vm.addr(keys[0]), address(new YesMember()).code);
        bytes32 hash = keccak256("anything");
        uint256[] memory indexes = new uint256[](1);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = _ecdsa(0xbad, hash);
        assertFalse(_isValid(key, hash, abi.encode(indexes, signatures)), "its code");
        signatures[0] = _ecdsa(keys[0], hash);
        assertTrue(_isValid(key, hash, abi.encode(indexes, signatures)), "its key");
    }

    function test_MultisigThatCouldNeverSignIsNoOwner() external view {
        (bytes memory key, ) = _members(4, [uint64(1), 1, 1]);
        assertFalse(account.isValidOwner(abi.encodePacked(multisig, key)), "threshold above the weights");
        (key, ) = _members(0, [uint64(1), 1, 1]);
        assertFalse(account.isValidOwner(abi.encodePacked(multisig, key)), "threshold 0");
        (key, ) = _members(1, [uint64(1), 0, 1]);
        assertFalse(account.isValidOwner(abi.encodePacked(multisig, key)), "weight 0");
        bytes[] memory signers = new bytes[](2);
        signers[0] = signers[1] = _ownerOf(1);
        uint64[] memory weights = new uint64[](2);
        weights[0] = weights[1] = 1;
        key = abi.encode(uint64(2), signers, weights);
        assertFalse(account.isValidOwner(abi.encodePacked(multisig, key)), "one signer counted twice");
        key = abi.encode(uint64(1), signers, new uint64[](1));
        assertFalse(account.isValidOwner(abi.encodePacked(multisig, key)), "fewer weights than signers");
        signers = new bytes[](1);
        signers[0] = hex"1234";
        weights = new uint64[](1);
        weights[0] = 1;
        key = abi.encode(uint64(1), signers, weights);
        assertFalse(account.isValidOwner(abi.encodePacked(multisig, key)), "a signer of two bytes");
        (key, ) = _members(2, [uint64(1), 1, 1]);
        assertTrue(account.isValidOwner(abi.encodePacked(multisig, key)), "sound");
    }

    function test_MultisigOfOtherKinds() external {
        bytes[] memory signers = new bytes[](1);
        signers[0] = abi.encodePacked(p256, _publicKey(PASSKEY));
        uint64[] memory weights = new uint64[](1);
        weights[0] = 1;
        _create(abi.encodePacked(multisig, abi.encode(uint64(1), signers, weights)));
        PackedUserOperation memory op = _unsigned();
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = _signP256(PASSKEY, _hashOf(ENTRY_POINT, op));
        op.signature = abi.encode(new uint256[](1), signatures);
        assertTrue(_handle(ENTRY_POINT, op), "the operation");
    }

    // --- Calls under test, for expectRevert ---

    function handle(PackedUserOperation calldata op) external {
        _handle(ENTRY_POINT, op);
    }

    // --- Private ---

    function _create(bytes memory owner) private {
        account = SmartAccount(payable(factory.createAccount(owner, 0)));
        assertEq(keccak256(account.owner()), keccak256(owner), "owner");
        vm.deal(address(account), 1 ether);
    }

    function _unsigned() private view returns (PackedUserOperation memory) {
        bytes memory call = _single(address(target), 1, abi.encodeCall(TestTarget.set, (1)));
        return _operation(address(account), _nonce(ENTRY_POINT, address(account), address(0)), call);
    }

    function _refuse(PackedUserOperation memory op) private {
        vm.expectRevert();
        this.handle(op);
    }

    function _isValid(bytes memory key, bytes32 hash, bytes memory signature) private view returns (bool) {
        return multisig.verify(key, hash, signature) == multisig.verify.selector;
    }

    function _publicKey(uint256 key) private pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        return abi.encodePacked(x, y);
    }

    function _signP256(uint256 key, bytes32 hash) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = vm.signP256(key, hash);
        if (uint256(s) > HALF_N) s = bytes32(N - uint256(s));
        return abi.encodePacked(r, s);
    }

    /// @dev What an authenticator returns: user present and verified, no counter.
    function _assert(uint256 key, bytes32 challenge) private pure returns (bytes memory) {
        bytes memory data = abi.encodePacked(sha256("portcullis.example"), bytes1(0x05), uint32(0));
        // solhint-disable quotes
        string memory client = string.concat(
            '{"type":"webauthn.get","challenge":"',
            Base64.encodeURL(abi.encodePacked(challenge)),
            '","origin":"https://portcullis.example"}'
        );
        // solhint-enable quotes
        bytes memory signature = _signP256(key, sha256(abi.encodePacked(data, sha256(bytes(client)))));
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        return abi.encode(r, s, uint256(23), uint256(1), data, client);
    }

    /// @dev Three keys in the order of their hashes.
    function _members(
        uint64 threshold,
        uint64[3] memory weights_
    ) private pure returns (bytes memory key, uint256[] memory keys) {
        keys = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) keys[i] = i + 11;
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i + 1; j < 3; ++j) {
                if (keccak256(_ownerOf(keys[j])) < keccak256(_ownerOf(keys[i]))) {
                    (keys[i], keys[j]) = (keys[j], keys[i]);
                }
            }
        }
        bytes[] memory signers = new bytes[](3);
        uint64[] memory weights = new uint64[](3);
        for (uint256 i = 0; i < 3; ++i) (signers[i], weights[i]) = (_ownerOf(keys[i]), weights_[i]);
        key = abi.encode(threshold, signers, weights);
    }

    /// @dev By two members; the same one twice where `first` is `second`.
    function _signBy(
        bytes32 hash,
        uint256[] memory keys,
        uint256 first,
        uint256 second
    ) private pure returns (bytes memory) {
        uint256[] memory indexes = new uint256[](2);
        bytes[] memory signatures = new bytes[](2);
        (indexes[0], indexes[1]) = (first, second);
        (signatures[0], signatures[1]) = (_ecdsa(keys[first], hash), _ecdsa(keys[second], hash));
        return abi.encode(indexes, signatures);
    }
}
