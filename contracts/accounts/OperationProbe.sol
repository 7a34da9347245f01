// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IAccount,
    IAccountExecute,
    IPaymaster,
    PackedUserOperation
} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @dev What both entry points make senders with.
interface ISenderCreator {
    function createSender(bytes calldata initCode) external returns (address sender);
}

/**
 * @title Tries one operation where an entry point would run it, and says what each step took
 * @notice Never deployed: a bundler lends it an address in `eth_call` and has the entry point run it by
 * `delegateAndRevert`. So every call comes from the entry point and nothing of it stays.
 *
 * @dev Trust: none; whatever it returns, the entry point judges again when the operation is submitted.
 */
contract OperationProbe {
    enum Step {
        Creation,
        Validation,
        PaymasterValidation,
        Call,
        PostOp,
        Done
    }

    /// @dev Gas is what each step took of what it was given, without the entry point's own part.
    struct Report {
        /// @dev The step that failed, or Done.
        Step step;
        /// @dev What the failing step reverted with.
        bytes reason;
        uint256 creationGas;
        uint256 validationGas;
        uint256 validationData;
        uint256 paymasterGas;
        uint256 paymasterValidationData;
        uint256 callGas;
        uint256 postOpGas;
    }

    /**
     * @param missingFunds Wei the account is asked for.
     * @param callGas Limit for the call.
     * @param creator The entry point's SenderCreator.
     */
    function probe(
        PackedUserOperation calldata op,
        bytes32 userOpHash,
        uint256 missingFunds,
        uint256 callGas,
        ISenderCreator creator
    ) external returns (Report memory report) {
        bool success;
        uint256 gas = gasleft();
        if (op.initCode.length != 0 && op.sender.code.length == 0) {
            (success, report.reason) = address(creator).call(abi.encodeCall(creator.createSender, (op.initCode)));
            // A factory that made nothing is told from its answer, which is no reason.
            if (success && op.sender.code.length == 0) (success, report.reason) = (false, "");
            report.creationGas = gas - gasleft();
            if (!success) return report;
        }

        report.step = Step.Validation;
        gas = gasleft();
        (success, report.reason) = op.sender.call(
            abi.encodeCall(IAccount.validateUserOp, (op, userOpHash, missingFunds))
        );
        report.validationGas = gas - gasleft();
        if (!success || report.reason.length != 32) return report;
        report.validationData = uint256(bytes32(report.reason));

        bytes memory context;
        address paymaster = op.paymasterAndData.length == 0 ? address(0) : address(bytes20(op.paymasterAndData));
        if (paymaster != address(0)) {
            report.step = Step.PaymasterValidation;
            gas = gasleft();
            (success, report.reason) = paymaster.call(
                abi.encodeCall(IPaymaster.validatePaymasterUserOp, (op, userOpHash, 1))
            );
            report.paymasterGas = gas - gasleft();
            if (!success || report.reason.length < 96) return report;
            (context, report.paymasterValidationData) = abi.decode(report.reason, (bytes, uint256));
        }

        report.step = Step.Call;
        bytes memory data = op.callData;
        if (bytes4(data) == IAccountExecute.executeUserOp.selector) {
            data = abi.encodeCall(IAccountExecute.executeUserOp, (op, userOpHash));
        }
        gas = gasleft();
        if (data.length != 0) {
            (success, report.reason) = op.sender.call{gas: callGas}(data);
            report.callGas = gas - gasleft();
            if (!success) return report;
        }

        if (context.length != 0) {
            report.step = Step.PostOp;
            gas = gasleft();
            (success, report.reason) = paymaster.call(
                abi.encodeCall(IPaymaster.postOp, (IPaymaster.PostOpMode.opSucceeded, context, 1, 1))
            );
            report.postOpGas = gas - gasleft();
            if (!success) return report;
        }
        report.step = Step.Done;
        report.reason = "";
    }
}
