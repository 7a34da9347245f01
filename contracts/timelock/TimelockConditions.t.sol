// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {ITimelock} from "./ITimelock.sol";
import {TimelockFixture} from "./TimelockFixture.t.sol";

/// @dev The least upgradeable contract; its owner is fixed.
contract Upgradeable is UUPSUpgradeable {
    address private immutable OWNER;

    error NotOwner(address caller);

    constructor(address owner) {
        OWNER = owner;
    }

    function implementation() external view returns (address) {
        return ERC1967Utils.getImplementation();
    }

    function _authorizeUpgrade(address) internal view override {
        if (msg.sender != OWNER) revert NotOwner(msg.sender);
    }
}

/// @dev The same, and some more code, so that its hash differs.
contract UpgradeableNext is Upgradeable {
    constructor(address owner) Upgradeable(owner) {}

    function next() external pure returns (bool) {
        return true;
    }
}

/// @dev Answers as asked, and on the way does something of its own.
contract EnteringCondition {
    TimelockController private immutable TIMELOCK;
    address private immutable TARGET;
    bytes private _data;
    bytes32 private _salt;

    constructor(TimelockController timelock, address target, bytes memory data, bytes32 salt) {
        (TIMELOCK, TARGET, _data, _salt) = (timelock, target, data, salt);
    }

    function value() external returns (uint256) {
        TIMELOCK.execute{gas: 200_000}(TARGET, 0, _data, 0, _salt);
        return 1;
    }
}

