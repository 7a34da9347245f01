// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ITimelock, TimelockConfig} from "./ITimelock.sol";
import {TimelockFixture} from "./TimelockFixture.t.sol";
import {Timelock} from "./Timelock.sol";

contract TimelockMembersTest is TimelockFixture {
    // --- The admin ---

    function test_stock_anOutsideAdminNeedsNoDelay() public {
        TimelockController loose = new TimelockController(DELAY, _list(council), _list(executor), thief);
        bytes32 role = loose.PROPOSER_ROLE();
        vm.prank(thief);
        loose.grantRole(role, thief);
        assertTrue(loose.hasRole(role, thief), "at once");
    }

    function test_theAdminIsTheTimelockForEver() public {
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        assertTrue(timelock.hasRole(admin, address(timelock)), "itself");
        assertFalse(timelock.hasRole(admin, address(this)), "not its deployer");
        _assertRefused(_grant(admin, thief), abi.encodeWithSelector(ITimelock.TimelockAdminFixed.selector, thief));
        _assertRefused(
            _revoke(admin, address(timelock)),
            abi.encodeWithSelector(ITimelock.TimelockAdminFixed.selector, timelock)
        );
    }

    function test_nobodyGrantsOrRevokesFromOutside() public {
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        bytes32 role = timelock.PROPOSER_ROLE();
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            council,
            admin
        );
        vm.expectRevert(refusal);
        vm.prank(council);
        timelock.grantRole(role, thief);
        vm.expectRevert(refusal);
        vm.prank(council);
        timelock.revokeRole(role, backup);
    }

    // --- Who can hold what ---

    function test_onlyExecutionCanBeOpen() public {
        bytes32[3] memory roles = [timelock.PROPOSER_ROLE(), timelock.CANCELLER_ROLE(), timelock.GUARDIAN_ROLE()];
        for (uint256 i = 0; i < 3; ++i) {
            _assertRefused(
                _grant(roles[i], address(0)),
                abi.encodeWithSelector(ITimelock.TimelockInvalidMember.selector, roles[i], address(0))
            );
        }
    }

    function test_openExecution() public {
        _govern(_grant(timelock.EXECUTOR_ROLE(), address(0)));
        _propose(timelock, council, address(box), _set(2));
        skip(DELAY);
        vm.prank(thief);
        timelock.execute(address(box), 0, _set(2), 0, _lastSalt());
        assertEq(box.value(), 2, "by anyone");

        _govern(_revoke(timelock.EXECUTOR_ROLE(), address(0)));
        _propose(timelock, council, address(box), _set(3));
        skip(DELAY);
        bytes32 role = timelock.EXECUTOR_ROLE();
        bytes32 salt = _lastSalt();
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, thief, role));
        vm.prank(thief);
        timelock.execute(address(box), 0, _set(3), 0, salt);
    }

    function test_theTimelockIsNoMemberOfItself() public {
        bytes32 role = timelock.PROPOSER_ROLE();
        _assertRefused(
            _grant(role, address(timelock)),
            abi.encodeWithSelector(ITimelock.TimelockInvalidMember.selector, role, timelock)
        );
    }

    function test_theLastProposerStays() public {
        bytes32 role = timelock.PROPOSER_ROLE();
        _govern(_revoke(role, council));
        _assertRefused(_revoke(role, backup), abi.encodeWithSelector(ITimelock.TimelockLastProposer.selector, backup));
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockLastProposer.selector, backup));
        vm.prank(backup);
        timelock.renounceRole(role, backup);
    }

    /// @dev A suspended proposer is none to fall back on.
    function test_aSuspendedProposerDoesNotCount() public {
        vm.prank(guardian);
        timelock.suspend(council);
        _assertRefused(
            _revoke(timelock.PROPOSER_ROLE(), backup),
            abi.encodeWithSelector(ITimelock.TimelockLastProposer.selector, backup)
        );
        _govern(_revoke(timelock.PROPOSER_ROLE(), council));
        assertFalse(timelock.isSuspended(council), "revoked, not suspended");
        assertEq(timelock.activeProposers(), 1, "the backup");
    }

    function test_theLastExecutorStays() public {
        bytes32 role = timelock.EXECUTOR_ROLE();
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockLastExecutor.selector, executor));
        vm.prank(executor);
        timelock.renounceRole(role, executor);
    }

    function test_rolesItDoesNotKnowWorkAsInOpenZeppelins() public {
        bytes32 role = keccak256("SOMETHING_ELSE");
        _govern(_grant(role, thief));
        assertTrue(timelock.hasRole(role, thief), "granted");
        _govern(_revoke(role, thief));
        assertFalse(timelock.hasRole(role, thief), "revoked");
    }

    // --- Configuration ---

    function test_configurationsThatContradictThemselvesAreRefused() public {
        TimelockConfig memory config = _config();
        config.floor = 0;
        _assertInvalid(config, "floor");
        config = _config();
        config.delay = uint48(FLOOR - 1);
        _assertInvalid(config, "delay");
        config = _config();
        config.delay = uint48(CEILING + 1);
        _assertInvalid(config, "delay");
        config = _config();
        config.ceiling = uint48(type(uint32).max) + 1;
        _assertInvalid(config, "ceiling");
        config = _config();
        config.expiry = 0;
        _assertInvalid(config, "expiry");
        config = _config();
        config.vetoLimit = 0;
        _assertInvalid(config, "vetoLimit");
        config = _config();
        config.vetoWindow = uint48(VETOES * CEILING);
        _assertInvalid(config, "vetoWindow");
        config = _config();
        config.proposers = new address[](0);
        _assertInvalid(config, "proposers");
        config = _config();
        config.executors = new address[](0);
        _assertInvalid(config, "executors");
    }

    function test_toolsOfOpenZeppelinSeeTheSameIdsAndInterfaces() public view {
        assertEq(
            timelock.hashOperation(address(box), 1, _set(2), bytes32(uint256(3)), bytes32(uint256(4))),
            stock.hashOperation(address(box), 1, _set(2), bytes32(uint256(3)), bytes32(uint256(4))),
            "id"
        );
        assertTrue(timelock.supportsInterface(type(ITimelock).interfaceId), "ours");
        assertFalse(stock.supportsInterface(type(ITimelock).interfaceId), "not theirs");
        assertTrue(timelock.supportsInterface(type(IAccessControl).interfaceId), "AccessControl");
    }

    function test_aPredecessorMustBeDone() public {
        bytes32 first = _propose(timelock, council, address(box), _set(2));
        bytes32 salt = _lastSalt();
        vm.prank(council);
        timelock.schedule(address(box), 0, _set(3), first, 0, DELAY);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnexecutedPredecessor.selector, first));
        vm.prank(executor);
        timelock.execute(address(box), 0, _set(3), first, 0);

        vm.prank(executor);
        timelock.execute(address(box), 0, _set(2), 0, salt);
        vm.prank(executor);
        timelock.execute(address(box), 0, _set(3), first, 0);
        assertEq(box.value(), 3, "in order");
    }

    // --- Private ---

    function _assertRefused(bytes memory data, bytes memory refusal) private {
        _propose(timelock, backup, address(timelock), data);
        skip(DELAY);
        vm.expectRevert(refusal);
        _execute(timelock, address(timelock), data);
    }

    function _assertInvalid(TimelockConfig memory config, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockInvalidConfig.selector, field));
        new Timelock(config);
    }
}
