// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {ERC7821} from "@openzeppelin/contracts/account/extensions/draft-ERC7821.sol";
import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    IERC7579Validator,
    MODULE_TYPE_VALIDATOR,
    VALIDATION_FAILED,
    VALIDATION_SUCCESS
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignerECDSA} from "@openzeppelin/contracts/utils/cryptography/signers/SignerECDSA.sol";
import {SignerEIP7702} from "@openzeppelin/contracts/utils/cryptography/signers/SignerEIP7702.sol";
import {ERC4337} from "solady/src/accounts/ERC4337.sol";

// Accounts to measure ours beside: each as its makers' documentation puts it together, behind a minimal clone.

contract OpenZeppelinAccount is Account, SignerECDSA, ERC7821, Initializable {
    constructor() SignerECDSA(address(1)) {
        _disableInitializers();
    }

    function initialize(address signer_) external initializer {
        _setSigner(signer_);
    }

    function _erc7821AuthorizedExecutor(
        address caller,
        bytes32 mode,
        bytes calldata executionData
    ) internal view override returns (bool) {
        return caller == address(entryPoint()) || super._erc7821AuthorizedExecutor(caller, mode, executionData);
    }
}

contract OpenZeppelin7702Account is Account, SignerEIP7702, ERC7821 {
    function _erc7821AuthorizedExecutor(
        address caller,
        bytes32 mode,
        bytes calldata executionData
    ) internal view override returns (bool) {
        return caller == address(entryPoint()) || super._erc7821AuthorizedExecutor(caller, mode, executionData);
    }
}

/// @dev Any validator authorises everything, and an account without one does nothing.
contract OpenZeppelinModularAccount is AccountERC7579, Initializable {
    constructor() {
        _disableInitializers();
    }

    function initialize(address validator, bytes calldata data) external initializer {
        _installModule(MODULE_TYPE_VALIDATOR, validator, data);
    }
}

/// @dev The least a validator module can do: one key per account.
contract KeyValidator is IERC7579Validator {
    mapping(address account => address) private _keys;

    function onInstall(bytes calldata data) external {
        _keys[msg.sender] = address(bytes20(data));
    }

    function onUninstall(bytes calldata) external {
        delete _keys[msg.sender];
    }

    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external view returns (uint256) {
        (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(userOpHash, userOp.signature);
        bool valid = err == ECDSA.RecoverError.NoError && signer == _keys[msg.sender];
        return valid ? VALIDATION_SUCCESS : VALIDATION_FAILED;
    }

    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }

    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_VALIDATOR;
    }
}

contract SoladyAccount is ERC4337 {
    function entryPoint() public pure override returns (address) {
        return address(ERC4337Utils.ENTRYPOINT_V09);
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Solady", "1");
    }
}

/// @dev Makes a clone and initializes it in one call, for any of the above.
contract CloneFactory {
    function createAccount(
        address implementation,
        bytes32 salt,
        bytes calldata initialization
    ) external returns (address account) {
        account = Clones.predictDeterministicAddress(implementation, salt);
        if (account.code.length != 0) return account;
        Clones.cloneDeterministic(implementation, salt);
        (bool success, ) = account.call(initialization);
        require(success);
    }
}

contract BenchToken is ERC20 {
    constructor() ERC20("Bench", "B") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
