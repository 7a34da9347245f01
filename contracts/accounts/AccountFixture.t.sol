// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Execution, IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {EntryPoints} from "../../test/contracts/EntryPoints.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ISmartAccount} from "./ISmartAccount.sol";
import {SmartAccount} from "./SmartAccount.sol";
import {SmartAccountFactory} from "./SmartAccountFactory.sol";
import {SessionValidator} from "./sessions/SessionValidator.sol";

/**
 * @dev A clone with an ECDSA owner and 10 ether, on the entry point v0.9.
 * @dev Trust: test only.
 */
abstract contract AccountFixture is EntryPoints {
    uint256 internal constant OWNER_KEY = 0x0a11ce;
    uint256 internal constant THIEF_KEY = 0xbad;
    bytes32 internal constant SINGLE = bytes32(0);
    bytes32 internal constant BATCH = bytes32(uint256(1) << 248);

    SessionValidator internal sessions;
    SmartAccountFactory internal factory;
    SmartAccount internal account;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        _etchEntryPoints();
        bytes32[3] memory delegateCode;
        sessions = new SessionValidator();
        factory = new SmartAccountFactory(address(new SmartAccount(delegateCode, address(sessions))));
        account = SmartAccount(payable(factory.createAccount(_ownerOf(OWNER_KEY), 0)));
        vm.deal(address(account), 10 ether);
    }

    /// @dev An ECDSA owner, as ERC-7913 writes it.
    function _ownerOf(uint256 privateKey) internal pure returns (bytes memory) {
        return abi.encodePacked(vm.addr(privateKey));
    }

    /// @dev An operation of the account signed by `privateKey` as its owner.
    function _signed(uint256 privateKey, bytes memory callData) internal view returns (PackedUserOperation memory op) {
        op = _operation(address(account), _nonce(ENTRY_POINT, address(account), address(0)), callData);
        op.signature = _ecdsa(privateKey, _hashOf(ENTRY_POINT, op));
    }

    /// @dev The owner has the account run `callData`; says whether it succeeded.
    function _run(bytes memory callData) internal returns (bool) {
        return _handle(ENTRY_POINT, _signed(OWNER_KEY, callData));
    }

    /// @dev `execute` of one call.
    function _single(address target, uint256 value, bytes memory data) internal pure returns (bytes memory) {
        return abi.encodeCall(IERC7579Execution.execute, (SINGLE, abi.encodePacked(target, value, data)));
    }

    /// @dev `execute` of several.
    function _batch(Execution[] memory calls) internal pure returns (bytes memory) {
        return abi.encodeCall(IERC7579Execution.execute, (BATCH, abi.encode(calls)));
    }

    /// @dev `executeAdmitted` of one call, as a validator's operation carries it.
    function _scoped(
        address validator,
        bytes32 context,
        address target,
        uint256 value,
        bytes memory data
    ) internal pure returns (bytes memory) {
        return
            abi.encodeCall(
                ISmartAccount.executeAdmitted,
                (validator, context, SINGLE, abi.encodePacked(target, value, data))
            );
    }

    function _install(uint256 moduleTypeId, address module, bytes memory data) internal returns (bool) {
        return _run(abi.encodeCall(account.installModule, (moduleTypeId, module, data)));
    }

    function _uninstall(uint256 moduleTypeId, address module, bytes memory data) internal returns (bool) {
        return _run(abi.encodeCall(account.uninstallModule, (moduleTypeId, module, data)));
    }
}
