import { expect } from "chai";
import { HttpRequestError, RpcRequestError, TimeoutError } from "viem";
import { type RpcFaultKind, toRpcFault } from "../../src/snapshot/rpc/rpcFault.ts";

/** What nodes and providers were seen to answer: code, message, and data where there was some. */
const ANSWERS: Record<Exclude<RpcFaultKind, "timeout">, readonly [string, number, string, unknown?][]> = {
  range: [
    [
      "Alchemy",
      -32602,
      "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0x0, 0x1f4]",
    ],
    [
      "Alchemy free",
      -32600,
      "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. Based on your parameters, this block range should work: [0x64, 0x6d]. Upgrade to PAYG for expanded block range.",
    ],
    ["Infura", -32005, "query returned more than 10000 results. Try with this block range [0x1, 0x2]."],
    ["QuickNode", -32614, "eth_getLogs is limited to a 10,000 range"],
    ["QuickNode free", -32615, "eth_getLogs is limited to a 5 range"],
    ["publicnode", -32701, "exceed maximum block range: 50000"],
    ["Ankr", -32600, "block range is too wide"],
    [
      "Cloudflare",
      -32047,
      "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800",
    ],
    ["reth", -32602, "query exceeds max block range 100000"],
    ["reth results", -32602, "query exceeds max results 20000, retry with the range 100-200"],
    ["reth size", -32008, "Response is too big"],
    ["Nethermind", -32005, "Too many logs requested. Max logs per response is 20000."],
    ["Besu", -32005, "Requested range exceeds maximum RPC range limit"],
    ["Avalanche", -32000, "requested too many blocks from 1 to 5000, maximum is set to 2048"],
    ["BSC", -32005, "exceed maximum block range: 5000"],
    ["dRPC", 35, "ranges over 10000 blocks are not supported on freetier"],
    ["Chainstack", -32000, "Block range limit exceeded. See more details at the docs"],
    ["Base", -32000, "block range too large"],
    ["Frontier", -32603, "block range is too wide (maximum 1024)"],
    ["Erigon", -32000, "query timeout exceeded"],
    ["geth", -32000, "block range greater than 10000 max"],
  ],
  rate: [
    ["Infura", -32005, "daily request count exceeded, request rate limited"],
    ["Infura project", -32005, "project ID request rate exceeded"],
    ["plain", -32005, "limit exceeded"],
    [
      "Alchemy",
      429,
      "Your app has exceeded its compute units per second capacity. If you have retries enabled, you can safely ignore this message.",
    ],
    [
      "QuickNode",
      -32007,
      "50/second request limit reached - reduce calls per second or upgrade your account at quicknode.com",
    ],
    ["publicnode", -32029, "Too Many Requests"],
  ],
  behind: [
    ["geth", -32000, "header not found"],
    ["geth unknown", -32000, "unknown block"],
    ["geth logs", -32000, "block range extends beyond current head block"],
    ["Hardhat", -32602, "Received invalid block tag 900. Latest block number is 12"],
    ["anvil", -32602, "BlockOutOfRangeError: block height is 12 but requested was 900"],
    ["Nethermind", -32001, "block not found"],
    ["Avalanche", -32000, "cannot query unfinalized data: requested block is after last accepted block"],
  ],
  pruned: [
    ["geth", -32000, "missing trie node 5b1c (path ) state 0x5b1c is not available"],
    ["geth path", -32000, "historical state 5b1c is not available"],
    ["reth", -32000, "state at block #100 is pruned"],
    ["Erigon", -32000, "old data not available due to pruning"],
    ["publicnode", -32701, "Archive requests require a personal token"],
    ["op-reth", -32000, "distance to target block exceeds maximum proof window"],
  ],
  unsupported: [
    ["geth", -32601, "the method eth_syncing does not exist/is not available"],
    ["provider", -32004, "method not supported"],
  ],
  revert: [
    ["geth", 3, "execution reverted", "0x82b42900"],
    ["geth with reason", 3, "execution reverted: rate limit exceeded", "0x08c379a0"],
    ["Nethermind", -32015, "VM execution error.", "Reverted 0x82b42900"],
    ["Besu", -32000, "Execution reverted"],
    [
      "Hardhat",
      -32603,
      "VM Exception while processing transaction: reverted with an unrecognized custom error (return data: 0x82b42900)",
    ],
    ["geth opcode", -32000, "invalid opcode: INVALID"],
    ["geth gas", -32000, "out of gas"],
    ["anvil", -32003, "EVM error InvalidFEOpcode"],
  ],
  transport: [
    ["internal", -32603, "Internal error"],
    ["op-stack", -32011, "no backend is currently healthy to serve traffic"],
  ],
};

describe("snapshot/rpcFault", () => {
  for (const [kind, answers] of Object.entries(ANSWERS)) {
    it(`behavior: ${kind}, in each provider's words`, () => {
      for (const [who, code, message, data] of answers) {
        const plain = Object.assign(new Error(message), { code, data });
        expect(toRpcFault(plain).kind, who).to.equal(kind);
        const viem = new RpcRequestError({
          body: {},
          url: "https://node/v2/secret-key",
          error: { code, message, data },
        });
        expect(toRpcFault(viem).kind, `${who} through viem`).to.equal(kind);
        expect(toRpcFault(viem).message).to.not.contain("secret-key");
      }
    });
  }

  it("behavior: advice about ranges is taken from the words", () => {
    const advice = (message: string) => {
      const { suggestedTo, maxBlocks } = toRpcFault(new Error(message));
      return [suggestedTo, maxBlocks];
    };
    const [alchemy, free, infura, quicknode] = ANSWERS.range.map(([, , message]) => advice(message));
    expect(alchemy).to.deep.equal([500n, 2000n]);
    expect(free).to.deep.equal([109n, 10n]);
    expect(infura).to.deep.equal([2n, undefined]);
    expect(quicknode).to.deep.equal([undefined, 10_000n]);
    expect(advice("query exceeds max results 20000, retry with the range 100-200")).to.deep.equal([
      200n,
      undefined,
    ]);
    expect(advice("exceed maximum block range: 50000")).to.deep.equal([undefined, 50_000n]);
    expect(advice("requested too many blocks from 1 to 5000, maximum is set to 2048")).to.deep.equal([
      undefined,
      2048n,
    ]);
  });

  it("behavior: HTTP trouble is no answer of the chain", () => {
    const http = (status: number, details: string) =>
      toRpcFault(new HttpRequestError({ status, url: "https://node/v2/secret-key", details })).kind;
    expect(http(429, "Too Many Requests")).to.equal("rate");
    expect(http(413, "Request Entity Too Large")).to.equal("range");
    expect(http(502, "Bad Gateway")).to.equal("transport");
    expect(http(504, "Gateway Timeout")).to.equal("timeout");
    expect(toRpcFault(new TimeoutError({ body: {}, url: "https://node" })).kind).to.equal("timeout");
    expect(toRpcFault(new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") })).kind).to.equal(
      "transport",
    );
  });

  it("behavior: the contract's own words survive, wherever a node puts them", () => {
    expect(toRpcFault({ code: 3, message: "execution reverted", data: "0x82b42900" }).data).to.equal(
      "0x82b42900",
    );
    expect(
      toRpcFault({ code: -32015, message: "VM execution error.", data: "Reverted 0x82b42900" }).data,
    ).to.equal("0x82b42900");
    expect(toRpcFault({ code: -32603, message: "reverted", data: { data: "0x82b42900" } }).data).to.equal(
      "0x82b42900",
    );
  });
});
