// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @title Key bindings: which key stands behind a principal, where it lives, until when
 * @dev Trust: a key says so by its own signature, a registrar confirms it; either can end it at once. Neither can extend
 * a deadline without the other.
 *
 * Reachable states: None → Proposed → Valid → (time passes) Overdue; Valid, Overdue → Proposed by a new proof;
 * any → Exempt by the registrar; any → Revoked; Revoked → Proposed by a new proof only.
 */
interface IKeyBindings {
    enum Tier {
        Development,
        Staging,
        Production
    }

    enum Status {
        None,
        Proposed,
        Valid,
        Overdue,
        Revoked,
        Exempt
    }

    /**
     * @dev What a key signs (EIP-712, primary type `KeyProof`, domain name "Portcullis RoleManager", version "1", the
     * chain and the manager): that it exists, where it lives and by when it will be replaced.
     */
    struct KeyProof {
        /// The principal: the key's address, or a contract that answers ERC-1271.
        address account;
        /// Signer provider, such as "aws-kms".
        string provider;
        /// Digest of the custody record (key ARN, policy, attestation).
        bytes32 custody;
        Tier tier;
        /// First second at which the key is overdue.
        uint48 rotateBy;
        /// `nonce` of the account's binding; each proof and each revocation uses one up.
        uint32 nonce;
        /// First second at which the proof is no longer accepted.
        uint48 deadline;
    }

    struct Binding {
        Status status;
        Tier tier;
        /// First second at which the key is overdue; 0 where exempt.
        uint48 rotateBy;
        /// The nonce of the next proof.
        uint32 nonce;
        /// The provider's name is in the last `BindingProposed` event.
        bytes32 custody;
    }

    // --- Events ---

    event BindingProposed(address indexed account, string provider, bytes32 custody, Tier tier, uint48 rotateBy);
    event BindingConfirmed(address indexed account, bytes32 custody, Tier tier, uint48 rotateBy);
    event BindingExempted(address indexed account);
    event BindingRevoked(address indexed account);

    // --- Errors ---

    /// @dev The signature is not the account's own.
    error KeyBindingsInvalidProof(address account);
    /// @dev The proof is for another turn: it was used, or the binding was revoked since.
    error KeyBindingsInvalidNonce(address account, uint32 nonce, uint32 expected);
    /// @dev The proof came too late.
    error KeyBindingsProofExpired(address account, uint48 deadline);
    /// @dev The rotation deadline is not in the future, or later than the key signed.
    error KeyBindingsInvalidDeadline(address account, uint48 rotateBy);
    /// @dev What the registrar would confirm is not what the key last proved.
    error KeyBindingsCustodyMismatch(address account, bytes32 custody, bytes32 proved);
    /// @dev The account is in the wrong state.
    error KeyBindingsUnexpectedStatus(address account, Status status);
    /// @dev Only contracts that cannot sign are exempt, and a key with an EIP-7702 delegate is a key.
    error KeyBindingsNotContract(address account);
    /// @dev The caller is neither the key itself nor a registrar.
    error KeyBindingsUnauthorized(address caller, address account);

    // --- Anyone ---

    /// @dev The binding of an account, with its status at this moment. Key-bound roles work while Valid or Exempt.
    function bindingOf(address account) external view returns (Binding memory);

    /**
     * @dev Registers a key by its own proof. An account without code, or with an EIP-7702 delegate, proves by ECDSA; a
     * contract by ERC-1271. The binding is Proposed until a registrar confirms it: a new proof for a valid key suspends
     * its key-bound roles until then.
     */
    function bind(KeyProof calldata proof, bytes calldata signature) external;

    // --- Registrars (REGISTRAR_ROLE, with its execution delay) ---

    /// @dev Confirms the binding the key last proved (`custody` says which), with the tier it shall have, and a deadline
    /// no later than the key signed.
    function confirmBinding(address account, bytes32 custody, Tier tier, uint48 rotateBy) external;

    /// @dev Declares that a contract cannot sign (a timelock) and needs no binding.
    function exempt(address account) external;

    // --- The key itself, or a registrar: at once ---

    /// @dev Ends a binding for good: every proof signed so far, what the key has scheduled under key-bound roles, and a
    /// rotation of it that is pending.
    function revokeBinding(address account) external;

    // --- Rotation ---

    /**
     * @dev Requests that all roles of `previous` go to `next.account`, whose proof is registered as by {bind} unless
     * it is bound already (then `signature` is empty). By the old key, unless its binding was revoked, or by
     * ADMIN_ROLE (with its execution delay). Waits the longest grant delay of the roles.
     */
    function requestRotation(address previous, KeyProof calldata next, bytes calldata signature) external;

    /**
     * @dev Moves every role with its delay and expiry, once each has waited its grant delay; by anyone. Pending grants
     * keep their `since`, expired ones are dropped; where the new key has the role, the longer delay and the earlier
     * expiry win. What the old key scheduled is dead.
     */
    function executeRotation(address previous, address next) external;

    /// @dev Calls a rotation off: the old key, ADMIN_ROLE, or a guardian of any role to be moved.
    function vetoRotation(address previous, address next) external;

    /// @dev The pending rotation of a key: all zero where there is none.
    function rotationOf(address previous) external view returns (address next, uint48 requestedAt, uint48 readyAt);
}
