// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../test/contracts/Vm.sol";
import {TimelockFixture} from "./TimelockFixture.t.sol";
import {Timelock} from "./Timelock.sol";

/// @dev Counts how often each operation ran: what the timelock says about it is not taken for granted.
contract Ledger {
    mapping(uint256 number => uint256 runs) public runs;

    function run(uint256 number) external {
        ++runs[number];
    }
}

/**
 * @dev Everybody at once, in any order: proposers, executors, cancellers and guardians do what they can, and the
 * timelock is governed through its own operations. It keeps its own books of what was scheduled, when, under which
 * delay, and what became void; each execution is judged by these books.
 */
contract TimelockHandler is TimelockFixture {
    struct Entry {
        bytes32 id;
        address target;
        bytes data;
        address proposer;
        uint256 scheduledAt;
        uint256 minDelay;
        uint256 readyAt;
        bool isVoid;
        bool executed;
    }

    Ledger public immutable LEDGER = new Ledger();
    Entry[] private _entries;

    /// @dev The first rule that was seen broken; empty while all hold.
    string public broken;

    /// @dev Executions seen, so that a run in which nothing happens shows.
    uint256 public executions;

    constructor() {
        setUp();
    }

    function deployed() external view returns (Timelock) {
        return timelock;
    }

    function count() external view returns (uint256) {
        return _entries.length;
    }

    function entry(uint256 number) external view returns (Entry memory) {
        return _entries[number];
    }

    // --- What can happen ---

    function schedule(uint256 who, uint256 extra) external {
        address proposer = _proposer(who);
        uint256 number = _entries.length;
        _schedule(proposer, address(LEDGER), abi.encodeCall(Ledger.run, (number)), extra);
    }

    function scheduleOwnChange(uint256 who, uint256 what, uint256 value) external {
        _schedule(_proposer(who), address(timelock), _change(what % 6, value), 0);
    }

    function execute(uint256 number) external {
        if (_entries.length == 0) return;
        number %= _entries.length;
        Entry storage e = _entries[number];
        uint256 minDelay = timelock.getMinDelay();
        uint256 epochsVoid = _snapshotMembers();

        vm.prank(executor);
        try timelock.execute(e.target, 0, e.data, 0, bytes32(number)) {
            ++executions;
            if (e.executed) _break("executed twice");
            if (e.isVoid) _break("executed although cancelled or void");
            if (vm.getBlockTimestamp() < e.scheduledAt + e.minDelay) _break("executed before its delay");
            if (vm.getBlockTimestamp() < e.readyAt) _break("executed before it was ready");
            if (vm.getBlockTimestamp() >= e.readyAt + EXPIRY) _break("executed after its expiry");
            e.executed = true;
            _noteRevocations(epochsVoid);
            if (timelock.getMinDelay() < minDelay) _break("a decrease ruled at once");
        } catch {}
    }

    function cancel(uint256 number, uint256 who) external {
        if (_entries.length == 0) return;
        number %= _entries.length;
        Entry storage e = _entries[number];
        address by = [council, backup, canceller, guardian, watch][who % 5];
        vm.prank(by);
        try timelock.cancel(e.id) {
            if (timelock.isRemovalOf(e.id, by)) _break("cancelled its own removal");
            e.isVoid = true;
        } catch {}
    }

    function cancelAll(uint256 who) external {
        address by = who % 2 == 0 ? guardian : watch;
        vm.prank(by);
        try timelock.cancelAll() {
            for (uint256 i = 0; i < _entries.length; ++i) {
                if (!timelock.isRemovalOf(_entries[i].id, by)) _entries[i].isVoid = true;
            }
        } catch {}
    }

    function suspend(uint256 who, uint256 whom) external {
        address by = who % 2 == 0 ? guardian : watch;
        address proposer = _proposer(whom);
        vm.prank(by);
        try timelock.suspend(proposer) {
            for (uint256 i = 0; i < _entries.length; ++i) {
                Entry storage e = _entries[i];
                if (e.proposer == proposer && !timelock.isRemovalOf(e.id, by)) e.isVoid = true;
            }
        } catch {}
    }

    function pass(uint256 time) external {
        skip(bound(time, 1 hours, 5 days));
    }

    // --- Private ---

    function _schedule(address proposer, address target, bytes memory data, uint256 extra) private {
        uint256 number = _entries.length;
        uint256 minDelay = timelock.getMinDelay();
        uint256 delay = bound(extra, minDelay, CEILING);
        bytes32 id = timelock.hashOperation(target, 0, data, 0, bytes32(number));
        vm.prank(proposer);
        try timelock.schedule(target, 0, data, 0, bytes32(number), delay) {
            _entries.push(
                Entry(
                    id,
                    target,
                    data,
                    proposer,
                    vm.getBlockTimestamp(),
                    minDelay,
                    vm.getBlockTimestamp() + delay,
                    false,
                    false
                )
            );
        } catch {}
    }

    function _change(uint256 what, uint256 value) private view returns (bytes memory) {
        address proposer = _proposer(value);
        if (what == 0) return abi.encodeCall(timelock.updateDelay, (bound(value, FLOOR - 1 hours, CEILING + 1 hours)));
        if (what == 1) return abi.encodeCall(timelock.reinstate, (proposer));
        if (what == 2) return _revoke(timelock.PROPOSER_ROLE(), proposer);
        if (what == 3) return _grant(timelock.PROPOSER_ROLE(), proposer);
        if (what == 4) return _revoke(timelock.GUARDIAN_ROLE(), value % 2 == 0 ? guardian : watch);
        return _grant(timelock.GUARDIAN_ROLE(), value % 2 == 0 ? guardian : watch);
    }

    function _proposer(uint256 who) private view returns (address) {
        return [council, backup, address(0xC2)][who % 3];
    }

    /// @dev One bit per proposer with the role, suspended or not.
    function _snapshotMembers() private view returns (uint256 bits) {
        for (uint256 i = 0; i < 3; ++i) if (_isMember(_proposer(i))) bits |= 1 << i;
    }

    function _noteRevocations(uint256 before) private {
        for (uint256 i = 0; i < 3; ++i) {
            address proposer = _proposer(i);
            if (before & (1 << i) == 0 || _isMember(proposer)) continue;
            for (uint256 j = 0; j < _entries.length; ++j) {
                if (_entries[j].proposer == proposer) _entries[j].isVoid = true;
            }
        }
    }

    function _isMember(address proposer) private view returns (bool) {
        return timelock.hasRole(timelock.PROPOSER_ROLE(), proposer) || timelock.isSuspended(proposer);
    }

    function _break(string memory rule) private {
        if (bytes(broken).length == 0) broken = rule;
    }
}

