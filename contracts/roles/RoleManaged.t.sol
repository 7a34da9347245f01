// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {RoleManagedHiddenAuthorityChange, RoleManagedUnsupportedAuthority} from "./AuthorityChange.sol";
import {ManagedTarget, RoleFixture} from "./RoleFixture.t.sol";
import {RoleManagedUpgradeable} from "./RoleManagedUpgradeable.sol";
import {RoleManager} from "./RoleManager.sol";
import {RoleManagedUnscheduledValue} from "./UnscheduledValue.sol";

/// @dev A managed target behind a proxy. @dev Trust: test only.
contract UpgradeableTarget is RoleManagedUpgradeable, Multicall {
    uint256 public value;

    function initialize(address manager) external initializer {
        __RoleManaged_init(manager);
    }

    function set(uint256 value_) external payable restricted {
        value = value_;
    }
}

/// @dev One behaviour, both forms. @dev Trust: test only.
abstract contract RoleManagedBehaviour is RoleFixture {
    UpgradeableTarget internal form;
    RoleManager internal other;

    function _deployForm() internal virtual returns (address);

    function setUp() public override {
        super.setUp();
        other = _deploy();
        form = UpgradeableTarget(_deployForm());
        vm.prank(admin);
        manager.setTargetFunctionRole(address(form), _selectors(form.set.selector), OPERATOR);
    }

    function test_restricted_atOnceForMembersWithoutDelay() public {
        _grantNow(OPERATOR, stranger, 0, 0);
        vm.prank(stranger);
        form.set(4);
        assertEq(form.value(), 4, "set");
    }

    function test_restricted_delayedMembersUseUpTheirOperation() public {
        vm.startPrank(operator);
        manager.schedule(address(form), abi.encodeCall(form.set, (4)), 0);
        skip(EXECUTION_DELAY);
        form.set(4);
        vm.expectRevert();
        form.set(4);
        vm.stopPrank();
        assertEq(form.value(), 4, "once");
        assertEq(bytes32(form.isConsumingScheduledOp()), bytes32(0), "nothing left open");
    }

    /// @dev What was reviewed brought no ETH.
    function test_restricted_operationsWithoutValueAreNotUsedUpWithValue() public {
        bytes memory data = abi.encodeCall(form.set, (4));
        vm.deal(operator, 2 ether);
        vm.startPrank(operator);
        manager.schedule(address(form), data, 0);
        manager.scheduleCall(address(form), 1 ether, data, 0, 0, 0);
        skip(EXECUTION_DELAY);
        vm.expectRevert(abi.encodeWithSelector(RoleManagedUnscheduledValue.selector, operator, 1 ether));
        form.set{value: 1 ether}(4);
        manager.executeCall{value: 1 ether}(address(form), data, 0, 0);
        form.set(4);
        vm.stopPrank();
        assertEq(address(form).balance, 1 ether, "as scheduled");
    }

    function test_restricted_membersWithoutDelaySendWhatTheyLike() public {
        _grantNow(OPERATOR, stranger, 0, 0);
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        form.set{value: 1 ether}(4);
        assertEq(address(form).balance, 1 ether, "sent");
    }

    function test_restricted_refusesStrangersWithValue() public {
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        form.set{value: 1 ether}(4);
    }

    function test_restricted_refusesStrangers() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        form.set(4);
    }

    function test_setAuthority_refusesAnyoneButTheManager() public {
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, admin));
        form.setAuthority(address(other));
    }

    function test_setAuthority_hiddenInAMulticallIsRefused() public {
        vm.prank(admin);
        manager.setTargetFunctionRole(address(form), _selectors(Multicall.multicall.selector), OPERATOR);
        _grantNow(OPERATOR, stranger, 0, 0);
        bytes memory hidden = abi.encodeCall(IAccessManaged.setAuthority, (address(other)));

        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(RoleManagedHiddenAuthorityChange.selector, address(manager), address(other))
        );
        manager.execute(address(form), abi.encodeCall(Multicall.multicall, (_calls(hidden))));
    }

    function test_setAuthority_byUpdateAuthorityAfterTheAdminDelay() public {
        vm.startPrank(admin);
        manager.setTargetAdminDelay(address(form), 2 days);
        bytes memory update = abi.encodeCall(manager.updateAuthority, (address(form), address(other)));
        manager.schedule(address(manager), update, 0);
        skip(2 days);
        manager.updateAuthority(address(form), address(other));
        vm.stopPrank();
        assertEq(form.authority(), address(other), "moved");
    }

    /// @dev A manager that could never confirm the next change would own the contract for ever.
    function test_setAuthority_refusesAnAuthorityThatCannotConfirm() public {
        AccessManager stock = new AccessManager(admin);
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(RoleManagedUnsupportedAuthority.selector, address(stock)));
        manager.updateAuthority(address(form), address(stock));
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(RoleManagedUnsupportedAuthority.selector, stranger));
        manager.updateAuthority(address(form), stranger);
    }
}

contract RoleManagedTest is RoleManagedBehaviour {
    function _deployForm() internal override returns (address) {
        return address(new ManagedTarget(address(manager)));
    }

    function test_constructor_refusesAnAuthorityThatCannotConfirm() public {
        AccessManager stock = new AccessManager(admin);
        vm.expectRevert(abi.encodeWithSelector(RoleManagedUnsupportedAuthority.selector, address(stock)));
        new ManagedTarget(address(stock));
    }
}

contract RoleManagedUpgradeableTest is RoleManagedBehaviour {
    function _deployForm() internal override returns (address) {
        address implementation = address(new UpgradeableTarget());
        return
            address(new ERC1967Proxy(implementation, abi.encodeCall(UpgradeableTarget.initialize, (address(manager)))));
    }

    function test_storage_isNamespaced() public view {
        bytes32 slot =
            keccak256(abi.encode(uint256(keccak256("portcullis.storage.RoleManaged")) - 1)) & ~bytes32(uint256(0xff));
        assertEq(vm.load(address(form), slot), bytes32(uint256(uint160(address(manager)))), "ERC-7201 slot");
    }
}
