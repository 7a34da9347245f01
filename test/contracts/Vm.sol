// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @dev The cheatcodes the Solidity tests use, served by the test runner at a fixed address. Only what is used is here.
 * @dev Trust: exists only under the test runner; no deployed contract imports it.
 */
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 privateKey) external pure returns (address);

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    function signP256(uint256 privateKey, bytes32 digest) external pure returns (bytes32 r, bytes32 s);

    function publicKeyP256(uint256 privateKey) external pure returns (uint256 x, uint256 y);

    function label(address account, string calldata name) external;

    function assume(bool condition) external pure;

    function warp(uint256 timestamp) external;

    /// @dev The optimizer takes `block.timestamp` for constant in a function: read it here after a warp.
    function getBlockTimestamp() external view returns (uint256);

    function roll(uint256 blockNumber) external;

    function chainId(uint256 chainId_) external;

    function deal(address account, uint256 balance) external;

    function etch(address account, bytes calldata code) external;

    function load(address account, bytes32 slot) external view returns (bytes32);

    function store(address account, bytes32 slot, bytes32 value) external;

    function prank(address sender) external;

    /// @dev With the transaction's origin too: from v0.8 an entry point wants an EOA's transaction.
    function prank(address sender, address origin) external;

    function startPrank(address sender) external;

    function stopPrank() external;

    function expectRevert() external;

    function expectRevert(bytes4 selector) external;

    function expectRevert(bytes calldata reason) external;

    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;

    function recordLogs() external;

    function getRecordedLogs() external returns (Log[] memory);

    /// @dev Only under `test.solidity.fsPermissions` of the project's configuration.
    function readFileBinary(string calldata path) external view returns (bytes memory);

    function toString(uint256 value) external pure returns (string memory);

    function snapshotState() external returns (uint256);

    function revertToState(uint256 id) external returns (bool);
}

/// @dev keccak256("hevm cheat code"), truncated: where the runner listens.
Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
