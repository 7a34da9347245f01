// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/**
 * @title A token for the example vault to hold
 * @dev Trust: the whole supply is made once, for one holder; nobody can make more.
 */
contract ExampleToken is ERC20 {
    /// @param supply In the smallest unit; 18 decimals.
    constructor(address holder, uint256 supply) ERC20("Example Token", "EXT") {
        _mint(holder, supply);
    }
}
