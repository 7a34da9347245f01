// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../test/contracts/Vm.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";
import {RoleManager} from "./RoleManager.sol";

/**
 * @dev Does to a manager what admins, guardians, members and anyone can do, and remembers for each grant the earliest
 * second at which it may have power. What the manager refuses counts as done by nobody.
 * @dev Trust: test only.
 */
contract RoleHandler is RoleFixture {
    error RoleHandlerIsSetUp();

    uint256 private constant ACTORS = 4;
    uint64[3] private roleIds = [ADMIN, OPERATOR, OPERATOR_ADMIN];

    /// @dev First second with power; 0 where never granted.
    mapping(uint64 roleId => mapping(address account => uint256)) public earliest;

    constructor() {
        setUp();
        earliest[ADMIN][admin] = 1;
        earliest[OPERATOR][operator] = 1;
        earliest[OPERATOR_ADMIN][operatorAdmin] = 1;
    }

    /// @dev No action: a fuzzer that calls it would turn back the time and replace the manager.
    function setUp() public override {
        if (address(manager) != address(0)) revert RoleHandlerIsSetUp();
        super.setUp();
    }

    // --- Actions ---

    function grant(uint256 role, uint256 who, uint32 delay, uint48 lifetime, uint256 by) external {
        (uint64 roleId, address account) = (roleIdAt(role), actorAt(who));
        uint48 delay_ = manager.getRoleGrantDelay(roleId);
        uint48 until = lifetime % 2 == 0 ? 0 : uint48(clock() + delay_ + bound(lifetime, 1, 10 days));
        bool fresh = _isFresh(roleId, account);
        vm.prank(actorAt(by));
        manager.grantRoleUntil(roleId, account, uint32(bound(delay, 0, 2 days)), until);
        if (fresh) earliest[roleId][account] = clock() + delay_;
    }

    function renew(uint256 role, uint256 who, uint48 lifetime, uint256 by) external {
        uint48 until = uint48(clock() + bound(lifetime, 1, 10 days));
        vm.prank(actorAt(by));
        manager.renewRole(roleIdAt(role), actorAt(who), until);
    }

    function revoke(uint256 role, uint256 who, uint256 by) external {
        vm.prank(actorAt(by));
        manager.revokeRole(roleIdAt(role), actorAt(who));
    }

    function renounce(uint256 role, uint256 who) external {
        vm.prank(actorAt(who));
        manager.renounceRole(roleIdAt(role), actorAt(who));
    }

    function veto(uint256 role, uint256 who) external {
        vm.prank(guardian);
        manager.vetoGrant(roleIdAt(role), actorAt(who));
    }

    function clear(uint256 role, uint256 who) external {
        manager.clearExpired(roleIdAt(role), actorAt(who));
    }

    function changeGrantDelay(uint256 role, uint32 delay, uint256 by) external {
        vm.prank(actorAt(by));
        manager.setGrantDelay(roleIdAt(role), uint32(bound(delay, 0, 3 days)));
    }

    function scheduleAndRun(uint256 who, uint256 later) external {
        vm.prank(actorAt(who));
        manager.schedule(address(target), abi.encodeCall(ManagedTarget.set, (later)), 0);
    }

    function rotate(uint256 from, uint256 to) external {
        (address previous, address next) = (actorAt(from), actorAt(to));
        IKeyBindings.KeyProof memory proof = _proof(next);
        bytes memory signature = _sign(_keyAt(to), proof);
        vm.prank(previous);
        manager.requestRotation(previous, proof, signature);
    }

    function finishRotation(uint256 from) external {
        address previous = actorAt(from);
        (address next, uint48 requestedAt, ) = manager.rotationOf(previous);
        for (uint256 i = 0; i < roleIds.length; ++i) {
            // The rotation itself waited each role's grant delay.
            if (requestedAt + manager.getRoleGrantDelay(roleIds[i]) > clock()) continue;
            bool moves = _since(roleIds[i], previous) != 0 && !_isFresh(roleIds[i], previous);
            if (!moves) continue;
            uint256 start = earliest[roleIds[i]][previous];
            if (_isFresh(roleIds[i], next) || start < earliest[roleIds[i]][next]) earliest[roleIds[i]][next] = start;
        }
        manager.executeRotation(previous, next);
    }

    function wait(uint256 time) external {
        skip(bound(time, 1, 2 days));
    }

    // --- What the invariants read ---

    function managerUnderTest() external view returns (RoleManager) {
        return manager;
    }

    function targetUnderTest() external view returns (address) {
        return address(target);
    }

    function actorAt(uint256 index) public pure returns (address) {
        return vm.addr(_keyAt(index));
    }

    function roleIdAt(uint256 index) public view returns (uint64) {
        return roleIds[index % roleIds.length];
    }

    function _keyAt(uint256 index) private pure returns (uint256) {
        uint256[ACTORS] memory keys = [uint256(0xa1), 0xa2, 0xa4, 0xa8];
        return keys[index % ACTORS];
    }

    /// @dev Not granted, or expired with nothing to revive it: a grant starts anew.
    function _isFresh(uint64 roleId, address account) private view returns (bool) {
        (uint48 since, uint48 until, , , , uint48 pending, uint48 effect) = manager.getGrant(roleId, account);
        bool over = until != 0 && clock() >= until;
        return since == 0 || (over && (effect == 0 || (pending != 0 && pending <= effect)));
    }
}

