import { expect } from "chai";
import { encodeFunctionData, parseAbi } from "viem";
import {
  hashTransactionBuilder,
  readTransactionBuilder,
  writeTransactionBuilder,
} from "../../src/safe/transactionBuilder.ts";
import { refusedWith } from "../refusedWith.ts";

/** Two batches as the Safe app wrote them, with the checksums it gave them. */
const approval = {
  version: "1.0",
  chainId: "1",
  createdAt: 1761326849944,
  meta: {
    name: "Transactions Batch",
    description: "",
    txBuilderVersion: "1.18.2",
    createdFromSafeAddress: "0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6",
    createdFromOwnerAddress: "",
    checksum: "0x8b5032f716845c8b08bab3d63dbd9ba92e056f3557793cd041e59b84e16aa989",
  },
  transactions: [
    {
      to: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
      value: "0",
      data: null,
      contractMethod: {
        inputs: [
          { internalType: "address", name: "spender", type: "address" },
          { internalType: "uint256", name: "value", type: "uint256" },
        ],
        name: "approve",
        payable: false,
      },
      contractInputsValues: { spender: "0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8", value: "100000000000" },
    },
  ],
};
const grant = {
  version: "1.0",
  chainId: "42161",
  createdAt: 1684332112435,
  meta: {
    name: "Transactions Batch",
    description: "",
    txBuilderVersion: "1.14.1",
    createdFromSafeAddress: "0xaF23DC5983230E9eEAf93280e312e57539D098D0",
    createdFromOwnerAddress: "",
    checksum: "0x5d5963a50e7e198927a63a4837058c288025dc6ae922827f26a40076f0d2e043",
  },
  transactions: [
    {
      to: "0xA331D84eC860Bf466b4CdCcFb4aC09a1B43F3aE6",
      value: "0",
      data: null,
      contractMethod: {
        inputs: [
          { internalType: "bytes32", name: "role", type: "bytes32" },
          { internalType: "address", name: "account", type: "address" },
        ],
        name: "grantRole",
        payable: false,
      },
      contractInputsValues: {
        role: "0x93b1b7dba9fb074b573d5edb3c983e0490a00925f709289485f0c75988e100cf",
        account: "0x94Dd9C6152a2A0BBcB52d3297b723A6F01D5F9f7",
      },
    },
  ],
};

describe("safe/transactionBuilder", () => {
  it("behavior: the checksum is the Safe app's own", () => {
    for (const batch of [approval, grant])
      expect(hashTransactionBuilder(batch)).to.equal(batch.meta.checksum);
  });

  it("behavior: function and arguments as text become calldata", () => {
    const abi = parseAbi(["function approve(address spender, uint256 value)"]);
    const args = ["0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8", 100_000_000_000n] as const;
    expect(readTransactionBuilder(approval, 1)).to.deep.equal([
      {
        to: approval.transactions[0]!.to,
        value: 0n,
        data: encodeFunctionData({ abi, functionName: "approve", args }),
      },
    ]);
  });

  it("behavior: lists and tuples keep integers that JSON cannot hold", () => {
    const abi = parseAbi([
      "struct Cap { address to; uint256 amount; }",
      "function set(uint256[] limits, Cap cap, bool on)",
    ]);
    const to = "0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8";
    const batch = {
      chainId: "1",
      meta: {},
      transactions: [
        {
          to,
          value: "0",
          data: null,
          contractMethod: {
            name: "set",
            inputs: [
              { name: "limits", type: "uint256[]" },
              {
                name: "cap",
                type: "tuple",
                components: [
                  { name: "to", type: "address" },
                  { name: "amount", type: "uint256" },
                ],
              },
              { name: "on", type: "bool" },
            ],
          },
          contractInputsValues: {
            limits: "[100000000000000000001,2]",
            cap: `["${to}","100000000000000000001"]`,
            on: "true",
          },
        },
      ],
    };
    const args = [[10n ** 20n + 1n, 2n], { to, amount: 10n ** 20n + 1n }, true] as const;
    expect(readTransactionBuilder(batch, 1)[0]!.data).to.equal(
      encodeFunctionData({ abi, functionName: "set", args }),
    );
  });

  it("behavior: what we write reads back, under any name", () => {
    const call = { to: "0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8", value: 5n, data: "0x1234" } as const;
    const file = writeTransactionBuilder({
      chainId: 10,
      safe: call.to,
      name: "a",
      description: "b",
      createdAt: 1,
      calls: [call, call],
    });
    const again = JSON.parse(JSON.stringify({ ...file, meta: { ...file.meta, name: "renamed" } }));
    expect(readTransactionBuilder(again, 10)).to.deep.equal([call, call]);
  });

  it("error: a changed batch, another chain, no batch", () => {
    const changed = structuredClone(approval);
    changed.transactions[0]!.contractInputsValues.value = "200000000000";
    refusedWith(() => readTransactionBuilder(changed, 1), "TRANSACTION_BUILDER_CHECKSUM");
    refusedWith(() => readTransactionBuilder(approval, 10), "WRONG_CHAIN");
    refusedWith(
      () => readTransactionBuilder({ ...approval, transactions: [] }, 1),
      "TRANSACTION_BUILDER_INVALID",
    );
    refusedWith(() => readTransactionBuilder({}, 1), "TRANSACTION_BUILDER_INVALID");
  });
});
