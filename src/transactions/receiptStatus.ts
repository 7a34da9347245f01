/**
 * Whether what was sent took place. An ERC-4337 bundle is included although the operation in it reverted (its
 * EntryPoint says so in `UserOperationEvent`): for whoever sent it that is a revert like any other.
 */
import { type Hex, parseAbi, parseEventLogs, type TransactionReceipt } from "viem";

const abi = parseAbi([
  "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, uint256 nonce, bool success, uint256 actualGasCost, uint256 actualGasUsed)",
  "event UserOperationRevertReason(bytes32 indexed userOpHash, address indexed sender, uint256 nonce, bytes revertReason)",
]);

type Receipt = Pick<TransactionReceipt, "status" | "to" | "logs">;

export function receiptStatus(receipt: Receipt): TransactionReceipt["status"] {
  const failed = bundleEvents(receipt).some((e) => e.eventName === "UserOperationEvent" && !e.args.success);
  return failed ? "reverted" : receipt.status;
}

/** What the operation of a bundle reverted with; undefined where it said nothing, or the transaction is no bundle. */
export function bundledRevert(receipt: Receipt): Hex | undefined {
  const reasons = bundleEvents(receipt).flatMap((e) =>
    e.eventName === "UserOperationRevertReason" ? [e.args.revertReason] : [],
  );
  return reasons[0];
}

/** Of the contract that was called, so that no other can say them in its name. */
function bundleEvents({ to, logs }: Receipt) {
  const own = logs.filter(({ address }) => address.toLowerCase() === to?.toLowerCase());
  return parseEventLogs({ abi, logs: own });
}
