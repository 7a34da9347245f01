// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IKeyBindings} from "./IKeyBindings.sol";
import {KeyProofs} from "./KeyProofs.sol";

/**
 * @title The record of key bindings and the check of their proofs
 * @dev Trust: anyone may hand in a key's own proof; who confirms, exempts and revokes is decided by {RoleManager}.
 */
abstract contract KeyBindings is IKeyBindings {
    /**
     * @dev Its first slot is all a restricted call reads.
     *
     *   191..144    143..136 135..128 127..96  95..48     47..0
     * +-----------+--------+--------+--------+----------+-------------+
     * | revokedAt | status | tier   | nonce  | rotateBy | boundUntil  |
     * +-----------+--------+--------+--------+----------+-------------+
     *
     * `boundUntil`: first second at which key-bound roles no longer work; 0 unless confirmed, all ones where exempt.
     * `revokedAt`: the last revocation; what was scheduled up to then is void, whatever binding follows.
     */
    struct Record {
        uint48 boundUntil;
        uint48 rotateBy;
        uint32 nonce;
        Tier tier;
        Status status;
        uint48 revokedAt;
        bytes32 custody;
    }

    bytes32 private constant KEY_PROOF_TYPEHASH = keccak256(
        "KeyProof(address account,string provider,bytes32 custody,uint8 tier,uint48 rotateBy,uint32 nonce,uint48 deadline)"
    );

    /// @dev Judges the signatures of proofs.
    KeyProofs private immutable KEY_PROOFS = new KeyProofs();

    mapping(address account => Record) private _bindings;

    // --- Anyone ---

    /// @inheritdoc IKeyBindings
    function bindingOf(address account) external view returns (Binding memory) {
        Record storage record = _bindings[account];
        Status status = record.status;
        if (status == Status.Valid && !_isBound(account)) status = Status.Overdue;
        return Binding(status, record.tier, record.rotateBy, record.nonce, record.custody);
    }

    /// @inheritdoc IKeyBindings
    function bind(KeyProof calldata proof, bytes calldata signature) external {
        _bind(proof, signature);
    }

    // --- Internal ---

    function _bind(KeyProof calldata proof, bytes calldata signature) internal {
        address account = proof.account;
        Record storage record = _bindings[account];
        if (block.timestamp >= proof.deadline) revert KeyBindingsProofExpired(account, proof.deadline);
        if (proof.nonce != record.nonce) revert KeyBindingsInvalidNonce(account, proof.nonce, record.nonce);
        if (proof.rotateBy <= block.timestamp) revert KeyBindingsInvalidDeadline(account, proof.rotateBy);
        if (!KEY_PROOFS.isValid(account, _structHash(proof), signature)) revert KeyBindingsInvalidProof(account);

        record.boundUntil = 0;
        record.rotateBy = proof.rotateBy;
        // Nobody pays for 2^32 proofs and revocations.
        unchecked {
            record.nonce = proof.nonce + 1;
        }
        record.tier = proof.tier;
        record.status = Status.Proposed;
        record.custody = proof.custody;
        emit BindingProposed(account, proof.provider, proof.custody, proof.tier, proof.rotateBy);
    }

    function _confirmBinding(address account, bytes32 custody, Tier tier, uint48 rotateBy) internal {
        Record storage record = _bindings[account];
        Status status = record.status;
        if (status != Status.Proposed && status != Status.Valid) revert KeyBindingsUnexpectedStatus(account, status);
        if (custody != record.custody) revert KeyBindingsCustodyMismatch(account, custody, record.custody);
        // The key has signed by when it will be replaced: only itself can say another time.
        if (rotateBy <= block.timestamp || rotateBy > record.rotateBy) {
            revert KeyBindingsInvalidDeadline(account, rotateBy);
        }

        record.boundUntil = rotateBy;
        record.rotateBy = rotateBy;
        record.tier = tier;
        record.status = Status.Valid;
        emit BindingConfirmed(account, custody, tier, rotateBy);
    }

    function _exempt(address account) internal {
        if (KEY_PROOFS.isKey(account)) revert KeyBindingsNotContract(account);

        Record storage record = _bindings[account];
        record.boundUntil = type(uint48).max;
        record.rotateBy = 0;
        record.status = Status.Exempt;
        emit BindingExempted(account);
    }

    function _revokeBinding(address account) internal {
        Record storage record = _bindings[account];

        record.boundUntil = 0;
        unchecked {
            record.nonce += 1;
        }
        record.status = Status.Revoked;
        record.revokedAt = uint48(block.timestamp);
        emit BindingRevoked(account);
    }

    /// @dev Whether key-bound roles work for the account now.
    function _isBound(address account) internal view returns (bool) {
        return _bindings[account].boundUntil > block.timestamp;
    }

    /// @dev Whether key-bound roles work for the account now, and when its binding was last revoked (0: never).
    function _boundAndRevokedAt(address account) internal view returns (bool bound, uint48 revokedAt) {
        Record storage record = _bindings[account];
        return (record.boundUntil > block.timestamp, record.revokedAt);
    }

    function _bindingStatus(address account) internal view returns (Status) {
        return _bindings[account].status;
    }

    // --- Private ---

    function _structHash(KeyProof calldata proof) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    KEY_PROOF_TYPEHASH,
                    proof.account,
                    keccak256(bytes(proof.provider)),
                    proof.custody,
                    proof.tier,
                    proof.rotateBy,
                    proof.nonce,
                    proof.deadline
                )
            );
    }
}