contract TimelockInvariantsTest is TimelockFixture {
    TimelockHandler private _handler;

    function setUp() public override {
        vm.warp(1_800_000_000);
        _handler = new TimelockHandler();
    }

    /// @dev What the runner calls: the handler and nothing else.
    function targetContracts() external view returns (address[] memory) {
        return _list(address(_handler));
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(_handler);
        selectors[0].selectors = new bytes4[](7);
        selectors[0].selectors[0] = TimelockHandler.schedule.selector;
        selectors[0].selectors[1] = TimelockHandler.scheduleOwnChange.selector;
        selectors[0].selectors[2] = TimelockHandler.execute.selector;
        selectors[0].selectors[3] = TimelockHandler.cancel.selector;
        selectors[0].selectors[4] = TimelockHandler.cancelAll.selector;
        selectors[0].selectors[5] = TimelockHandler.suspend.selector;
        selectors[0].selectors[6] = TimelockHandler.pass.selector;
    }

    function invariant_noExecutionBreaksARule() public view {
        assertTrue(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    function invariant_everythingRunsAtMostOnce() public view {
        Ledger ledger = _handler.LEDGER();
        for (uint256 i = 0; i < _handler.count(); ++i) {
            assertLe(ledger.runs(i), _handler.entry(i).executed ? 1 : 0, "runs");
        }
    }

    function invariant_delayStaysWithinItsBounds() public view {
        (uint256 current, uint256 pending, uint256 effectAt) = _handler.deployed().getDelay();
        assertGe(current, FLOOR, "floor");
        assertLe(current, CEILING, "ceiling");
        if (effectAt != 0) {
            assertGe(pending, FLOOR, "pending floor");
            assertLe(pending, current, "only decreases wait");
        }
    }

    function invariant_somebodyCanAlwaysSchedule() public view {
        Timelock tested = _handler.deployed();
        uint256 active = 0;
        address[3] memory proposers = [council, backup, address(0xC2)];
        for (uint256 i = 0; i < 3; ++i) if (tested.hasRole(tested.PROPOSER_ROLE(), proposers[i])) ++active;
        assertEq(tested.activeProposers(), active, "counted");
        assertGe(active, 1, "at least one");
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
