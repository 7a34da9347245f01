import { expect } from "chai";
import fc from "fast-check";
import {
  type Abi,
  type AbiFunction,
  type Address,
  checksumAddress,
  concatHex,
  encodeFunctionData,
  type Hex,
  parseAbi,
  toFunctionSelector,
  zeroAddress,
  zeroHash,
} from "viem";
import type { AddressBook } from "../../../src/chain/addressBook.ts";
import { decodeCall } from "../../../src/operations/decode/decodeCall.ts";
import { packMultiSend, readMultiSend } from "../../../src/operations/decode/multiSend.ts";
import {
  accessManagerAbi,
  managerCallsAbi,
  timelockControllerAbi,
} from "../../../src/operations/decode/standards.ts";
import type { CallBytes, DecodedCall } from "../../../src/operations/decode/types.ts";
import { formatCall, formatCalls } from "../../../src/operations/format.ts";
import { multiSendAbi, safeAbi } from "../../../src/safe/abi.ts";

const vaultAbi = parseAbi([
  "function setLimit(uint256 limit)",
  "function deposit() payable",
  "function upgradeToAndCall(address newImplementation, bytes data) payable",
  "function multicall(bytes[] data) returns (bytes[])",
]);
const vaultV2Abi = parseAbi(["function initializeV2(uint64 cap)"]);
const vault = at(1);
const vaultV2 = at(2);
const council = at(3);
const timelock = at(4);
const manager = at(5);
const multiSend = at(6);
const stranger = at(99);
const book: AddressBook = {
  chainId: 31337,
  entries: [
    { name: "vault", address: vault, abi: vaultAbi as Abi },
    { name: "vaultV2", address: vaultV2, abi: vaultV2Abi as Abi },
    { name: "council", address: council },
    { name: "timelock", address: timelock, abi: timelockControllerAbi as Abi },
    { name: "manager", address: manager, abi: [...accessManagerAbi, ...managerCallsAbi] as Abi },
    { name: "multiSend", address: multiSend, abi: multiSendAbi as Abi },
  ],
};
const setLimit = encodeFunctionData({ abi: vaultAbi, functionName: "setLimit", args: [100n * 10n ** 18n] });

