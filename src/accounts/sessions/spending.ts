/** What calls take from an asset, as `TokenSpending` counts it, and whether the owner has to agree. */
import { decodeFunctionData, type Hex, isAddressEqual, parseAbi, zeroAddress } from "viem";
import type { AccountCall } from "../encodeCalls.ts";
import type { Session, SessionCap } from "./session.ts";

const spendingAbi = parseAbi([
  "function transfer(address to, uint256 amount)",
  "function approve(address spender, uint256 amount)",
  "function increaseAllowance(address spender, uint256 amount)",
  "function transferFrom(address from, address to, uint256 amount)",
  "function permit(address owner, address spender, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
]);

/** Whether the calls take more of an asset than its `coSignAbove`. */
export const needsOwner = (session: Session, calls: readonly AccountCall[]): boolean =>
  session.caps.some(
    (cap) => (cap.coSignAbove ?? 0n) !== 0n && sumSpending(cap, calls) > (cap.coSignAbove ?? 0n),
  );

function sumSpending({ asset }: SessionCap, calls: readonly AccountCall[]): bigint {
  if (asset === zeroAddress) return calls.reduce((sum, { value = 0n }) => sum + value, 0n);
  return calls.reduce(
    (sum, { to, data = "0x" }) => (isAddressEqual(to, asset) ? sum + amountOf(data) : sum),
    0n,
  );
}

function amountOf(data: Hex): bigint {
  try {
    const { functionName, args } = decodeFunctionData({ abi: spendingAbi, data });
    return functionName === "transferFrom" || functionName === "permit" ? args[2] : args[1];
  } catch {
    return 0n;
  }
}
