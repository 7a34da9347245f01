// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {vm} from "../../../test/contracts/Vm.sol";
import {FullAccount7702} from "../FullAccount7702.sol";
import {SmartAccount7702} from "../SmartAccount7702.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {SessionFixture} from "./SessionFixture.t.sol";

/// @dev Sessions of an EOA that delegates to the account (EIP-7702), whose epoch is a hash. @dev Trust: test only.
contract SessionOnDelegatedEoaTest is SessionFixture {
    FullAccount7702 private _implementation;

    function setUp() public override {
        super.setUp();
        bytes32[3] memory none;
        _implementation = new FullAccount7702(none, address(sessions));
        account = FullAccount7702(payable(vm.addr(OWNER_KEY)));
        address front = address(new SmartAccount7702(address(_implementation)));
        vm.etch(address(account), abi.encodePacked(hex"ef0100", front));
        vm.deal(address(account), 10 ether);
        token.mint(address(account), 1_000_000);
        _activate("first");
    }

    function test_cumulativeCap() public {
        bytes memory session = _session(_transfers(0, 150, 0));
        assertTrue(_done(_useFirst(session, _transfer(100))), "100 of 150");
        assertFalse(_done(_use(session, _transfer(51))), "151 of 150");
        assertTrue(_done(_use(session, _transfer(50))), "150 of 150");
        assertEq(token.balanceOf(SHOP), 150, "spent");
    }

    function test_usesAreCountedAndEnd() public {
        Terms memory terms = _sets();
        terms.maxUses = 1;
        bytes memory session = _session(terms);
        assertTrue(_grant(session), "grant");
        assertTrue(_done(_use(session, _set(1))), "first");
        _assertRefused(_use(session, _set(2)), ISessionValidator.SessionValidatorUsedUp.selector, "second");
    }

    function test_aNewEpochOrMarkEndsAll() public {
        bytes memory session = _session(_transfers(0, 150, 0));
        _grant(session);
        bytes4 expected = ISessionValidator.SessionValidatorNotGranted.selector;
        assertTrue(_run(abi.encodeCall(account.bumpEpoch, ())), "bump");
        _assertRefused(_use(session, _transfer(1)), expected, "epoch");
        _grant(session);
        assertTrue(_done(_use(session, _transfer(1))), "granted anew");
        _activate("second");
        _assertRefused(_use(session, _transfer(1)), expected, "mark");
    }

    function _activate(bytes32 mark) private {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Portcullis SmartAccount"),
                keccak256("1"),
                block.chainid,
                address(account)
            )
        );
        bytes32 type_ = keccak256("Activation(bytes32 mark,address implementation)");
        bytes32 activation = keccak256(abi.encode(type_, mark, _implementation));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, MessageHashUtils.toTypedDataHash(domain, activation));
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        bytes memory call = abi.encodeCall(_implementation.activate, (mark, r, vs));
        assertTrue(_run(call), "activate");
    }
}
