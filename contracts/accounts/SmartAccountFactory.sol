// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ISmartAccount} from "./ISmartAccount.sol";

/**
 * @title Makes smart accounts of one implementation
 * @notice An account's address is bound to its owner and a salt, so that nobody can create it for somebody else.
 * @dev Trust: nobody has rights here. ERC-7562: reads and writes no storage, needs no stake.
 */
contract SmartAccountFactory {
    error SmartAccountFactoryInvalidOwner(bytes owner);

    /// @dev What every account delegates to, for good.
    address public immutable implementation;

    constructor(address implementation_) {
        implementation = implementation_;
    }

    /// @dev Returns the account's address also when it exists, as ERC-4337 asks of factories.
    function createAccount(bytes calldata owner, bytes32 salt) external returns (address account) {
        account = getAddress(owner, salt);
        if (account.code.length != 0) return account;
        if (!ISmartAccount(implementation).isValidOwner(owner)) revert SmartAccountFactoryInvalidOwner(owner);
        return Clones.cloneDeterministicWithImmutableArgs(implementation, owner, salt);
    }

    function getAddress(bytes calldata owner, bytes32 salt) public view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, owner, salt);
    }
}
