// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEntryPointExtra} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Assertions} from "./Assertions.sol";
import {Vm, vm} from "./Vm.sol";

/**
 * @dev What a test of accounts inherits: the canonical entry points v0.7 and v0.9, byte for byte, at their addresses
 * (npm's hardhat-predeploy carries them), and operations to send through them.
 *
 * Use: `_etchEntryPoints()` in `setUp`; `_operation(sender, nonce, callData)`, sign `_hashOf(entryPoint, op)`, then
 * `_handle(entryPoint, op)`, which says whether the operation's call succeeded and reverts where its validation fails.
 * @dev Trust: exists only under the test runner.
 */
abstract contract EntryPoints is Assertions {
    IEntryPoint internal constant ENTRY_POINT = IEntryPoint(0x433709009B8330FDa32311DF1C2AFA402eD8D009);
    IEntryPoint internal constant ENTRY_POINT_V07 = IEntryPoint(0x0000000071727De22E5E9d8BAf0edAc6f37da032);

    /// @dev Sends bundles; an EOA.
    address internal constant BUNDLER = address(0xb0b);

    /// @dev UserOperationEvent(bytes32 indexed, address indexed, address indexed, uint256 nonce, bool success, …)
    bytes32 private constant OPERATION_EVENT = keccak256(
        "UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)"
    );

    function _etchEntryPoints() internal {
        _etch("0x0000000071727De22E5E9d8BAf0edAc6f37da032", address(ENTRY_POINT_V07));
        _etch("0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C", 0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C);
        _etch("0x433709009B8330FDa32311DF1C2AFA402eD8D009", address(ENTRY_POINT));
        _etch("0x0A630a99Df908A81115A3022927Be82f9299987e", 0x0A630a99Df908A81115A3022927Be82f9299987e);
        vm.deal(BUNDLER, 100 ether);
    }

    /// @dev Unsigned, with generous gas, at 1 gwei.
    function _operation(
        address sender,
        uint256 nonce,
        bytes memory callData
    ) internal pure returns (PackedUserOperation memory op) {
        op.sender = sender;
        op.nonce = nonce;
        op.callData = callData;
        op.accountGasLimits = bytes32((uint256(2_000_000) << 128) | 2_000_000);
        op.preVerificationGas = 0;
        op.gasFees = bytes32((uint256(1 gwei) << 128) | 1 gwei);
    }

    /// @dev The next nonce of a key whose top 20 bytes name the validator (0: the owner).
    function _nonce(IEntryPoint entryPoint, address sender, address validator) internal view returns (uint256) {
        return entryPoint.getNonce(sender, uint192(uint160(validator)) << 32);
    }

    function _hashOf(IEntryPoint entryPoint, PackedUserOperation memory op) internal view returns (bytes32) {
        return IEntryPointExtra(address(entryPoint)).getUserOpHash(op);
    }

    /// @dev r, s, v: what an ECDSA owner's signature is.
    function _ecdsa(uint256 privateKey, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, hash);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Whether the operation's own call succeeded. Reverts with the entry point's FailedOp where it is not valid.
    function _handle(IEntryPoint entryPoint, PackedUserOperation memory op) internal returns (bool) {
        PackedUserOperation[] memory ops = new PackedUserOperation[](1);
        ops[0] = op;
        return _handleAll(entryPoint, ops)[0];
    }

    function _handleAll(
        IEntryPoint entryPoint,
        PackedUserOperation[] memory ops
    ) internal returns (bool[] memory successes) {
        vm.recordLogs();
        vm.prank(BUNDLER, BUNDLER);
        entryPoint.handleOps(ops, payable(BUNDLER));
        successes = new bool[](ops.length);
        _readSuccesses(vm.getRecordedLogs(), successes);
    }

    function _readSuccesses(Vm.Log[] memory logs, bool[] memory successes) private pure {
        uint256 index;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != OPERATION_EVENT) continue;
            (, successes[index++], , ) = abi.decode(logs[i].data, (uint256, bool, uint256, uint256));
        }
    }

    function _etch(string memory file, address at_) private {
        vm.etch(at_, vm.readFileBinary(string.concat("node_modules/hardhat-predeploy/bin/", file, ".bytecode")));
    }
}
