// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MODULE_TYPE_RECOVERY} from "./ISmartAccount.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignerEIP7702} from "@openzeppelin/contracts/utils/cryptography/signers/SignerEIP7702.sol";
import {AccountData} from "./AccountStorage.sol";
import {AccountState, HAS_MODULES, SESSIONS_OFF} from "./AccountState.sol";
import {SmartAccount} from "./SmartAccount.sol";

/**
 * @title All of the smart account for an EOA (EIP-7702, EntryPoint v0.9), behind {SmartAccount7702}
 * @notice The owner is the EOA's own key: there is nothing to initialize, so nothing to be first at. Storage left by
 * another delegate counts for nothing: modules, sessions and the epoch live under a mark that the EOA's key signed for
 * this very code on this chain. Without a mark the account has an owner and no modules.
 *
 * @dev Trust: the key, whatever is delegated, can always delegate elsewhere and send transactions of its own: recovery,
 * freeze and quarantine could not bind it, and this build refuses them. A delegate that ran after {activate} saw the
 * mark: when the EOA comes back from one, it activates again.
 */
contract FullAccount7702 is SmartAccount, SignerEIP7702 {
    /// @dev Modules and sessions count from here on; what was under another mark does not.
    event Activated(bytes32 indexed mark);

    /// @dev Where a clone has its {AccountData}; here `AccountData` is at keccak256(mark, this).
    struct Mark {
        bytes32 value;
        /// @dev The key's signature, compact (ERC-2098).
        bytes32 r;
        bytes32 vs;
    }

    bytes32 private constant ACTIVATION = keccak256("Activation(bytes32 mark,address implementation)");

    address private immutable SELF = address(this);

    constructor(
        bytes32[3] memory delegateCode,
        address sessionValidator
    ) SmartAccount(delegateCode, sessionValidator) {}

    // --- Owner ---

    /**
     * @dev Starts without modules and sessions.
     * @param mark Never used before, best at random.
     * @param r With `vs`, the key's signature (ERC-2098) of `Activation(mark, implementation)` in the account's domain.
     */
    function activate(bytes32 mark, bytes32 r, bytes32 vs) external onlyEntryPointOrSelf {
        if (!_isSigned(mark, r, vs)) revert SmartAccountInactive();
        Mark storage stored = _mark();
        (stored.value, stored.r, stored.vs) = (mark, r, vs);
        emit Activated(mark);
    }

    // --- Recovery module ---

    function recoverOwner(bytes calldata, uint48, uint256) external pure override {
        revert SmartAccountUnsupported();
    }

    function freeze(uint48) external pure override {
        revert SmartAccountUnsupported();
    }

    // --- Anyone ---

    /// @dev What a mark is signed for.
    function implementation() external view returns (address) {
        return SELF;
    }

    function supportsModule(uint256 moduleTypeId) public view override returns (bool) {
        return moduleTypeId != MODULE_TYPE_RECOVERY && super.supportsModule(moduleTypeId);
    }

    function owner() public view override returns (bytes memory) {
        return abi.encodePacked(address(this));
    }

    function accountId() external pure override returns (string memory) {
        return "portcullis.smart-account-7702.1.0.0";
    }

    // --- Internal ---

    function _isOwner(AccountState, bytes32 hash, bytes calldata signature) internal view override returns (bool) {
        return SignerEIP7702._rawSignatureValidation(hash, signature);
    }

    function _rawSignatureValidation(
        bytes32 hash,
        bytes calldata signature
    ) internal view override(SmartAccount, SignerEIP7702) returns (bool) {
        return SignerEIP7702._rawSignatureValidation(hash, signature);
    }

    /// @dev What a mark covers, without what this build has not: nothing freezes or replaces the owner.
    function _state() internal view override returns (AccountState) {
        uint256 covered = (uint256(type(uint32).max) << 160) | SESSIONS_OFF | HAS_MODULES;
        return AccountState.wrap(AccountState.unwrap(_data().state) & covered);
    }

    /// @dev No storage has a say.
    function _ownerState() internal pure override returns (AccountState) {
        return AccountState.wrap(0);
    }

    /// @dev Bound to the mark, which nobody knew before the key signed it. 144 bits, as {ISmartAccount-epoch} promises.
    function _epochOf(AccountState state) internal view override returns (uint256) {
        return uint256(keccak256(abi.encode(_mark().value, state.epoch()))) >> 112;
    }

    function _data() internal view override returns (AccountData storage data) {
        bytes32 slot = keccak256(abi.encode(_mark().value, ACCOUNT_STORAGE));
        assembly ("memory-safe") {
            data.slot := slot
        }
    }

    function _isActive() internal view virtual override returns (bool) {
        Mark storage stored = _mark();
        return _isSigned(stored.value, stored.r, stored.vs);
    }

    // --- Private ---

    function _mark() private pure returns (Mark storage stored) {
        assembly ("memory-safe") {
            stored.slot := ACCOUNT_STORAGE
        }
    }

    function _isSigned(bytes32 mark, bytes32 r, bytes32 vs) private view returns (bool) {
        bytes32 hash = _hashTypedDataV4(keccak256(abi.encode(ACTIVATION, mark, SELF)));
        (address recovered, , ) = ECDSA.tryRecover(hash, r, vs);
        return recovered == address(this);
    }
}