describe("operations/decode", () => {
  it("behavior: one text, from a Safe's batch down to an upgrade's initializer", () => {
    const init = encodeFunctionData({ abi: vaultV2Abi, functionName: "initializeV2", args: [5n] });
    const upgrade = encodeFunctionData({
      abi: vaultAbi,
      functionName: "upgradeToAndCall",
      args: [vaultV2, init],
    });
    const scheduled = encodeFunctionData({
      abi: timelockControllerAbi,
      functionName: "scheduleBatch",
      args: [[vault, vault], [0n, 0n], [upgrade, setLimit], zeroHash, zeroHash, 172800n],
    });
    const packed = packMultiSend([
      { to: timelock, value: 0n, data: scheduled },
      { to: stranger, value: 7n, data: "0x" },
    ]);
    const batch = encodeFunctionData({ abi: multiSendAbi, functionName: "multiSend", args: [packed] });
    const outer = encodeFunctionData({
      abi: safeAbi,
      functionName: "execTransaction",
      args: [multiSend, 0n, batch, 1, 0n, 0n, 0n, zeroAddress, zeroAddress, "0x"],
    });
    const text = formatCall(decodeCall({ to: council, value: 0n, data: outer }, book), book);
    expect(text.split("\n").map((l) => l.replace(/0x[0-9a-f]{64}/g, "0x…"))).to.deep.equal([
      "council.execTransaction(to: multiSend, value: 0, data: ‹below›, operation: 1, safeTxGas: 0, baseGas: 0, gasPrice: 0, gasToken: 0x0000000000000000000000000000000000000000, refundReceiver: 0x0000000000000000000000000000000000000000, signatures: 0x)",
      "  i  execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes) is read as Safe: the target's own ABI is not known",
      `  └ executes: DELEGATECALL multiSend.multiSend(transactions: ${packed.slice(0, 18)}… (${(packed.length - 2) / 2} bytes, keccak256 0x…))`,
      "      !! DELEGATECALL: the code of multiSend runs with the caller's own power and storage",
      "      └ 1 of 2: timelock.scheduleBatch(targets: [vault, vault], values: [0, 0], payloads: [‹below›, ‹below›], predecessor: 0x…, salt: 0x…, delay: 172800)",
      "          └ schedules 1 of 2: vault.upgradeToAndCall(newImplementation: vaultV2, data: ‹below›)",
      "              └ then calls: vault.initializeV2(cap: 5)",
      "          └ schedules 2 of 2: vault.setLimit(limit: 100e18)",
      `      └ 2 of 2: ${stranger}{value: 7 wei}`,
    ]);
  });

  it("behavior: the manager's own and stock calls, ProxyAdmin, Multicall, module calls and Safe creation are opened", () => {
    const m = (functionName: string, args: unknown[]): Hex =>
      encodeFunctionData({ abi: [...accessManagerAbi, ...managerCallsAbi] as Abi, functionName, args });
    const bytes32 = zeroHash;
    const inner = (to: Address, data: Hex, value = 0n) =>
      decodeCall({ to, value, data }, book).inner.map((i) => [
        i.role,
        i.decoded.function?.item.name,
        i.decoded.call.value,
      ]);
    expect(inner(manager, m("schedule", [vault, setLimit, 0]))).to.deep.equal([
      ["schedules", "setLimit", 0n],
    ]);
    expect(inner(manager, m("execute", [vault, setLimit]), 3n)).to.deep.equal([["executes", "setLimit", 3n]]);
    expect(inner(manager, m("cancel", [council, vault, setLimit]))).to.deep.equal([
      ["cancels", "setLimit", 0n],
    ]);
    expect(inner(manager, m("scheduleCall", [vault, 9n, setLimit, 0, 0, bytes32]))).to.deep.equal([
      ["schedules", "setLimit", 9n],
    ]);
    expect(inner(manager, m("executeCall", [vault, setLimit, 0, bytes32]), 9n)).to.deep.equal([
      ["executes", "setLimit", 9n],
    ]);
    expect(inner(manager, m("cancelCall", [council, vault, 9n, setLimit, 0, bytes32]))).to.deep.equal([
      ["cancels", "setLimit", 9n],
    ]);
    const multicall = encodeFunctionData({
      abi: vaultAbi,
      functionName: "multicall",
      args: [[setLimit, setLimit]],
    });
    expect(inner(vault, multicall).map((i) => i[0])).to.deep.equal(["1 of 2", "2 of 2"]);
    const proxyAdmin = parseAbi([
      "function upgradeAndCall(address proxy, address implementation, bytes data) payable",
    ]);
    const init = encodeFunctionData({ abi: vaultV2Abi, functionName: "initializeV2", args: [5n] });
    const admin = encodeFunctionData({
      abi: proxyAdmin,
      functionName: "upgradeAndCall",
      args: [vault, vaultV2, init],
    });
    expect(inner(stranger, admin)).to.deep.equal([["then calls", "initializeV2", 0n]]);
    const module = encodeFunctionData({
      abi: safeAbi,
      functionName: "execTransactionFromModule",
      args: [vault, 1n, setLimit, 1],
    });
    const [carried] = decodeCall({ to: council, value: 0n, data: module }, book).inner;
    expect(carried!.decoded.warnings[0]!.code).to.equal("DELEGATECALL");
  });

  it("behavior: an unknown selector stays bytes, wherever it is, and the text says so", () => {
    const data: Hex = "0xdeadbeef00";
    const known = decodeCall({ to: vault, value: 0n, data }, book);
    expect(known.kind).to.equal("unknown");
    expect(known.warnings.map((w) => w.code)).to.deep.equal(["UNKNOWN_SELECTOR"]);
    expect(formatCall(known, book)).to.equal(
      "vault{value: 0 wei} ‹unknown› 0xdeadbeef00\n  !! Nobody here knows the function 0xdeadbeef",
    );
    expect(decodeCall({ to: stranger, value: 0n, data }, book).warnings.map((w) => w.code)).to.deep.equal([
      "UNKNOWN_TARGET",
      "UNKNOWN_SELECTOR",
    ]);
    expect(decodeCall({ to: vault, value: 0n, data: "0x0102" }, book).kind).to.equal("unknown");
  });

  it("behavior: bytes behind the arguments, dirty words and moved offsets are flagged", () => {
    const codes = (data: Hex) =>
      decodeCall({ to: vault, value: 0n, data }, book).warnings.map((w) => w.message);
    expect(codes(setLimit)).to.deep.equal([]);
    expect(codes(concatHex([setLimit, "0x00ff"]))).to.deep.equal(["2 bytes follow the arguments"]);
    const transfer = parseAbi(["function transfer(address to, uint256 value)"]);
    const clean = encodeFunctionData({ abi: transfer, functionName: "transfer", args: [stranger, 1n] });
    const dirty = `${clean.slice(0, 10)}ff${clean.slice(12)}` as Hex;
    expect(decodeCall({ to: vault, value: 0n, data: dirty }, book).warnings.map((w) => w.code)).to.include(
      "NOT_CANONICAL",
    );
    const multi = encodeFunctionData({ abi: vaultAbi, functionName: "multicall", args: [[setLimit]] });
    // the array's offset 0x20 becomes 0x40, behind an unread word
    const moved = concatHex([
      multi.slice(0, 10) as Hex,
      `0x${"40".padStart(64, "0")}`,
      `0x${"41".repeat(32)}`,
      `0x${multi.slice(74)}`,
    ]);
    const decoded = decodeCall({ to: vault, value: 0n, data: moved }, book);
    expect(decoded.inner.length).to.equal(1);
    expect(decoded.warnings.map((w) => w.code)).to.deep.equal(["NOT_CANONICAL"]);
  });

  it("behavior: malformed MultiSend bytes and gas refunds are flagged", () => {
    const send = (packed: Hex) =>
      decodeCall(
        {
          to: multiSend,
          value: 0n,
          data: encodeFunctionData({ abi: multiSendAbi, functionName: "multiSend", args: [packed] }),
        },
        book,
      );
    const good = packMultiSend([{ to: vault, value: 0n, data: setLimit }]);
    expect(send(good).warnings).to.deep.equal([]);
    for (const bad of [concatHex([good, "0x00"]), good.slice(0, -2) as Hex, `0x02${good.slice(4)}` as Hex]) {
      expect(send(bad).warnings.map((w) => w.code)).to.include("MULTISEND_MALFORMED");
    }
    const refund = encodeFunctionData({
      abi: safeAbi,
      functionName: "execTransaction",
      args: [vault, 0n, setLimit, 0, 0n, 0n, 1n, zeroAddress, stranger, "0x"],
    });
    expect(decodeCall({ to: council, value: 0n, data: refund }, book).warnings.map((w) => w.code)).to.include(
      "GAS_REFUND",
    );
  });

  it("behavior: depth, number and size are bounded, and what is cut off is said", () => {
    let data = setLimit;
    for (let i = 0; i < 40; i++)
      data = encodeFunctionData({ abi: vaultAbi, functionName: "multicall", args: [[data]] });
    const codes = (d: DecodedCall): string[] => [
      ...d.warnings.map((w) => w.code),
      ...d.inner.flatMap((i) => codes(i.decoded)),
    ];
    expect(codes(decodeCall({ to: vault, value: 0n, data }, book))).to.deep.equal(["TOO_DEEP"]);
    const many = encodeFunctionData({
      abi: vaultAbi,
      functionName: "multicall",
      args: [Array(1200).fill(setLimit.slice(0, 10))],
    });
    expect(codes(decodeCall({ to: vault, value: 0n, data: many }, book))).to.include("TOO_LARGE");
    expect(codes(decodeCall({ to: vault, value: 0n, data: `0x${"00".repeat(131_073)}` }, book))).to.include(
      "TOO_LARGE",
    );
  });

  it("behavior: arrays whose elements all point to the same bytes cost a bounded time", () => {
    const count = 2000;
    const word = (n: number) => n.toString(16).padStart(64, "0");
    const blob = 60_000;
    const body =
      word(32) + word(count) + word(count * 32).repeat(count) + word(blob) + "ac9650d8".padEnd(blob * 2, "0");
    const started = performance.now();
    decodeCall(
      { to: vault, value: 0n, data: `0x${toFunctionSelector("multicall(bytes[])").slice(2)}${body}` },
      book,
    );
    expect(performance.now() - started).to.be.lessThan(10_000);
  });

  it("behavior: decoding what was encoded gives the arguments back, and packing is the inverse of unpacking", () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((b) => `0x${Buffer.from(b).toString("hex")}` as Hex);
    const address = fc
      .bigInt(0n, 2n ** 160n - 1n)
      .map((n) => checksumAddress(`0x${n.toString(16).padStart(40, "0")}`));
    const call = fc.record({ to: address, value: fc.bigInt(0n, 2n ** 256n - 1n), data: bytes });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), (calls) => {
        const data = encodeFunctionData({
          abi: timelockControllerAbi,
          functionName: "executeBatch",
          args: [
            calls.map((c) => c.to),
            calls.map((c) => c.value),
            calls.map((c) => c.data),
            zeroHash,
            zeroHash,
          ],
        });
        const decoded = decodeCall({ to: timelock, value: 0n, data }, book);
        expect(decoded.inner.map((i) => i.decoded.call)).to.deep.equal(calls);
        expect(decoded.warnings).to.deep.equal([]);
        const unpacked = readMultiSend(packMultiSend(calls));
        expect(unpacked.problem).to.equal(undefined);
        expect(unpacked.transactions.map(({ operation: _, ...c }) => c)).to.deep.equal(calls);
      }),
    );
  });

  it("behavior: no bytes make it throw", () => {
    const selectors = [
      ...safeAbi,
      ...timelockControllerAbi,
      ...accessManagerAbi,
      ...managerCallsAbi,
      ...multiSendAbi,
      ...vaultAbi,
    ]
      .filter((i): i is Extract<typeof i, { type: "function" }> => i.type === "function")
      .map((i) => toFunctionSelector(i as AbiFunction));
    const raw = fc.uint8Array({ maxLength: 400 });
    const small = fc.array(fc.oneof(fc.constantFrom(0, 1, 32, 64, 96, 128, 160), fc.nat(255)), {
      maxLength: 24,
    });
    const words = small.map((ws) => Uint8Array.from(ws.flatMap((w) => [...new Array(31).fill(0), w])));
    const data = fc
      .tuple(fc.option(fc.constantFrom(...selectors)), fc.oneof(raw, words))
      .map(([selector, b]) => `0x${selector?.slice(2) ?? ""}${Buffer.from(b).toString("hex")}` as Hex);
    const target = fc.constantFrom(vault, timelock, manager, multiSend, council, stranger);
    fc.assert(
      fc.property(target, data, fc.bigInt(0n, 5n), fc.boolean(), (to, bytes, value, delegatecall) => {
        const call: CallBytes = { to, data: bytes, value, delegatecall };
        expect(formatCall(decodeCall(call, book), book))
          .to.be.a("string")
          .and.not.equal("");
      }),
      { numRuns: 3000 },
    );
  });

  it("behavior: several calls are numbered", () => {
    const call = { to: vault, value: 0n, data: setLimit };
    expect(formatCalls([call], book)).to.equal("vault.setLimit(limit: 100e18)");
    expect(formatCalls([call, call], book)).to.equal(
      "1. vault.setLimit(limit: 100e18)\n2. vault.setLimit(limit: 100e18)",
    );
  });
});

function at(n: number): Address {
  return checksumAddress(`0x${n.toString(16).padStart(40, "0")}`);
}
