// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {ManagedTarget, RoleFixture, StockTarget} from "./RoleFixture.t.sol";
import {RoleManagedHiddenAuthorityChange} from "./AuthorityChange.sol";
import {RoleManager} from "./RoleManager.sol";

/// @dev Expiry as one would add it to AccessManager: {hasRole} overridden, nothing else. @dev Trust: test only.
contract NaiveExpiry is AccessManager {
    mapping(uint64 roleId => mapping(address account => uint256)) public until;

    constructor(address admin) AccessManager(admin) {}

    function setUntil(uint64 roleId, address account, uint256 until_) external {
        until[roleId][account] = until_;
    }

    function hasRole(uint64 roleId, address account) public view override returns (bool member, uint32 delay) {
        (member, delay) = super.hasRole(roleId, account);
        if (until[roleId][account] != 0 && block.timestamp >= until[roleId][account]) member = false;
    }
}

/// @dev AccessManager with one more administered function, guarded as its own are. @dev Trust: test only.
contract ExtendedStock is AccessManager {
    constructor(address admin) AccessManager(admin) {}

    function grantRoleUntil(uint64 roleId, address account, uint256) external onlyAuthorized {
        _grantRole(roleId, account, 0, 0);
    }
}

contract Owned is Ownable {
    uint256 public value;

    constructor(address owner) Ownable(owner) {}

    function set(uint256 value_) external onlyOwner {
        value = value_;
    }
}

/**
 * @dev One test shows each gap in OpenZeppelin's AccessManager 5.7.0, one that the role manager does not have it.
 * @dev Trust: test only.
 */
