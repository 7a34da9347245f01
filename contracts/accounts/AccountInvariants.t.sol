// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    Execution,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_FALLBACK,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {Assertions} from "../../test/contracts/Assertions.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {AccountFixture} from "./AccountFixture.t.sol";
import {MODULE_TYPE_RECOVERY} from "./ISmartAccount.sol";
import {SmartAccount} from "./SmartAccount.sol";
import {TestModule} from "./TestModule.t.sol";

/**
 * @dev Does to an account what its owner, modules, guardians and strangers can do, and remembers what should come of it.
 * What the account refuses counts as not done. @dev Trust: test only.
 */
contract AccountHandler is AccountFixture {
    error AccountHandlerIsSetUp();

    uint256 public constant START = 1_000 ether;
    address payable public constant SINK = payable(address(0x51c));
    bytes4 private constant HANDLED = TestModule.whoCalls.selector;

    TestModule[3] private modules;
    TestModule private guardians;
    uint256 public ownerKey = OWNER_KEY;
    uint256 public sent;
    uint256 public refused;
    /// @dev The first thing that was not to be; a revert here would only undo the action.
    string public violation;
    /// @dev By type (1, 2, 3) and module.
    mapping(uint256 moduleTypeId => mapping(address module => bool)) public installed;
    /// @dev How often each action went through, by its name: one that never does proves nothing.
    mapping(string action => uint256) public done;

    constructor() {
        setUp();
        for (uint256 i = 0; i < 3; ++i) modules[i] = new TestModule();
        guardians = new TestModule();
        _install(MODULE_TYPE_RECOVERY, address(guardians), "");
        vm.deal(address(account), START);
        vm.deal(address(this), START);
        ENTRY_POINT.depositTo{value: START}(address(account));
    }

    /// @dev No action: a fuzzer that calls it would replace the account.
    function setUp() public override {
        if (address(account) != address(0)) revert AccountHandlerIsSetUp();
        super.setUp();
    }

    // --- Actions ---

    function install(uint256 type_, uint256 which) external {
        (uint256 id, TestModule module) = (bound(type_, 1, 3), moduleAt(which));
        bytes memory data = id == MODULE_TYPE_FALLBACK ? abi.encodePacked(HANDLED) : bytes("");
        if (_do(abi.encodeCall(account.installModule, (id, address(module), data)))) {
            installed[id][address(module)] = true;
            ++done["install"];
        }
    }

    function uninstall(uint256 type_, uint256 which, uint8 cleanup) external {
        (uint256 id, TestModule module) = (bound(type_, 1, 3), moduleAt(which));
        module.set(0, TestModule.Cleanup(cleanup % 5), false, false);
        bytes memory data = id == MODULE_TYPE_FALLBACK ? abi.encodePacked(HANDLED) : bytes("");
        if (_do(abi.encodeCall(account.uninstallModule, (id, address(module), data)))) {
            installed[id][address(module)] = false;
            ++done["uninstall"];
        }
    }

    function pay(uint64 value) external {
        if (!_do(_single(SINK, value, ""))) return;
        sent += value;
        ++done["pay"];
    }

    function drive(uint256 which, uint64 value, uint256 target) external {
        TestModule module = moduleAt(which);
        bool may = installed[MODULE_TYPE_EXECUTOR][address(module)];
        (address to, bytes memory data) = _aim(target);
        try module.drive(address(account), SINGLE, abi.encodePacked(to, uint256(value), data)) {
            _expect(may && to == SINK, "an executor's call that was not to be");
            sent += value;
            ++done["drive"];
        } catch {
            ++refused;
        }
    }

    function runScoped(uint256 which, uint64 value, uint256 target) external {
        TestModule module = moduleAt(which);
        bool may = installed[MODULE_TYPE_VALIDATOR][address(module)];
        (address to, bytes memory data) = _aim(target);
        PackedUserOperation memory op = _operation(
            address(account),
            _nonce(ENTRY_POINT, address(account), address(module)),
            _scoped(address(module), 0, to, value, data)
        );
        try this.handle(op) returns (bool success) {
            _expect(may, "an operation of a module that is no validator");
            if (!success) return;
            _expect(to == SINK, "a validator's call that was not to be");
            sent += value;
            ++done["runScoped"];
        } catch {
            ++refused;
        }
    }

    function recover(uint64 key) external {
        uint256 next = bound(key, 1, type(uint64).max);
        guardians.recover(account, _ownerOf(next), 0, 0);
        ++done["recover"];
        ownerKey = next;
        // In its own second a recovered account does nothing.
        skip(1);
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 id = 1; id <= 3; ++id) installed[id][address(modules[i])] = false;
        }
    }

    function freeze(uint32 seconds_) external {
        guardians.freeze(account, uint48(clock() + bound(seconds_, 0, 3 days)));
        ++done["freeze"];
    }

    function wait(uint32 seconds_) external {
        skip(bound(seconds_, 1, 2 days));
    }

    function bump() external {
        if (_do(abi.encodeCall(account.bumpEpoch, ()))) ++done["bump"];
    }

    /// @dev The owner has its own recovery come through, and goes on.
    function race(uint256 which, uint64 value) external {
        Execution[] memory calls = new Execution[](2);
        bytes memory recover_ = abi.encodeCall(TestModule.recover, (account, _ownerOf(THIEF_KEY), 0, 0));
        bytes memory install_ = abi.encodeCall(account.installModule, (2, address(moduleAt(which)), ""));
        calls[0] = Execution(address(guardians), 0, recover_);
        calls[1] = Execution(address(account), 0, install_);
        if (which % 3 == 1) calls[1] = Execution(SINK, value, "");
        if (which % 3 == 2) calls[1] = Execution(address(guardians), 0, abi.encodeCall(TestModule.poke, ()));
        _expect(!_do(_batch(calls)), "an old owner's call after its recovery");
    }

    /// @dev The owner takes the recovery module's place, or its leave.
    function usurp(bool directly) external {
        bytes memory call = abi.encodeCall(account.recoverOwner, (_ownerOf(THIEF_KEY), 0, 0));
        _expect(!_do(directly ? call : _single(address(account), 0, call)), "the owner replaced itself");
        call = abi.encodeCall(account.uninstallModule, (MODULE_TYPE_RECOVERY, address(guardians), ""));
        _expect(!_do(call), "the recovery module was forced out");
    }

    // --- Views ---

    function subject() external view returns (SmartAccount) {
        return account;
    }

    function moduleAt(uint256 index) public view returns (TestModule) {
        return modules[index % 3];
    }

    function handle(PackedUserOperation calldata op) external returns (bool) {
        return _handle(ENTRY_POINT, op);
    }

    // --- Private ---

    function _expect(bool condition, string memory what) private {
        if (!condition && bytes(violation).length == 0) violation = what;
    }

    function _do(bytes memory callData) private returns (bool) {
        return _handle(ENTRY_POINT, _signed(ownerKey, callData));
    }

    /// @dev Somewhere harmless, or where a module would make itself at home.
    function _aim(uint256 target) private view returns (address, bytes memory) {
        bytes memory install_ = abi.encodeCall(account.installModule, (2, address(modules[target % 3]), ""));
        bytes memory bump_ = abi.encodeCall(account.bumpEpoch, ());
        if (target % 5 == 1) return (address(account), install_);
        if (target % 5 == 2) return (address(account), bump_);
        if (target % 5 == 3) return (address(guardians), abi.encodeCall(TestModule.poke, ()));
        if (target % 5 == 4) return (address(0), install_);
        return (SINK, "");
    }
}

