// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {AccountFixture} from "../AccountFixture.t.sol";
import {ISmartAccount} from "../ISmartAccount.sol";

/// @dev What sessions spend in these tests.
contract SessionToken is ERC20("Token", "TOK") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @dev Not in OpenZeppelin's any more, but in many.
    function increaseAllowance(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, spender, allowance(msg.sender, spender) + amount);
        return true;
    }
}

/// @dev What sessions call in these tests.
contract SessionTarget {
    uint256 public value;
    uint256 public received;

    error Refused();

    function set(uint256 value_) external payable {
        value = value_;
        received += msg.value;
    }

    function setMany(uint256[] calldata values) external {
        value = values[values.length - 1];
    }

    function fail() external pure {
        revert Refused();
    }

    receive() external payable {
        received += msg.value;
    }
}

/**
 * @dev Sessions of the fixture's account and operations under them.
 *
 * Use: take `_terms()`, change them, `_session(terms)` packs them; `_use(session, …)` is an operation that its key
 * signed, `_useFirst` carries the owner's grant too. `_assertRefused` says with which error validation ends.
 */
abstract contract SessionFixture is AccountFixture {
    uint256 internal constant SESSION_KEY = 0x5e551011;
    address internal constant SHOP = address(0x5409);

    struct Terms {
        bytes4 salt;
        uint48 validAfter;
        uint48 validUntil;
        uint64 maxFeePerGas;
        uint32 maxGasPerOperation;
        uint32 maxUses;
        uint48 maxGasTotal;
        uint32 period;
        address paymaster;
        bytes signer;
        uint8 capCount;
        bytes caps;
        uint8 actionCount;
        bytes actions;
    }

    SessionToken internal token;
    SessionTarget internal target;

    function setUp() public virtual override {
        super.setUp();
        token = new SessionToken();
        token.mint(address(account), 1_000_000);
        target = new SessionTarget();
    }

    // --- Terms ---

    /// @dev No caps and no actions yet.
    function _terms() internal view returns (Terms memory terms) {
        terms.validUntil = uint48(clock() + 30 days);
        terms.maxFeePerGas = 10 gwei;
        terms.maxGasPerOperation = 10_000_000;
        terms.signer = abi.encodePacked(vm.addr(SESSION_KEY));
    }

    function _cap(
        Terms memory terms,
        address asset,
        uint96 perCall,
        uint96 total,
        uint96 perPeriod,
        uint96 coSignAbove
    ) internal pure returns (Terms memory) {
        terms.capCount++;
        terms.caps = abi.encodePacked(terms.caps, asset, perCall, total, perPeriod, coSignAbove);
        return terms;
    }

    function _may(
        Terms memory terms,
        address target_,
        bytes4 selector,
        bytes memory rules
    ) internal pure returns (Terms memory) {
        terms.actionCount++;
        terms.actions = abi.encodePacked(terms.actions, target_, selector, uint16(rules.length), rules);
        return terms;
    }

    function _session(Terms memory terms) internal pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(
            terms.salt,
            terms.validAfter,
            terms.validUntil,
            terms.maxFeePerGas,
            terms.maxGasPerOperation,
            terms.maxUses,
            terms.maxGasTotal,
            terms.period
        );
        return
            abi.encodePacked(
                head,
                terms.paymaster,
                uint16(terms.signer.length),
                terms.signer,
                terms.capCount,
                terms.caps,
                terms.actionCount,
                terms.actions
            );
    }

    /// @dev Transfers of the token, under these caps.
    function _transfers(uint96 perCall, uint96 total, uint96 perPeriod) internal view returns (Terms memory terms) {
        terms = _may(_terms(), address(token), token.transfer.selector, "");
        return _cap(terms, address(token), perCall, total, perPeriod, 0);
    }

    /// @dev `target.set` with any value.
    function _sets() internal view returns (Terms memory) {
        return _may(_terms(), address(target), target.set.selector, "");
    }

    // --- Operations ---

    function _transfer(uint256 amount) internal view returns (bytes memory) {
        return abi.encodePacked(address(token), uint256(0), abi.encodeCall(token.transfer, (SHOP, amount)));
    }

    function _set(uint256 value) internal view returns (bytes memory) {
        return abi.encodePacked(address(target), uint256(0), abi.encodeCall(target.set, (value)));
    }

    /// @dev The same number of transfers of the same amount, in one batch.
    function _transferBatch(uint256 count, uint256 amount) internal view returns (bytes memory) {
        Execution[] memory calls = new Execution[](count);
        for (uint256 i = 0; i < count; ++i) {
            calls[i] = Execution(address(token), 0, abi.encodeCall(token.transfer, (SHOP, amount)));
        }
        return abi.encode(calls);
    }

    /// @dev Unsigned: `executeAdmitted` as the session's key would have it.
    function _draft(
        bytes memory session,
        bytes32 mode,
        bytes memory execution
    ) internal view returns (PackedUserOperation memory) {
        return _draftWith(_callOf(session, mode, execution), 0);
    }

    function _draftWith(bytes memory callData, uint32 key) internal view returns (PackedUserOperation memory) {
        uint192 nonceKey = (uint192(uint160(address(sessions))) << 32) | key;
        return _operation(address(account), ENTRY_POINT.getNonce(address(account), nonceKey), callData);
    }

    function _callOf(bytes memory session, bytes32 mode, bytes memory execution) internal view returns (bytes memory) {
        bytes32 context = _isCounted(session) ? _idOf(session) : bytes32(0);
        return abi.encodeCall(ISmartAccount.executeAdmitted, (address(sessions), context, mode, execution));
    }

    /// @dev Signed by the session's key; `grant` and `approval` are the owner's, or empty.
    function _sign(
        PackedUserOperation memory op,
        bytes memory session,
        bytes memory grant,
        bytes memory approval
    ) internal view returns (PackedUserOperation memory) {
        bytes memory signature = _ecdsa(SESSION_KEY, _hashOf(ENTRY_POINT, op));
        op.signature = _pack(session, grant, approval, signature);
        return op;
    }

    function _pack(
        bytes memory session,
        bytes memory grant,
        bytes memory approval,
        bytes memory signature
    ) internal pure returns (bytes memory) {
        bytes memory lengths = abi.encodePacked(uint16(session.length), uint16(grant.length), uint16(approval.length));
        return abi.encodePacked(lengths, session, grant, approval, signature);
    }

    function _use(bytes memory session, bytes memory single) internal view returns (PackedUserOperation memory) {
        return _sign(_draft(session, SINGLE, single), session, "", "");
    }

    function _useFirst(bytes memory session, bytes memory single) internal view returns (PackedUserOperation memory) {
        return _sign(_draft(session, SINGLE, single), session, _grantOf(session), "");
    }

    function _useBatch(bytes memory session, bytes memory batch) internal view returns (PackedUserOperation memory) {
        return _sign(_draft(session, BATCH, batch), session, "", "");
    }

    /// @dev The owner's signature of a grant.
    function _grantOf(bytes memory session) internal view returns (bytes memory) {
        return _ecdsa(OWNER_KEY, sessions.grantDigest(address(account), session));
    }

    function _idOf(bytes memory session) internal view returns (bytes32) {
        return sessions.idOf(address(account), session);
    }

    /// @dev The owner grants it in storage.
    function _grant(bytes memory session) internal returns (bool) {
        return _run(_single(address(sessions), 0, abi.encodeCall(sessions.grant, (session))));
    }

    function _revoke(bytes32 id) internal returns (bool) {
        return _run(_single(address(sessions), 0, abi.encodeCall(sessions.revoke, (id))));
    }

    /// @dev Whether the operation was valid and its calls were made.
    function _done(PackedUserOperation memory op) internal returns (bool) {
        return _handle(ENTRY_POINT, op);
    }

    // --- Judging ---

    function handleExternally(PackedUserOperation calldata op) external returns (bool) {
        return _handle(ENTRY_POINT, op);
    }

    /// @dev Validation reverted with this error of the account's or the validator's.
    function _assertRefused(PackedUserOperation memory op, bytes4 expected, string memory what) internal {
        (bytes4 outer, bytes memory reason) = _failureOf(op);
        assertEq(bytes32(outer), bytes32(IEntryPoint.FailedOpWithRevert.selector), what);
        (, , bytes memory inner) = abi.decode(reason, (uint256, string, bytes));
        assertEq(bytes32(bytes4(inner)), bytes32(expected), what);
    }

    /// @dev The entry point itself refused it, with this reason.
    function _assertFailed(PackedUserOperation memory op, string memory expected, string memory what) internal {
        (bytes4 outer, bytes memory reason) = _failureOf(op);
        assertEq(bytes32(outer), bytes32(IEntryPoint.FailedOp.selector), what);
        (, string memory text) = abi.decode(reason, (uint256, string));
        assertEq(keccak256(bytes(text)), keccak256(bytes(expected)), what);
    }

    function _failureOf(PackedUserOperation memory op) private returns (bytes4 selector, bytes memory arguments) {
        try this.handleExternally(op) returns (bool) {
            return (0, "");
        } catch (bytes memory reason) {
            arguments = new bytes(reason.length - 4);
            for (uint256 i = 4; i < reason.length; ++i) arguments[i - 4] = reason[i];
            return (bytes4(reason), arguments);
        }
    }

    /// @dev {SessionBytes-isCounted}, in memory.
    function _isCounted(bytes memory session) private pure returns (bool) {
        uint256 head = _bytesAt(session, 28, 10);
        uint256 cursor = 64 + _bytesAt(session, 62, 2);
        uint256 count = _bytesAt(session, cursor++, 1);
        for (uint256 i = 0; i < count; ++i) {
            head |= _bytesAt(session, cursor + 32, 24);
            cursor += 68;
        }
        return head != 0;
    }

    function _bytesAt(bytes memory data, uint256 from, uint256 length) private pure returns (uint256 value) {
        for (uint256 i = 0; i < length; ++i) value = (value << 8) | uint8(data[from + i]);
    }
}
