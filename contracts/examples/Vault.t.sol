// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IRoleManager} from "../roles/IRoleManager.sol";
import {RoleManager} from "../roles/RoleManager.sol";
import {Assertions} from "../../test/contracts/Assertions.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ExampleToken} from "./ExampleToken.sol";
import {IVault} from "./IVault.sol";
import {Vault} from "./Vault.sol";
import {VaultV2} from "./VaultV2.sol";

/// @dev Refuses ETH.
contract Closed {}

contract VaultTest is Assertions {
    uint64 private constant TREASURER = 1;
    uint256 private constant LIMIT = 10 ether;

    address private _admin = address(0xAD);
    address private _treasurer = address(0x7E);
    address payable private _to = payable(address(0x70));

    RoleManager private _manager;
    ExampleToken private _token;
    Vault private _vault;

    function setUp() public {
        vm.warp(1_800_000_000);
        address[] memory admins = new address[](1);
        admins[0] = _admin;
        IRoleManager.RoleConfig[] memory roles = new IRoleManager.RoleConfig[](1);
        roles[0] = IRoleManager.RoleConfig(TREASURER, 0, 0, 0, false, "treasurer");
        IRoleManager.GrantConfig[] memory grants = new IRoleManager.GrantConfig[](1);
        grants[0] = IRoleManager.GrantConfig(TREASURER, _treasurer, 0, 0);
        _manager = new RoleManager(admins, roles, grants);
        _token = new ExampleToken(address(this), 1000 ether);

        bytes memory init = abi.encodeCall(Vault.initialize, (address(_manager), address(_token), LIMIT));
        _vault = Vault(payable(address(new ERC1967Proxy(address(new Vault()), init))));
        vm.deal(address(_vault), 100 ether);
        _token.transfer(address(_vault), 1000 ether);

        bytes4[] memory selectors = new bytes4[](4);
        selectors[0] = Vault.withdraw.selector;
        selectors[1] = Vault.withdrawToken.selector;
        selectors[2] = Vault.setLimit.selector;
        selectors[3] = Vault.setTokenLimit.selector;
        skip(1);
        vm.prank(_admin);
        _manager.setTargetFunctionRole(address(_vault), selectors, TREASURER);
    }

    // --- Who may ---

    /// @dev Whoever has no role gets in nowhere.
    function test_everythingThatChangesIsRestricted(address caller) public {
        vm.assume(caller != _admin && caller != _treasurer && caller != address(_manager) && caller != address(0));
        address next = address(new VaultV2());
        bytes[7] memory calls = [
            abi.encodeCall(Vault.withdraw, (_to, 1)),
            abi.encodeCall(Vault.withdrawToken, (_to, 1)),
            abi.encodeCall(Vault.setLimit, (1)),
            abi.encodeCall(Vault.setTokenLimit, (1)),
            abi.encodeCall(Vault.pause, ()),
            abi.encodeCall(Vault.unpause, ()),
            abi.encodeCall(_vault.upgradeToAndCall, (next, ""))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            (bool success, bytes memory answer) = address(_vault).call(calls[i]);
            assertFalse(success, "refused");
            bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
            assertEq(keccak256(answer), keccak256(refusal), "by the manager");
        }
    }

    function test_itIsSetUpOnce() public {
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        _vault.initialize(address(_manager), address(_token), LIMIT);
        Vault implementation = new Vault();
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        implementation.initialize(address(_manager), address(_token), LIMIT);
    }

    // --- Limits ---

    function test_withdrawalsMoveWhatTheySay() public {
        vm.prank(_treasurer);
        _vault.withdraw(_to, 4 ether);
        vm.prank(_treasurer);
        _vault.withdrawToken(_to, 5 ether);
        assertEq(_to.balance, 4 ether, "ETH");
        assertEq(_token.balanceOf(_to), 5 ether, "token");
        assertEq(_vault.allowance().spent, 4 ether, "spent");
        assertEq(_vault.tokenAllowance().spent, 5 ether, "token spent");
    }

    function test_noPeriodLetsOutMoreThanItsLimit(uint256 seed) public {
        uint256 begin = vm.getBlockTimestamp();
        uint256 spent = 0;
        for (uint256 i = 0; i < 30; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            skip(random % 6 hours);
            if (vm.getBlockTimestamp() >= begin + _vault.PERIOD()) (begin, spent) = (vm.getBlockTimestamp(), 0);
            uint256 amount = (random >> 128) % (LIMIT / 2);
            bool fits = spent + amount <= LIMIT;
            vm.deal(address(_vault), LIMIT);
            vm.prank(_treasurer);
            try _vault.withdraw(_to, amount) {
                assertTrue(fits, "within the limit");
                if (spent == 0) begin = _vault.allowance().since;
                spent += amount;
            } catch {
                assertFalse(fits, "refused only where it does not fit");
            }
        }
    }

    function test_moreThanTheLimitIsRefusedAndTheNextPeriodBeginsAfresh() public {
        vm.prank(_treasurer);
        _vault.withdraw(_to, 7 ether);
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultLimitExceeded.selector, address(0), 3 ether + 1, 3 ether));
        vm.prank(_treasurer);
        _vault.withdraw(_to, 3 ether + 1);
        skip(_vault.PERIOD());
        vm.prank(_treasurer);
        _vault.withdraw(_to, LIMIT);
        assertEq(_to.balance, 7 ether + LIMIT, "both");
    }

    function test_aLowerLimitBitesAtOnce() public {
        vm.prank(_treasurer);
        _vault.withdrawToken(_to, 4 ether);
        vm.prank(_treasurer);
        _vault.setTokenLimit(3 ether);
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultLimitExceeded.selector, address(_token), 1, 0));
        vm.prank(_treasurer);
        _vault.withdrawToken(_to, 1);
        assertEq(_vault.allowance().limit, LIMIT, "the other limit stays");
    }

    function test_receiversThatRefuseAreSaid() public {
        address payable closed = payable(address(new Closed()));
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultTransferFailed.selector, closed, 1));
        vm.prank(_treasurer);
        _vault.withdraw(closed, 1);
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultZeroAddress.selector));
        vm.prank(_treasurer);
        _vault.withdrawToken(address(0), 1);
    }

    // --- Pause ---

    function test_pauseStopsWithdrawalsAndNothingElse() public {
        vm.prank(_admin);
        _vault.pause();
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultPaused.selector));
        vm.prank(_treasurer);
        _vault.withdraw(_to, 1);
        vm.expectRevert(abi.encodeWithSelector(IVault.VaultPaused.selector));
        vm.prank(_treasurer);
        _vault.withdrawToken(_to, 1);
        vm.prank(_treasurer);
        _vault.setLimit(1 ether);

        vm.prank(_admin);
        _vault.unpause();
        vm.prank(_treasurer);
        _vault.withdraw(_to, 1);
        assertEq(_to.balance, 1, "again");
    }

    // --- Upgrade ---

    function test_theSecondVersionKeepsWhatTheFirstStored() public {
        vm.prank(_treasurer);
        _vault.withdraw(_to, 2 ether);
        vm.prank(_treasurer);
        _vault.setTokenLimit(3 ether);
        address first = _vault.implementation();
        address second = address(new VaultV2());
        vm.prank(_admin);
        _vault.upgradeToAndCall(second, abi.encodeCall(VaultV2.initializeV2, (_to)));

        VaultV2 upgraded = VaultV2(payable(address(_vault)));
        assertEq(upgraded.version(), 2, "version");
        assertEq(upgraded.implementation(), second, "implementation");
        assertTrue(first != second, "another one");
        assertEq(upgraded.token(), address(_token), "token");
        assertEq(upgraded.authority(), address(_manager), "authority");
        assertEq(upgraded.allowance().limit, LIMIT, "limit");
        assertEq(upgraded.allowance().spent, 2 ether, "spent");
        assertEq(upgraded.tokenAllowance().limit, 3 ether, "token limit");
        assertTrue(upgraded.isRecipient(_to), "recipient");

        vm.expectRevert(abi.encodeWithSelector(VaultV2.VaultUnknownRecipient.selector, address(0x71)));
        vm.prank(_treasurer);
        upgraded.withdraw(payable(address(0x71)), 1);
        vm.prank(_treasurer);
        upgraded.withdraw(_to, 1 ether);
        assertEq(_to.balance, 3 ether, "to whom is approved");

        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        upgraded.initializeV2(address(0x71));
    }
}
