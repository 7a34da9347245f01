// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Assertions} from "../../test/contracts/Assertions.sol";
import {vm} from "../../test/contracts/Vm.sol";
import {IKeyBindings} from "./IKeyBindings.sol";
import {IRoleManager} from "./IRoleManager.sol";
import {RoleManaged} from "./RoleManaged.sol";
import {RoleManager} from "./RoleManager.sol";

/// @dev A managed target that can call itself. @dev Trust: test only.
contract ManagedTarget is RoleManaged, Multicall {
    uint256 public value;

    constructor(address manager) RoleManaged(manager) {}

    function set(uint256 value_) external payable restricted {
        value = value_;
    }
}

/// @dev The same on OpenZeppelin's AccessManaged. @dev Trust: test only.
contract StockTarget is AccessManaged, Multicall {
    uint256 public value;

    constructor(address manager) AccessManaged(manager) {}

    function set(uint256 value_) external payable restricted {
        value = value_;
    }
}

/// @dev A role manager as a policy would set it up, a stock one beside it. @dev Trust: test only.
abstract contract RoleFixture is Assertions {
    uint64 internal constant OPERATOR = 1;
    uint64 internal constant OPERATOR_ADMIN = 2;
    uint64 internal constant GUARDIAN = 3;
    uint64 internal constant SIGNER = 4;
    uint64 internal constant ADMIN = 0;
    uint64 internal constant PUBLIC = type(uint64).max;

    uint32 internal constant GRANT_DELAY = 1 days;
    uint32 internal constant EXECUTION_DELAY = 1 hours;

    /// @dev Months after the first block, so that no zero hides a mistake.
    uint256 internal constant START = 1_800_000_000;

    address internal immutable admin = vm.addr(0xa1);
    address internal immutable operatorAdmin = vm.addr(0xa2);
    address internal immutable guardian = vm.addr(0xa3);
    address internal immutable operator = vm.addr(0xa4);
    address internal immutable signer = vm.addr(0xa5);
    address internal immutable registrar = vm.addr(0xa6);
    address internal immutable pauser = vm.addr(0xa7);
    address internal immutable stranger = vm.addr(0xa8);

    RoleManager internal manager;
    ManagedTarget internal target;

    function setUp() public virtual {
        vm.warp(START);
        manager = _deploy();
        target = new ManagedTarget(address(manager));
        skip(1);
        vm.prank(admin);
        manager.setTargetFunctionRole(address(target), _selectors(ManagedTarget.set.selector), OPERATOR);
    }

    function _deploy() internal returns (RoleManager) {
        address[] memory admins = new address[](1);
        admins[0] = admin;
        IRoleManager.RoleConfig[] memory roles = new IRoleManager.RoleConfig[](4);
        roles[0] = IRoleManager.RoleConfig(OPERATOR, OPERATOR_ADMIN, GUARDIAN, GRANT_DELAY, false, "operator");
        roles[1] = IRoleManager.RoleConfig(OPERATOR_ADMIN, ADMIN, GUARDIAN, GRANT_DELAY, false, "operatorAdmin");
        roles[2] = IRoleManager.RoleConfig(GUARDIAN, ADMIN, ADMIN, GRANT_DELAY, false, "guardian");
        roles[3] = IRoleManager.RoleConfig(SIGNER, OPERATOR_ADMIN, GUARDIAN, GRANT_DELAY, true, "signer");
        IRoleManager.GrantConfig[] memory grants = new IRoleManager.GrantConfig[](6);
        grants[0] = IRoleManager.GrantConfig(OPERATOR, operator, EXECUTION_DELAY, 0);
        grants[1] = IRoleManager.GrantConfig(OPERATOR_ADMIN, operatorAdmin, 0, 0);
        grants[2] = IRoleManager.GrantConfig(GUARDIAN, guardian, 0, 0);
        grants[3] = IRoleManager.GrantConfig(SIGNER, signer, 0, uint48(START + 365 days));
        grants[4] = IRoleManager.GrantConfig(_roleId("registrar"), registrar, 0, 0);
        grants[5] = IRoleManager.GrantConfig(_roleId("pauser"), pauser, 0, 0);
        return new RoleManager(admins, roles, grants);
    }

    /// @dev As the policy derives it.
    function _roleId(string memory name) internal pure returns (uint64) {
        return uint64(uint256(keccak256(abi.encodePacked("portcullis.role.", name)))) & (2 ** 63 - 1);
    }

    function _selectors(bytes4 selector) internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](1);
        selectors[0] = selector;
    }

    function _calls(bytes memory first) internal pure returns (bytes[] memory calls) {
        calls = new bytes[](1);
        calls[0] = first;
    }

    function _isMember(AccessManager of_, uint64 roleId, address account) internal view returns (bool member) {
        (member, ) = of_.hasRole(roleId, account);
    }

    function _since(uint64 roleId, address account) internal view returns (uint48 since) {
        (since, , , ) = manager.getAccess(roleId, account);
    }

    /// @dev Grants a role and waits until it is active.
    function _grantNow(uint64 roleId, address account, uint32 executionDelay, uint48 until) internal {
        vm.prank(roleId == OPERATOR || roleId == SIGNER ? operatorAdmin : admin);
        manager.grantRoleUntil(roleId, account, executionDelay, until);
        skip(manager.getRoleGrantDelay(roleId) + 1);
    }

    /// @dev A proof that is good for a year, for a key that is good for half of one.
    function _proof(address account) internal view returns (IKeyBindings.KeyProof memory) {
        return
            IKeyBindings.KeyProof({
                account: account,
                provider: "aws-kms",
                custody: keccak256("arn"),
                tier: IKeyBindings.Tier.Production,
                rotateBy: uint48(clock() + 180 days),
                nonce: manager.bindingOf(account).nonce,
                deadline: uint48(clock() + 365 days)
            });
    }

    /// @dev EIP-712, written out from the standard.
    function _digest(IKeyBindings.KeyProof memory proof) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Portcullis RoleManager"),
                keccak256("1"),
                block.chainid,
                address(manager)
            )
        );
        bytes32 struct_ = keccak256(
            abi.encode(
                keccak256(
                    "KeyProof(address account,string provider,bytes32 custody,uint8 tier,uint48 rotateBy,uint32 nonce,uint48 deadline)"
                ),
                proof.account,
                keccak256(bytes(proof.provider)),
                proof.custody,
                proof.tier,
                proof.rotateBy,
                proof.nonce,
                proof.deadline
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, struct_));
    }

    function _sign(uint256 key, IKeyBindings.KeyProof memory proof) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(proof));
        return abi.encodePacked(r, s, v);
    }

    /// @dev Binds a key and has it confirmed for half a year.
    function _bind(uint256 key) internal returns (uint48 rotateBy) {
        IKeyBindings.KeyProof memory proof = _proof(vm.addr(key));
        manager.bind(proof, _sign(key, proof));
        vm.prank(registrar);
        manager.confirmBinding(proof.account, proof.custody, proof.tier, proof.rotateBy);
        return proof.rotateBy;
    }
}