contract AccessManagerGapsTest is RoleFixture {
    AccessManager private stock;
    StockTarget private stockTarget;
    RoleManager private otherManager;

    function setUp() public override {
        super.setUp();
        otherManager = _deploy();
        stock = new AccessManager(admin);
        stockTarget = new StockTarget(address(stock));
        vm.startPrank(admin);
        stock.grantRole(OPERATOR, operator, 0);
        stock.setTargetFunctionRole(address(stockTarget), _selectors(StockTarget.set.selector), OPERATOR);
        stock.setRoleGuardian(OPERATOR, GUARDIAN);
        stock.grantRole(GUARDIAN, guardian, 0);
        vm.stopPrank();
    }

    // --- Gap 1: setAuthority hidden in a self-delegatecall ---

    function test_gap1_stock_isHijackedByNestedSetAuthority() public {
        vm.startPrank(admin);
        stock.setTargetFunctionRole(address(stockTarget), _selectors(Multicall.multicall.selector), OPERATOR);
        stock.setTargetAdminDelay(address(stockTarget), 30 days);
        vm.stopPrank();
        skip(6 days);
        AccessManager hostile = new AccessManager(operator);

        vm.prank(operator);
        stock.execute(address(stockTarget), _hidden(address(hostile)));

        assertEq(stockTarget.authority(), address(hostile), "the operator took the target over at once");
    }

    function test_gap1_ours_refusesNestedSetAuthority() public {
        _mapMulticall();

        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(RoleManagedHiddenAuthorityChange.selector, address(manager), address(otherManager))
        );
        manager.execute(address(target), _hidden(address(otherManager)));

        assertEq(target.authority(), address(manager), "the authority stays");
    }

    function test_gap1_ours_movesByUpdateAuthorityAlone() public {
        vm.prank(admin);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerLockedFunction.selector,
                IAccessManaged.setAuthority.selector
            )
        );
        manager.execute(address(target), abi.encodeCall(target.setAuthority, (address(otherManager))));

        vm.prank(admin);
        manager.updateAuthority(address(target), address(otherManager));
        assertEq(target.authority(), address(otherManager), "updateAuthority works");
        assertEq(manager.updatingAuthority(address(target)), address(0), "and leaves nothing open");
    }

    // --- Gap 2: guardians cannot veto grants ---

    function test_gap2_stock_guardianCannotStopAGrant() public {
        vm.prank(admin);
        stock.setGrantDelay(OPERATOR, 1 days);
        skip(5 days);
        vm.prank(admin);
        stock.grantRole(OPERATOR, stranger, 0);

        bytes memory grant = abi.encodeCall(stock.grantRole, (OPERATOR, stranger, 0));
        vm.prank(guardian);
        vm.expectRevert();
        stock.cancel(admin, address(stock), grant);
        vm.prank(guardian);
        vm.expectRevert();
        stock.revokeRole(OPERATOR, stranger);
        skip(1 days);
        assertTrue(_isMember(stock, OPERATOR, stranger), "the grant took effect");
    }

    function test_gap2_ours_guardianVetoesAGrantThatWasNeverScheduled() public {
        vm.prank(operatorAdmin);
        manager.grantRole(OPERATOR, stranger, 0);

        vm.prank(guardian);
        manager.vetoGrant(OPERATOR, stranger);

        skip(GRANT_DELAY);
        assertFalse(_isMember(manager, OPERATOR, stranger), "vetoed");
        assertEq(manager.rolesOf(stranger).length, 0, "nothing left behind");
    }

    function test_gap2_ours_guardianCannotVetoAGrantInForce() public {
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNothingToVeto.selector, OPERATOR, operator));
        manager.vetoGrant(OPERATOR, operator);
    }

    function test_gap2_ours_strangerCannotVeto() public {
        vm.prank(operatorAdmin);
        manager.grantRole(OPERATOR, stranger, 0);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerNotGuardian.selector, stranger, OPERATOR));
        manager.vetoGrant(OPERATOR, stranger);
    }

    // --- Gap 3: emergencies wait ---

    function test_gap3_stock_closingAndRevokingWait() public {
        vm.startPrank(admin);
        stock.setTargetAdminDelay(address(stockTarget), 2 days);
        skip(5 days);
        vm.expectRevert();
        stock.setTargetClosed(address(stockTarget), true);

        stock.grantRole(ADMIN, admin, 1 days);
        vm.expectRevert();
        stock.revokeRole(OPERATOR, operator);
        vm.stopPrank();

        vm.prank(operator);
        stockTarget.set(1);
        assertEq(stockTarget.value(), 1, "the operator went on");
    }

    function test_gap3_ours_closesAtOnceAndReopensSlowly() public {
        vm.startPrank(admin);
        manager.setTargetAdminDelay(address(target), 2 days);
        manager.setTargetClosed(address(target), true);
        assertTrue(manager.isTargetClosed(address(target)), "closed at once");

        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerNotScheduled.selector,
                manager.hashOperation(
                    admin,
                    address(manager),
                    abi.encodeCall(manager.setTargetClosed, (address(target), false))
                )
            )
        );
        manager.setTargetClosed(address(target), false);
        bytes memory open = abi.encodeCall(manager.setTargetClosed, (address(target), false));
        manager.schedule(address(manager), open, 0);
        skip(2 days);
        manager.setTargetClosed(address(target), false);
        vm.stopPrank();
        assertFalse(manager.isTargetClosed(address(target)), "open after the target's delay");
    }

    function test_gap3_ours_pauserClosesButDoesNotReopen() public {
        vm.prank(pauser);
        manager.setTargetClosed(address(target), true);

        vm.prank(pauser);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, pauser, ADMIN)
        );
        manager.setTargetClosed(address(target), false);
    }

    function test_gap3_ours_revokesAtOnceDespiteAnExecutionDelay() public {
        _grantNow(OPERATOR_ADMIN, stranger, 12 hours, 0);

        vm.prank(stranger);
        manager.revokeRole(OPERATOR, operator);

        assertFalse(_isMember(manager, OPERATOR, operator), "revoked in this block");
        bytes32 id = manager.hashOperation(
            stranger,
            address(manager),
            abi.encodeCall(manager.grantRole, (OPERATOR, operator, 0))
        );
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.grantRole(OPERATOR, operator, 0);
    }

    // --- Gap 4: protection arrives late ---

    function test_gap4_stock_delaysFromZeroWaitFiveDays() public {
        vm.startPrank(admin);
        stock.setGrantDelay(OPERATOR, 1 days);
        stock.setTargetAdminDelay(address(stockTarget), 1 days);
        vm.stopPrank();
        assertEq(stock.getRoleGrantDelay(OPERATOR), 0, "no grant delay yet");
        assertEq(stock.getTargetAdminDelay(address(stockTarget)), 0, "no admin delay yet");
        skip(5 days - 1);
        vm.prank(admin);
        stock.grantRole(OPERATOR, stranger, 0);
        assertTrue(_isMember(stock, OPERATOR, stranger), "granted at once, days after the delay was set");
    }

    function test_gap4_ours_longerDelaysActAtOnce() public {
        vm.startPrank(admin);
        manager.setGrantDelay(OPERATOR, 3 days);
        manager.setTargetAdminDelay(address(target), 3 days);
        vm.stopPrank();

        assertEq(manager.getRoleGrantDelay(OPERATOR), 3 days, "grant delay");
        assertEq(manager.getTargetAdminDelay(address(target)), 3 days, "admin delay");
    }

    function test_gap4_ours_delaysAreInForceFromTheFirstBlock() public {
        RoleManager fresh = _deploy();
        vm.prank(operatorAdmin);
        fresh.grantRole(OPERATOR, stranger, 0);
        assertFalse(_isMember(fresh, OPERATOR, stranger), "waits in the deployment's own block");
        assertTrue(_isMember(fresh, OPERATOR, operator), "while the constructor's grants are active");
    }

    function testFuzz_gap4_ours_shorterDelaysWaitTheOldOne(uint256 from, uint256 to) public {
        from = bound(from, EXECUTION_DELAY + 1, 365 days);
        to = bound(to, EXECUTION_DELAY, from - 1);
        uint256 changed = clock();
        vm.startPrank(admin);
        if (from > GRANT_DELAY) manager.setGrantDelay(OPERATOR, uint32(from));
        else from = GRANT_DELAY;
        if (to >= from) to = from - 1;
        manager.setGrantDelay(OPERATOR, uint32(to));
        manager.setTargetAdminDelay(address(target), uint32(from));
        vm.stopPrank();

        vm.warp(changed + from - 1);
        assertEq(manager.getRoleGrantDelay(OPERATOR), from, "the old delay to its last second");
        vm.warp(changed + from);
        assertEq(manager.getRoleGrantDelay(OPERATOR), to, "then the new one");
    }

    // --- Gap 5: revoke and grant beats the setback ---

    function test_gap5_stock_revokeAndGrantDropsTheExecutionDelay() public {
        vm.startPrank(admin);
        stock.grantRole(OPERATOR, operator, 7 days);
        (, uint32 before) = stock.hasRole(OPERATOR, operator);
        stock.revokeRole(OPERATOR, operator);
        stock.grantRole(OPERATOR, operator, 0);
        vm.stopPrank();
        (, uint32 now_) = stock.hasRole(OPERATOR, operator);

        assertEq(before, 7 days, "seven days before");
        assertEq(now_, 0, "none in the same block");
    }

    function testFuzz_gap5_ours_revokeAndGrantIsNeverFaster(uint32 delay, uint32 grantDelay) public {
        grantDelay = uint32(bound(grantDelay, GRANT_DELAY, 365 days));
        delay = uint32(bound(delay, 1, grantDelay));
        vm.prank(admin);
        manager.setGrantDelay(OPERATOR, grantDelay);
        _grantNow(OPERATOR, stranger, delay, 0);
        uint256 start = clock();

        vm.startPrank(operatorAdmin);
        manager.revokeRole(OPERATOR, stranger);
        manager.grantRole(OPERATOR, stranger, 0);
        vm.stopPrank();

        vm.warp(start + delay - 1);
        assertFalse(_isMember(manager, OPERATOR, stranger), "no sooner than the old delay would have ended");
    }

    function test_gap5_ours_reducingWaitsTheDifference() public {
        vm.prank(operatorAdmin);
        manager.grantRole(OPERATOR, operator, 0);
        (, uint32 delay) = manager.hasRole(OPERATOR, operator);
        assertEq(delay, EXECUTION_DELAY, "still the old delay");
        skip(EXECUTION_DELAY);
        (, delay) = manager.hasRole(OPERATOR, operator);
        assertEq(delay, 0, "then none");
    }

    function test_gap5_ours_executionDelayCannotExceedTheGrantDelay() public {
        vm.prank(operatorAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRoleManager.RoleManagerGrantDelayTooShort.selector,
                OPERATOR,
                GRANT_DELAY,
                GRANT_DELAY + 1
            )
        );
        manager.grantRole(OPERATOR, stranger, GRANT_DELAY + 1);

        vm.prank(admin);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRoleManager.RoleManagerGrantDelayTooShort.selector,
                OPERATOR,
                EXECUTION_DELAY - 1,
                EXECUTION_DELAY
            )
        );
        manager.setGrantDelay(OPERATOR, EXECUTION_DELAY - 1);
    }

    function test_gap5_ours_pendingShorterGrantDelayCountsAlready() public {
        vm.prank(admin);
        manager.setGrantDelay(OPERATOR, 2 hours);
        vm.prank(operatorAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(IRoleManager.RoleManagerGrantDelayTooShort.selector, OPERATOR, 2 hours, 3 hours)
        );
        manager.grantRole(OPERATOR, stranger, 3 hours);
    }

    // --- Gap 6: value and salt are not bound ---

    function test_gap6_stock_executesWithAnyValueAndHoldsOneOperationOnly() public {
        vm.prank(admin);
        stock.grantRole(OPERATOR, operator, EXECUTION_DELAY);
        bytes memory data = abi.encodeCall(StockTarget.set, (7));
        vm.startPrank(operator);
        stock.schedule(address(stockTarget), data, 0);
        vm.expectRevert();
        stock.schedule(address(stockTarget), data, 0);
        skip(EXECUTION_DELAY);
        vm.stopPrank();
        vm.deal(operator, 5 ether);

        vm.prank(operator);
        stock.execute{value: 5 ether}(address(stockTarget), data);
        assertEq(address(stockTarget).balance, 5 ether, "nobody had seen this value");
    }

    function test_gap6_ours_executesWithTheScheduledValueOnly() public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (7));
        vm.deal(operator, 5 ether);
        vm.startPrank(operator);
        manager.schedule(address(target), data, 0);
        manager.scheduleCall(address(target), 2 ether, data, 0, 0, "a");
        manager.scheduleCall(address(target), 2 ether, data, 0, 0, "b");
        skip(EXECUTION_DELAY);

        bytes32 id = manager.hashCall(operator, address(target), 5 ether, data, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.execute{value: 5 ether}(address(target), data);
        id = manager.hashCall(operator, address(target), 1 ether, data, 0, "a");
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.executeCall{value: 1 ether}(address(target), data, 0, "a");

        manager.executeCall{value: 2 ether}(address(target), data, 0, "a");
        manager.executeCall{value: 2 ether}(address(target), data, 0, "b");
        target.set(7);
        vm.stopPrank();
        assertEq(address(target).balance, 4 ether, "both salted operations and the plain one ran");
    }

    function test_gap6_ours_directCallsUseUpNoSaltedOperation() public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (7));
        vm.startPrank(operator);
        manager.scheduleCall(address(target), 0, data, 0, 0, "a");
        skip(EXECUTION_DELAY);
        bytes32 id = manager.hashOperation(operator, address(target), data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        target.set(7);
        vm.stopPrank();
    }

    function test_gap6_ours_deadlineIsBound() public {
        bytes memory data = abi.encodeCall(ManagedTarget.set, (7));
        uint48 deadline = uint48(clock() + 2 hours);
        vm.startPrank(operator);
        manager.scheduleCall(address(target), 0, data, 0, deadline, 0);
        bytes32 id = manager.hashCall(operator, address(target), 0, data, deadline, 0);
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerExpired.selector, id));
        manager.executeCall(address(target), data, deadline, 0);
        vm.stopPrank();
    }

    function testFuzz_gap6_ours_idsDifferByEachTerm(
        uint256 value,
        uint48 deadline,
        bytes32 salt,
        bytes calldata data
    ) public view {
        vm.assume(value != 0 || deadline != 0 || salt != 0);
        bytes32 id = manager.hashCall(operator, address(target), value, data, deadline, salt);
        assertTrue(id != manager.hashOperation(operator, address(target), data), "not the plain operation");
        unchecked {
            assertTrue(
                id != manager.hashCall(operator, address(target), value + 1, data, deadline, salt) &&
                    id != manager.hashCall(operator, address(target), value, data, deadline + 1, salt) &&
                    id !=
                        manager.hashCall(operator, address(target), value, data, deadline, bytes32(uint256(salt) + 1)),
                "each term counts"
            );
        }
    }

    // --- Gap 7: expiry by hasRole alone revives the expired without the grant delay ---

    function test_gap7_naive_regrantSkipsTheGrantDelay() public {
        NaiveExpiry naive = new NaiveExpiry(admin);
        vm.startPrank(admin);
        naive.grantRole(OPERATOR, operator, 0);
        naive.setUntil(OPERATOR, operator, clock() + 1 days);
        naive.setGrantDelay(OPERATOR, 2 days);
        skip(5 days);
        assertFalse(_isMember(naive, OPERATOR, operator), "expired");
        naive.grantRole(OPERATOR, operator, 0);
        naive.setUntil(OPERATOR, operator, 0);
        vm.stopPrank();
        assertTrue(_isMember(naive, OPERATOR, operator), "back at once");
    }

    function testFuzz_gap7_ours_regrantWaitsTheGrantDelay(uint256 lifetime, uint256 gap) public {
        lifetime = bound(lifetime, 1, 3650 days);
        gap = bound(gap, 0, 3650 days);
        uint48 until = uint48(clock() + GRANT_DELAY + lifetime);
        vm.prank(operatorAdmin);
        manager.grantRoleUntil(OPERATOR, stranger, 0, until);
        vm.warp(until - 1);
        assertTrue(_isMember(manager, OPERATOR, stranger), "to its last second");
        vm.warp(until);
        assertFalse(_isMember(manager, OPERATOR, stranger), "not in that very block");
        skip(gap);

        vm.prank(operatorAdmin);
        manager.grantRole(OPERATOR, stranger, 0);
        skip(GRANT_DELAY - 1);
        assertFalse(_isMember(manager, OPERATOR, stranger), "waits");
        skip(1);
        assertTrue(_isMember(manager, OPERATOR, stranger), "after the grant delay");
        assertEq(manager.rolesOf(stranger).length, 1, "listed once");
    }

    // --- Gap 8: the admin can be stranded ---

    function test_gap8_stock_lastAdminLeavesAndWrappedOwnableIsRenounced() public {
        Owned owned = new Owned(address(stock));
        vm.startPrank(admin);
        stock.execute(address(owned), abi.encodeCall(owned.renounceOwnership, ()));
        stock.renounceRole(ADMIN, admin);
        vm.stopPrank();

        assertEq(owned.owner(), address(0), "owned by nobody");
        assertFalse(_isMember(stock, ADMIN, admin), "administered by nobody");
    }

    function test_gap8_ours_lastAdminStays() public {
        bytes memory refusal = abi.encodeWithSelector(IRoleManager.RoleManagerLastAdmin.selector, admin);
        vm.startPrank(admin);
        vm.expectRevert(refusal);
        manager.renounceRole(ADMIN, admin);
        vm.expectRevert(refusal);
        manager.revokeRole(ADMIN, admin);
        vm.stopPrank();
    }

    function test_gap8_ours_pendingAdminDoesNotCount() public {
        vm.startPrank(admin);
        manager.setGrantDelay(ADMIN, 1 days);
        manager.grantRole(ADMIN, stranger, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoleManager.RoleManagerLastAdmin.selector, admin));
        manager.renounceRole(ADMIN, admin);
        skip(1 days);
        manager.renounceRole(ADMIN, admin);
        vm.stopPrank();
        assertTrue(_isMember(manager, ADMIN, stranger), "the other is admin now");
    }

    function test_gap8_ours_wrappedOwnableCannotBeRenounced() public {
        Owned owned = new Owned(address(manager));
        vm.startPrank(admin);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerLockedFunction.selector,
                Ownable.renounceOwnership.selector
            )
        );
        manager.execute(address(owned), abi.encodeCall(owned.renounceOwnership, ()));
        manager.execute(address(owned), abi.encodeCall(owned.set, (3)));
        vm.stopPrank();
        assertEq(owned.value(), 3, "everything else works");
    }

    // --- The trap: a new function of the manager, handed to a role ---

    function test_trap_stock_roleOfANewSelectorGrantsAdmin() public {
        ExtendedStock extended = new ExtendedStock(admin);
        vm.startPrank(admin);
        extended.setTargetFunctionRole(address(extended), _selectors(ExtendedStock.grantRoleUntil.selector), OPERATOR);
        extended.grantRole(OPERATOR, operator, 0);
        vm.stopPrank();

        vm.prank(operator);
        extended.grantRoleUntil(ADMIN, operator, 0);
        assertTrue(_isMember(extended, ADMIN, operator), "the operator made itself admin");
    }

    function test_trap_ours_managerIsNoTarget() public {
        bytes memory refusal = abi.encodeWithSelector(IRoleManager.RoleManagerLockedTarget.selector, address(manager));
        vm.startPrank(admin);
        vm.expectRevert(refusal);
        manager.setTargetFunctionRole(address(manager), _selectors(IRoleManager.grantRoleUntil.selector), OPERATOR);
        vm.expectRevert(refusal);
        manager.setTargetClosed(address(manager), true);
        vm.expectRevert(refusal);
        manager.setTargetAdminDelay(address(manager), 1);
        vm.stopPrank();
    }

    /// @dev Even where the mapping exists, by whatever way, the manager does not read it.
    function test_trap_ours_mappingHasNoMeaning() public {
        bytes32 targetSlot = keccak256(abi.encode(address(manager), uint256(0)));
        bytes32 roleSlot = keccak256(abi.encode(IRoleManager.grantRoleUntil.selector, targetSlot));
        vm.store(address(manager), roleSlot, bytes32(uint256(OPERATOR)));
        assertEq(
            manager.getTargetFunctionRole(address(manager), IRoleManager.grantRoleUntil.selector),
            OPERATOR,
            "mapped"
        );

        vm.prank(operator);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, operator, ADMIN)
        );
        manager.grantRoleUntil(ADMIN, operator, 0, 0);
    }

    // --- Private ---

    function _hidden(address authority) private pure returns (bytes memory) {
        return abi.encodeCall(Multicall.multicall, (_calls(abi.encodeCall(IAccessManaged.setAuthority, (authority)))));
    }

    /// @dev Lets `stranger` call the target's multicall at once.
    function _mapMulticall() private {
        _grantNow(OPERATOR, stranger, 0, 0);
        vm.prank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(Multicall.multicall.selector), OPERATOR);
    }
}
