import { expect } from "chai";
import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  type Log,
  parseAbi,
  zeroHash,
} from "viem";
import { bundledRevert, receiptStatus } from "../../src/transactions/receiptStatus.ts";

const abi = parseAbi([
  "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, uint256 nonce, bool success, uint256 actualGasCost, uint256 actualGasUsed)",
  "event UserOperationRevertReason(bytes32 indexed userOpHash, address indexed sender, uint256 nonce, bytes revertReason)",
]);
const entryPoint: Address = "0x433709009B8330FDa32311DF1C2AFA402eD8D009";
const liar: Address = "0x000000000000000000000000000000000000dEaD";
const account: Address = "0x000000000000000000000000000000000000aaaa";

const log = (address: Address, topics: unknown, data: Hex) =>
  ({ address, topics, data }) as unknown as Log<bigint, number, false>;

const ended = (success: boolean, address = entryPoint) =>
  log(
    address,
    encodeEventTopics({
      abi,
      eventName: "UserOperationEvent",
      args: { userOpHash: zeroHash, sender: account, paymaster: account },
    }),
    encodeAbiParameters(
      [{ type: "uint256" }, { type: "bool" }, { type: "uint256" }, { type: "uint256" }],
      [0n, success, 0n, 0n],
    ),
  );
const said = (reason: Hex, address = entryPoint) =>
  log(
    address,
    encodeEventTopics({
      abi,
      eventName: "UserOperationRevertReason",
      args: { userOpHash: zeroHash, sender: account },
    }),
    encodeAbiParameters([{ type: "uint256" }, { type: "bytes" }], [0n, reason]),
  );

const receipt = (
  logs: readonly Log<bigint, number, false>[],
  status: "success" | "reverted" = "success",
  to: Address | null = entryPoint,
) => ({
  status,
  // Nodes write addresses in lower case.
  to: to && (to.toLowerCase() as Address),
  logs: [...logs],
});

describe("transactions/receiptStatus", () => {
  it("behavior: a transaction is what its receipt says", () => {
    expect(receiptStatus(receipt([]))).to.equal("success");
    expect(receiptStatus(receipt([], "reverted"))).to.equal("reverted");
    expect(receiptStatus(receipt([], "success", null))).to.equal("success");
  });

  it("behavior: a bundle is reverted where its operation is, although the transaction succeeded", () => {
    expect(receiptStatus(receipt([ended(true)]))).to.equal("success");
    expect(receiptStatus(receipt([said("0x12345678"), ended(false)]))).to.equal("reverted");
    // Several in a bundle: one that failed is enough, since only one is ever ours.
    expect(receiptStatus(receipt([ended(true), ended(false)]))).to.equal("reverted");
  });

  it("behavior: no other contract can say in the entry point's name that it failed, or why", () => {
    const lies = [said("0xdeadbeef", liar), ended(false, liar)];
    expect(receiptStatus(receipt([...lies, ended(true)]))).to.equal("success");
    expect(bundledRevert(receipt([...lies, said("0x12345678"), ended(false)]))).to.equal("0x12345678");
    expect(receiptStatus(receipt(lies, "success", null))).to.equal("success");
  });

  it("behavior: what the operation reverted with is read; nothing where it said nothing", () => {
    expect(bundledRevert(receipt([said("0x12345678"), ended(false)]))).to.equal("0x12345678");
    expect(bundledRevert(receipt([ended(false)]))).to.equal(undefined);
    expect(bundledRevert(receipt([]))).to.equal(undefined);
  });
});