/// @dev What holds whatever happens. @dev Trust: test only.
contract AccountInvariantsTest is Assertions {
    bytes32 private constant BASE = 0xfabcb19e936b63df1ec632586b4d090e5a91affff7afdde62d0b9e7dd3f82b00;

    event Done(string action, uint256 times);

    AccountHandler private handler;
    SmartAccount private account;

    function setUp() external {
        handler = new AccountHandler();
        account = handler.subject();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev The actions do what they are to: else the invariants would hold of an account that nobody touched.
    function test_ActionsHaveEffects() external {
        handler.install(2, 0);
        handler.install(1, 1);
        handler.install(3, 2);
        handler.pay(5);
        handler.drive(0, 6, 0);
        handler.runScoped(1, 7, 0);
        assertEq(handler.sent(), 18, "sent");
        handler.drive(0, 6, 1);
        handler.runScoped(0, 1, 0);
        assertEq(handler.refused(), 2, "refused");
        handler.uninstall(2, 0, 1);
        handler.recover(9);
        assertEq(handler.ownerKey(), 9, "owner");
        assertFalse(handler.installed(1, address(handler.moduleAt(1))), "turned off");
        handler.pay(1);
        assertEq(handler.sent(), 19, "sent by the new owner");
        handler.race(1, 1);
        assertEq(handler.ownerKey(), 9, "the race as a whole");
        handler.freeze(1 days);
        handler.pay(1);
        assertEq(handler.sent(), 19, "frozen");
        handler.bump();
        handler.wait(1 days);
        handler.pay(1);
        assertEq(handler.sent(), 20, "thawed");
        handler.usurp(true);
        handler.usurp(false);
        assertEq(bytes(handler.violation()).length, 0, "violation");
    }

    /// @dev What a run of the invariants amounts to: every kind of action goes through, most of them often.
    function test_RandomWalkSucceedsInEveryKind() external {
        string[8] memory kinds = ["install", "uninstall", "pay", "drive", "runScoped", "recover", "freeze", "bump"];
        for (uint256 i = 0; i < 400; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(i)));
            (uint256 a, uint256 b) = (dice >> 8, dice >> 64);
            uint256 kind = dice % 12;
            if (kind < 2) handler.install(a, b);
            if (kind == 2) handler.uninstall(a, b, uint8(dice >> 128));
            if (kind == 3) handler.pay(uint64(a) % 1 ether);
            if (kind == 4 || kind == 5) handler.drive(a, uint64(b) % 1 ether, dice >> 128);
            if (kind == 6 || kind == 7) handler.runScoped(a, uint64(b) % 1 ether, dice >> 128);
            if (kind == 8 && a % 8 == 0) handler.recover(uint64(b));
            if (kind == 8 && a % 8 != 0) handler.race(a, uint64(b));
            if (kind == 9 && a % 2 == 0) handler.freeze(uint32(b));
            if (kind == 10) handler.bump();
            if (kind == 11) handler.wait(uint32(a));
        }
        for (uint256 i = 0; i < kinds.length; ++i) {
            emit Done(kinds[i], handler.done(kinds[i]));
            assertGe(handler.done(kinds[i]), 1, kinds[i]);
        }
        this.invariant_OwnerIsWhoRecoverySays();
        this.invariant_NobodyDidWhatIsNotTheirs();
        this.invariant_ModulesAreWhatTheOwnerInstalled();
        this.invariant_ValueMovesOnlyWhereCounted();
        this.invariant_RemovalLeavesNoResidue();
    }

    /// @dev Somebody can always validate, and only recovery says who.
    function invariant_OwnerIsWhoRecoverySays() external view {
        assertEq(keccak256(account.owner()), keccak256(abi.encodePacked(vm.addr(handler.ownerKey()))), "owner");
        (address recovery, , , ) = account.recovery();
        assertTrue(recovery != address(0), "recovery module");
    }

    /// @dev What no single action may achieve.
    function invariant_NobodyDidWhatIsNotTheirs() external view {
        assertTrue(bytes(handler.violation()).length == 0, handler.violation());
    }

    /// @dev Modules never change modules.
    function invariant_ModulesAreWhatTheOwnerInstalled() external view {
        for (uint256 i = 0; i < 3; ++i) {
            address module = address(handler.moduleAt(i));
            for (uint256 id = 1; id <= 3; ++id) {
                bytes memory context = id == 3 ? abi.encodePacked(TestModule.whoCalls.selector) : bytes("");
                assertTrue(
                    account.isModuleInstalled(id, module, context) == handler.installed(id, module),
                    "installed"
                );
            }
        }
    }

    /// @dev Nothing leaves but through an operation of the owner's or a validator's, or an installed executor.
    function invariant_ValueMovesOnlyWhereCounted() external view {
        assertEq(address(account).balance, handler.START() - handler.sent(), "balance");
        assertEq(handler.SINK().balance, handler.sent(), "received");
    }

    /// @dev A record's roles are the roles of its module: nothing is left when the last one is gone.
    function invariant_RemovalLeavesNoResidue() external view {
        uint256 generation = uint16(uint256(vm.load(address(account), BASE)) >> 192);
        for (uint256 i = 0; i < 3; ++i) {
            address module = address(handler.moduleAt(i));
            uint256 record = uint256(vm.load(address(account), keccak256(abi.encode(module, uint256(BASE) + 3))));
            bool any = handler.installed(1, module) || handler.installed(2, module) || handler.installed(3, module);
            if (record >> 32 == generation || any) assertTrue(any == (record != 0), "residue");
        }
    }
}
