import { expect } from "chai";
import { type Address, concatHex, getAddress, type Hex, zeroAddress } from "viem";
import { encodeMultisig, orderMembers } from "../../src/accounts/owners/readOwner.ts";
import type { Graph } from "../../src/graph/buildGraph.ts";
import { accountEdges } from "../../src/graph/edges/account.ts";
import { powerOf } from "../../src/snapshot/powerOf.ts";
import type { ContractState } from "../../src/snapshot/types.ts";

const at = (byte: string): Address => getAddress(`0x${byte.repeat(20)}`);
const [alice, bob, carol] = [at("a1"), at("b2"), at("c3")];
const graph = { now: 0n, asked: [], contract: () => undefined } as unknown as Graph;

function owned(owner: Hex): ContractState {
  return {
    address: at("dd"),
    codehash: `0x${"01".repeat(32)}`,
    account: {
      owner,
      entryPoint: at("ee"),
      epoch: 0n,
      sessionValidator: zeroAddress,
      sessions: [],
      recoveryModule: zeroAddress,
      frozenUntil: 0n,
      quarantine: { until: 0n, left: 0n },
    },
  } as ContractState;
}

const multisig = (threshold: bigint, weights: Readonly<Record<Address, bigint>>) =>
  encodeMultisig(
    at("ff"),
    threshold,
    orderMembers(Object.entries(weights).map(([signer, weight]) => ({ signer: signer as Address, weight }))),
  );

const edges = (owner: Hex) =>
  accountEdges(graph, owned(owner)).map(({ needs, threshold, via, assumed }) => ({
    of: needs.length,
    threshold,
    via: via.kind,
    assumed: assumed === true,
  }));

describe("graph: owners of accounts", () => {
  it("behavior: two of three are two of three, as in a Safe", () => {
    expect(edges(multisig(2n, { [alice]: 1n, [bob]: 1n, [carol]: 1n }))).to.deep.equal([
      { of: 3, threshold: 2, via: "owners", assumed: false },
    ]);
    expect(edges(multisig(4n, { [alice]: 2n, [bob]: 2n }))).to.deep.equal([
      { of: 2, threshold: 2, via: "owners", assumed: false },
    ]);
  });

  it("behavior: of different weights nobody has less power than they have", () => {
    expect(edges(multisig(3n, { [alice]: 2n, [bob]: 1n, [carol]: 1n }))).to.deep.equal([
      { of: 3, threshold: 2, via: "owners", assumed: true },
    ]);
  });

  it("behavior: a key owns alone, and a passkey is known by its account only", () => {
    expect(edges(alice)).to.deep.equal([{ of: 1, threshold: 1, via: "account", assumed: false }]);
    expect(edges(concatHex([at("ff"), `0x${"11".repeat(64)}`]))).to.deep.equal([]);
  });

  it("behavior: owners are read on, each of them", () => {
    expect(powerOf(owned(multisig(1n, { [alice]: 1n, [bob]: 1n })))).to.deep.equal([alice, bob]);
  });
});
