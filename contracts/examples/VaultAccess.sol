// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

/// @dev Trust: the authority decides about every restricted function.
abstract contract VaultAccess is Initializable, AccessManaged {
    constructor() AccessManaged(address(1)) {}

    // solhint-disable-next-line func-name-mixedcase
    function __RoleManaged_init(address authority) internal onlyInitializing {
        _setAuthority(authority);
    }
}
