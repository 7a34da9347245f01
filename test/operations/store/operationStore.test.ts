import { expect } from "chai";
import fc from "fast-check";
import type { Hash } from "viem";
import { hashSalt, hashTimelockOperation } from "../../../src/operations/identity.ts";
import {
  type OperationFile,
  readOperationFile,
  writeOperationFile,
} from "../../../src/operations/store/operationFile.ts";
import { findOperationId, openOperationStore } from "../../../src/operations/store/operationStore.ts";
import { openMemoryFiles } from "../../../src/plugin/files.ts";
import { refusedWith, refusesWith } from "../../refusedWith.ts";

const id = (n: number): Hash => `0x${n.toString(16).padStart(64, "0")}`;
const file: OperationFile = {
  schema: 1,
  id: id(1),
  chainId: 1,
  title: "t",
  reason: "r",
  deadline: 2n ** 40n,
  nonce: 0n,
  salt: id(2),
  route: {
    kind: "timelock",
    timelock: `0x${"11".repeat(20)}`,
    proposer: { kind: "safe", safe: `0x${"22".repeat(20)}` },
  },
  calls: [{ to: `0x${"33".repeat(20)}`, value: 2n ** 200n, data: "0x1234" }],
  text: "x",
  policyHash: id(3),
  createdAt: 5n,
  safeTransactions: [],
  history: [{ at: 5n, what: "created" }],
};

describe("operations/store", () => {
  it("behavior: a file reads back as it was written, numbers of any size included", () => {
    expect(readOperationFile(writeOperationFile(file), "f")).to.deep.equal(file);
  });

  it("error: files that are broken, cut off, or under another's name", async () => {
    refusedWith(
      () => readOperationFile(writeOperationFile(file).slice(0, 50), "f"),
      "OPERATION_FILE_INVALID",
    );
    refusedWith(
      () => readOperationFile(JSON.stringify({ ...JSON.parse(writeOperationFile(file)), deadline: 5 }), "f"),
      "OPERATION_FILE_INVALID",
    );
    refusedWith(
      () => readOperationFile(JSON.stringify({ ...JSON.parse(writeOperationFile(file)), extra: 1 }), "f"),
      "OPERATION_FILE_INVALID",
    );
    const files = openMemoryFiles();
    await files.write(`operations/${id(9)}.json`, writeOperationFile(file));
    await refusesWith(openOperationStore(files).get(id(9)), "OPERATION_FILE_INVALID");
  });

  it("behavior: oldest first, and only operation files", async () => {
    const files = openMemoryFiles();
    const store = openOperationStore(files);
    await store.put({ ...file, id: id(7), createdAt: 9n });
    await store.put({ ...file, id: id(8), createdAt: 4n });
    await files.write("operations/notes.txt", "no operation");
    expect((await store.list()).map((f) => f.id)).to.deep.equal([id(8), id(7)]);
  });

  it("behavior: an id by its first digits or by title; the nearest when unknown", () => {
    const known = [
      { id: `0xabcdef${"0".repeat(58)}` as Hash, title: "Raise the limit" },
      { id: `0xabcd11${"0".repeat(58)}` as Hash },
    ];
    expect(findOperationId("0xabcdef", known)).to.equal(known[0]!.id);
    expect(findOperationId("raise the limit", known)).to.equal(known[0]!.id);
    refusedWith(() => findOperationId("0xabcd", known), "OPERATION_AMBIGUOUS");
    refusedWith(() => findOperationId("0xab", known), "OPERATION_UNKNOWN");
    expect(refusedWith(() => findOperationId("Raise the limits", known), "OPERATION_UNKNOWN").hint).to.match(
      /Raise the limit\?/,
    );
  });

  it("behavior: the salt binds each part of its preimage, and no two parts can trade places", () => {
    const part = fc.record({
      title: fc.string(),
      reason: fc.string(),
      deadline: fc.bigInt(0n, 2n ** 64n),
      nonce: fc.bigInt(0n, 1000n),
      effectsHash: fc.nat(50).map(id),
    });
    fc.assert(
      fc.property(part, part, (a, b) => {
        const same = JSON.stringify(a, text) === JSON.stringify(b, text);
        expect(hashSalt(a) === hashSalt(b)).to.equal(same);
      }),
    );
    const bare = { title: "a", reason: "b", deadline: 1n, nonce: 0n };
    for (const other of [
      { title: "b" },
      { reason: "a" },
      { deadline: 2n },
      { nonce: 1n },
      { effectsHash: id(1) },
    ]) {
      expect(hashSalt({ ...bare, ...other })).to.not.equal(hashSalt(bare));
    }
  });

  it("behavior: one call and a batch of one hash differently from two", () => {
    const [call] = file.calls;
    expect(hashTimelockOperation([call!], id(0), id(1))).to.not.equal(
      hashTimelockOperation([call!, call!], id(0), id(1)),
    );
  });
});

function text(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