/// @dev What holds after any sequence of actions. @dev Trust: test only.
contract RoleInvariantsTest is RoleFixture {
    RoleHandler private handler;
    RoleManager private subject;

    function setUp() public override {
        handler = new RoleHandler();
        subject = handler.managerUnderTest();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_nobodyHasPowerBeforeTheGrantDelay() external view {
        for (uint256 r = 0; r < 3; ++r) {
            for (uint256 a = 0; a < 4; ++a) {
                (uint64 roleId, address account) = (handler.roleIdAt(r), handler.actorAt(a));
                if (!_isMember(subject, roleId, account)) continue;
                uint256 earliest = handler.earliest(roleId, account);
                assertTrue(earliest != 0 && earliest <= clock(), "active too early");
            }
        }
    }

    function invariant_theExpiredAuthoriseNothing() external view {
        address target_ = handler.targetUnderTest();
        for (uint256 a = 0; a < 4; ++a) {
            address account = handler.actorAt(a);
            (, uint48 until, , , , , ) = subject.getGrant(OPERATOR, account);
            if (until == 0 || clock() < until) continue;
            (bool immediate, uint32 delay) = subject.canCall(account, target_, ManagedTarget.set.selector);
            assertTrue(!immediate && delay == 0, "an expired member can call");
        }
    }

    function invariant_someoneIsAdmin() external view {
        uint256 admins = 0;
        for (uint256 a = 0; a < 4; ++a) {
            address account = handler.actorAt(a);
            (, uint48 until, , , , , ) = subject.getGrant(ADMIN, account);
            assertEq(until, 0, "admins never expire");
            if (_isMember(subject, ADMIN, account)) ++admins;
        }
        assertGe(admins, 1, "no admin left");
    }

    function invariant_rolesOfIsWhatIsGranted() external view {
        for (uint256 a = 0; a < 4; ++a) {
            address account = handler.actorAt(a);
            uint64[] memory roles = subject.rolesOf(account);
            uint256 granted = 0;
            for (uint256 r = 0; r < 3; ++r) {
                (uint48 since, , , , , , ) = subject.getGrant(handler.roleIdAt(r), account);
                if (since != 0) ++granted;
            }
            assertEq(roles.length, granted, "as many as granted");
            for (uint256 i = 0; i < roles.length; ++i) {
                (uint48 since, , , , , , ) = subject.getGrant(roles[i], account);
                assertTrue(since != 0, "listed but not granted");
                for (uint256 j = 0; j < i; ++j) assertTrue(roles[i] != roles[j], "listed twice");
            }
        }
    }

    function invariant_grantDelayReachesTheLongestExecutionDelay() external view {
        for (uint256 r = 0; r < 3; ++r) {
            (uint32 current, uint32 pending, uint48 effect, , uint32 longest) = subject.getRoleSettings(
                handler.roleIdAt(r)
            );
            // Rounded up to a minute beyond 4095 seconds.
            uint256 slack = longest > 4095 ? 59 : 0;
            assertGe(current + slack, longest, "grant delay");
            if (effect != 0) assertGe(pending + slack, longest, "pending grant delay");
        }
    }
}