contract TimelockConditionsTest is TimelockFixture {
    ITimelock.Comparison internal constant HASH = ITimelock.Comparison.ResultHash;
    ITimelock.Comparison internal constant AT_LEAST = ITimelock.Comparison.AtLeast;
    ITimelock.Comparison internal constant AT_MOST = ITimelock.Comparison.AtMost;

    bytes internal valueOf = abi.encodeWithSignature("value()");

    // --- Pins ---

    function test_pinnedCodeMustNotChangeBeforeExecution() public {
        bytes memory pin = abi.encodeCall(timelock.requireCodehash, (address(box), address(box).codehash));
        address[] memory targets = _list(address(timelock), address(box));
        bytes[] memory payloads = _list(pin, _set(2));
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);

        bytes32 pinned = address(box).codehash;
        bytes memory code = address(box).code;
        vm.etch(address(box), hex"00");
        vm.expectRevert(
            abi.encodeWithSelector(
                ITimelock.TimelockCodehashMismatch.selector,
                address(box),
                pinned,
                keccak256(hex"00")
            )
        );
        _executeBatch(timelock, targets, payloads);

        vm.etch(address(box), code);
        _executeBatch(timelock, targets, payloads);
        assertEq(box.value(), 2, "as reviewed");
    }

    function test_anImplementationIsPinnedBeforeAndAfterItsUpgrade() public {
        Upgradeable first = new Upgradeable(address(timelock));
        UpgradeableNext second = new UpgradeableNext(address(timelock));
        address proxy = address(new ERC1967Proxy(address(first), abi.encodeWithSignature("implementation()")));

        address[] memory targets = new address[](3);
        bytes[] memory payloads = new bytes[](3);
        (targets[0], targets[1], targets[2]) = (address(timelock), proxy, address(timelock));
        payloads[0] = _pin(proxy, address(first));
        payloads[1] = abi.encodeCall(UUPSUpgradeable.upgradeToAndCall, (address(second), ""));
        payloads[2] = _pin(proxy, address(second));
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        _executeBatch(timelock, targets, payloads);
        assertEq(Upgradeable(proxy).implementation(), address(second), "upgraded");
    }

    function test_anotherImplementationThanReviewedIsRefused() public {
        Upgradeable first = new Upgradeable(address(timelock));
        UpgradeableNext second = new UpgradeableNext(address(timelock));
        address proxy = address(new ERC1967Proxy(address(first), abi.encodeWithSignature("implementation()")));
        bytes memory pin = _pin(proxy, address(first));
        _propose(timelock, council, address(timelock), pin);
        bytes32 salt = _lastSalt();

        bytes32 slot = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
        vm.store(proxy, slot, bytes32(uint256(uint160(address(second)))));
        skip(DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITimelock.TimelockImplementationMismatch.selector,
                proxy,
                address(first),
                address(second)
            )
        );
        vm.prank(executor);
        timelock.execute(address(timelock), 0, pin, 0, salt);
    }

    function test_aPinnedImplementationMustHaveThePinnedCode() public {
        Upgradeable first = new Upgradeable(address(timelock));
        address proxy = address(new ERC1967Proxy(address(first), abi.encodeWithSignature("implementation()")));
        bytes32 wrong = keccak256("other code");
        vm.expectRevert(
            abi.encodeWithSelector(
                ITimelock.TimelockCodehashMismatch.selector,
                address(first),
                wrong,
                address(first).codehash
            )
        );
        timelock.requireImplementation(proxy, address(first), wrong);
    }

    function test_aProxyThatDoesNotAnswerIsRefused() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                ITimelock.TimelockConditionUnanswered.selector,
                address(box),
                abi.encodeWithSignature("implementation()")
            )
        );
        timelock.requireImplementation(address(box), address(box), address(box).codehash);
    }

    // --- View calls ---

    function test_viewChecksHoldExactlyWhenTheAnswerDoes(uint256 value, uint256 bound_) public {
        vm.prank(address(timelock));
        box.set(value);
        timelock.requireStaticcall(address(box), valueOf, keccak256(abi.encode(value)));

        if (value < bound_) _expectFailed(AT_LEAST, bytes32(bound_), bytes32(value));
        timelock.requireStaticcallAtLeast(address(box), valueOf, bound_);
        if (value > bound_) _expectFailed(AT_MOST, bytes32(bound_), bytes32(value));
        timelock.requireStaticcallAtMost(address(box), valueOf, bound_);
        if (value != bound_) _expectFailed(HASH, keccak256(abi.encode(bound_)), keccak256(abi.encode(value)));
        timelock.requireStaticcall(address(box), valueOf, keccak256(abi.encode(bound_)));
    }

    function test_silenceIsNoAnswer() public {
        bytes memory refusal = abi.encodeWithSelector(
            ITimelock.TimelockConditionUnanswered.selector,
            address(0x1234),
            valueOf
        );
        vm.expectRevert(refusal);
        timelock.requireStaticcall(address(0x1234), valueOf, keccak256(""));
        vm.expectRevert(refusal);
        timelock.requireStaticcallAtMost(address(0x1234), valueOf, 5);
    }

    // --- Standing post-conditions ---

    function test_aPostconditionIsCheckedAfterEveryOperation() public {
        _govern(_postcondition(AT_MOST, 5));
        _propose(timelock, council, address(box), _set(6));
        skip(DELAY);
        _expectFailed(AT_MOST, bytes32(uint256(5)), bytes32(uint256(6)));
        _execute(timelock, address(box), _set(6));

        _propose(timelock, council, address(box), _set(5));
        skip(DELAY);
        _execute(timelock, address(box), _set(5));
        assertEq(box.value(), 5, "within");

        address[] memory targets = _list(address(box), address(box));
        bytes[] memory payloads = _list(_set(4), _set(7));
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        _expectFailed(AT_MOST, bytes32(uint256(5)), bytes32(uint256(7)));
        _executeBatch(timelock, targets, payloads);
    }

    function test_aPostconditionMustHoldWhenItIsAdded() public {
        bytes memory data = _postcondition(AT_LEAST, 9);
        _propose(timelock, council, address(timelock), data);
        skip(DELAY);
        _expectFailed(AT_LEAST, bytes32(uint256(9)), bytes32(uint256(1)));
        _execute(timelock, address(timelock), data);
    }

    /// @dev Otherwise every batch would begin by freeing itself.
    function test_aBatchCannotFreeItselfFromAPostcondition() public {
        _govern(_postcondition(AT_MOST, 5));
        address[] memory targets = _list(address(timelock), address(box));
        bytes[] memory payloads = _list(abi.encodeCall(timelock.removePostcondition, (0)), _set(6));
        _proposeBatch(timelock, council, targets, payloads);
        skip(DELAY);
        _expectFailed(AT_MOST, bytes32(uint256(5)), bytes32(uint256(6)));
        _executeBatch(timelock, targets, payloads);
    }

    function test_removalTakesEffectOneDelayLater() public {
        _govern(_postcondition(AT_MOST, 5));
        _govern(abi.encodeCall(timelock.removePostcondition, (0)));
        assertEq(timelock.postconditions()[0].until, vm.getBlockTimestamp() + DELAY, "until");
        _propose(timelock, council, address(box), _set(6));
        skip(DELAY - 1);
        skip(1);
        _execute(timelock, address(box), _set(6));
        assertEq(box.value(), 6, "free");
    }

    /// @dev A condition that cannot hold any more must not lock the timelock, removal included, for ever.
    function test_aBrokenPostconditionCanBeRemoved() public {
        _govern(_postcondition(AT_MOST, 5));
        _govern(_postcondition(AT_LEAST, 1));
        vm.prank(address(timelock));
        box.set(6);
        bytes memory remove = abi.encodeCall(timelock.removePostcondition, (0));
        _propose(timelock, council, address(timelock), remove);
        skip(DELAY);
        _execute(timelock, address(timelock), remove);
        skip(DELAY);
        _govern(abi.encodeCall(timelock.updateDelay, (DELAY + 1)));
        assertEq(timelock.getMinDelay(), DELAY + 1, "governs again");
    }

    /// @dev A condition looks, and can do nothing: not even run an operation that is ready, as an executor.
    function test_aConditionThatEntersTheTimelockIsRefused() public {
        _propose(timelock, council, address(box), _set(7));
        EnteringCondition entering = new EnteringCondition(timelock, address(box), _set(7), _lastSalt());
        _govern(_grant(timelock.EXECUTOR_ROLE(), address(entering)));
        bytes memory refusal = abi.encodeWithSelector(
            ITimelock.TimelockConditionUnanswered.selector,
            address(entering),
            valueOf
        );
        vm.expectRevert(refusal);
        timelock.requireStaticcallAtLeast(address(entering), valueOf, 1);
        bytes memory add = abi.encodeCall(timelock.addPostcondition, (address(entering), valueOf, AT_LEAST, 0));
        _propose(timelock, council, address(timelock), add);
        skip(DELAY);
        vm.expectRevert(refusal);
        _execute(timelock, address(timelock), add);
        assertEq(box.value(), 1, "nothing ran");
        assertEq(entering.value(), 1, "outside of a condition it could have");
        assertEq(box.value(), 7, "as it did");
    }

    function test_thereIsABoundAndRemovedOnesMakeRoom() public {
        for (uint256 i = 0; i < 8; ++i) _govern(_postcondition(AT_MOST, 100 + i));
        bytes memory ninth = _postcondition(AT_MOST, 99);
        _propose(timelock, council, address(timelock), ninth);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockTooManyPostconditions.selector, 8));
        _execute(timelock, address(timelock), ninth);

        _govern(abi.encodeCall(timelock.removePostcondition, (3)));
        skip(DELAY);
        _govern(ninth);
        assertEq(timelock.postconditions().length, 8, "no more than before");
        assertEq(timelock.postconditions()[3].expected, bytes32(uint256(99)), "in the place of the removed one");
    }

    function test_onlyTheTimelockChangesPostconditions() public {
        bytes memory refusal = abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, council);
        vm.expectRevert(refusal);
        vm.prank(council);
        timelock.addPostcondition(address(box), valueOf, AT_MOST, 0);
        vm.expectRevert(refusal);
        vm.prank(council);
        timelock.removePostcondition(0);
    }

    function test_whatDoesNotStandCannotBeRemoved() public {
        bytes memory remove = abi.encodeCall(timelock.removePostcondition, (0));
        _propose(timelock, council, address(timelock), remove);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITimelock.TimelockUnknownPostcondition.selector, 0));
        _execute(timelock, address(timelock), remove);
    }

    // --- Private ---

    function _postcondition(ITimelock.Comparison comparison, uint256 expected) private view returns (bytes memory) {
        return abi.encodeCall(timelock.addPostcondition, (address(box), valueOf, comparison, bytes32(expected)));
    }

    function _pin(address proxy, address implementation) private view returns (bytes memory) {
        return abi.encodeCall(timelock.requireImplementation, (proxy, implementation, implementation.codehash));
    }

    function _expectFailed(ITimelock.Comparison comparison, bytes32 expected, bytes32 actual) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ITimelock.TimelockConditionFailed.selector,
                address(box),
                valueOf,
                comparison,
                expected,
                actual
            )
        );
    }
}
