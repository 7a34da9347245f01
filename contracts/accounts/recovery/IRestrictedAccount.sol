// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What {IGuardianRecovery-rotateOwner} asks of an account: see {ISmartAccount}.
interface IRestrictedAccount {
    /**
     * @return module 0 for none.
     * @return frozenUntil Seconds; in the past or 0 when not frozen.
     * @return quarantinedUntil Seconds; in the past or 0 when not in quarantine.
     * @return left Wei that may still leave until then.
     */
    function recovery()
        external
        view
        returns (address module, uint48 frozenUntil, uint48 quarantinedUntil, uint256 left);
}
