// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Assertions} from "../../test/contracts/Assertions.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ITimelock, TimelockConfig} from "./ITimelock.sol";
import {Timelock} from "./Timelock.sol";

/// @dev What a timelock owns in these tests; it holds ETH that its owner can sweep.
contract Box is Ownable {
    uint256 public value = 1;

    error SweepFailed(address to);

    constructor(address owner) payable Ownable(owner) {}

    function set(uint256 newValue) external onlyOwner {
        value = newValue;
    }

    function sweep(address payable to) external onlyOwner {
        (bool success, ) = to.call{value: address(this).balance}("");
        if (!success) revert SweepFailed(to);
    }
}

/// @dev One timelock of each kind with the same people, each the owner of a box, and what tests do with them.
abstract contract TimelockFixture is Assertions {
    uint256 internal constant FLOOR = 1 days;
    uint256 internal constant DELAY = 2 days;
    uint256 internal constant CEILING = 30 days;
    uint256 internal constant EXPIRY = 14 days;
    uint256 internal constant VETOES = 3;
    uint256 internal constant REFILL = 31 days;

    address internal council = address(0xC0);
    address internal backup = address(0xC1);
    address internal executor = address(0xE0);
    address internal canceller = address(0xCA);
    address internal guardian = address(0x60);
    address internal watch = address(0x61);
    address payable internal thief = payable(address(0xBAD));

    Timelock internal timelock;
    Box internal box;

    /// @dev OpenZeppelin's, as it comes.
    TimelockController internal stock;
    Box internal stockBox;

    uint256 private _salt;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        timelock = new Timelock(_config());
        box = new Box(address(timelock));
        stock = new TimelockController(DELAY, _list(council, backup), _list(executor), address(0));
        stockBox = new Box(address(stock));
        vm.deal(address(box), 10 ether);
        vm.deal(address(stockBox), 10 ether);
    }

    function _config() internal view returns (TimelockConfig memory) {
        return
            TimelockConfig({
                delay: uint48(DELAY),
                floor: uint48(FLOOR),
                ceiling: uint48(CEILING),
                expiry: uint48(EXPIRY),
                vetoWindow: uint48(VETOES * REFILL),
                vetoLimit: uint16(VETOES),
                proposers: _list(council, backup),
                executors: _list(executor),
                cancellers: _list(canceller),
                guardians: _list(guardian, watch)
            });
    }

    // --- What people do ---

    function _propose(
        TimelockController on,
        address proposer,
        address target,
        bytes memory data
    ) internal returns (bytes32 id) {
        ++_salt;
        vm.prank(proposer);
        on.schedule(target, 0, data, 0, bytes32(_salt), DELAY);
        id = on.hashOperation(target, 0, data, 0, bytes32(_salt));
    }

    /// @dev Executes what {_propose} proposed last.
    function _execute(TimelockController on, address target, bytes memory data) internal {
        vm.prank(executor);
        on.execute(target, 0, data, 0, bytes32(_salt));
    }

    function _proposeBatch(
        TimelockController on,
        address proposer,
        address[] memory targets,
        bytes[] memory payloads
    ) internal returns (bytes32 id) {
        uint256[] memory values = new uint256[](targets.length);
        ++_salt;
        vm.prank(proposer);
        on.scheduleBatch(targets, values, payloads, 0, bytes32(_salt), DELAY);
        id = on.hashOperationBatch(targets, values, payloads, 0, bytes32(_salt));
    }

    function _executeBatch(TimelockController on, address[] memory targets, bytes[] memory payloads) internal {
        vm.prank(executor);
        on.executeBatch(targets, new uint256[](targets.length), payloads, 0, bytes32(_salt));
    }

    /// @dev Lets the timelock call itself, through an operation of the backup proposer, after the delay.
    function _govern(bytes memory data) internal {
        _propose(timelock, backup, address(timelock), data);
        skip(timelock.getMinDelay() > DELAY ? timelock.getMinDelay() : DELAY);
        _execute(timelock, address(timelock), data);
    }

    function _lastSalt() internal view returns (bytes32) {
        return bytes32(_salt);
    }

    function _assertStatus(bytes32 id, ITimelock.OperationStatus expected, string memory what) internal view {
        assertEq(uint256(timelock.getOperation(id).status), uint256(expected), what);
    }

    // --- Values ---

    function _list(address a) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = a;
    }

    function _list(address a, address b) internal pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }

    function _list(bytes memory a, bytes memory b) internal pure returns (bytes[] memory list) {
        list = new bytes[](2);
        (list[0], list[1]) = (a, b);
    }

    function _set(uint256 value) internal pure returns (bytes memory) {
        return abi.encodeCall(Box.set, (value));
    }

    function _revoke(bytes32 role, address account) internal view returns (bytes memory) {
        return abi.encodeCall(timelock.revokeRole, (role, account));
    }

    function _grant(bytes32 role, address account) internal view returns (bytes memory) {
        return abi.encodeCall(timelock.grantRole, (role, account));
    }
}
