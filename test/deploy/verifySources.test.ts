import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { createEtherscan } from "../../src/deploy/verification/etherscan.ts";
import { createSourcify } from "../../src/deploy/verification/sourcify.ts";
import type { Explorer } from "../../src/deploy/verification/types.ts";
import { verifySources } from "../../src/deploy/verification/verifySources.ts";
import { openMemoryFiles } from "../../src/plugin/files.ts";

const contract = {
  kind: "source",
  name: "vault",
  chainId: 1,
  address: "0x00000000000000000000000000000000000000aa",
  identifier: "contracts/Vault.sol:Vault",
  compiler: "0.8.37+commit.1",
  input: { language: "Solidity" },
  constructorArgs: "0x1234",
} as const;

type Reply = { status?: number; body: unknown } | "hang up";

describe("verifySources", () => {
  let server: Server;
  let url: string;
  /** What the explorer answers, in order; the last one from then on. */
  let replies: Reply[];
  let asked: { method: string; url: string; body: string }[];
  let time: number;

  before(async () => {
    server = createServer(async (incoming, outgoing) => {
      asked.push({ method: incoming.method ?? "", url: incoming.url ?? "", body: await readBody(incoming) });
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply === undefined || reply === "hang up") return outgoing.destroy();
      outgoing
        .writeHead(reply.status ?? 200, { "content-type": "application/json" })
        .end(JSON.stringify(reply.body));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());
  beforeEach(() => {
    asked = [];
    time = 0;
  });

  const clock = {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const run = (explorer: Explorer, files = openMemoryFiles(), budget = 120_000) =>
    verifySources({
      explorers: [explorer],
      contracts: [contract],
      files,
      clock,
      budget,
      report: () => {},
    }).then((shown) => shown.filter((s) => s.status !== "verified").map((s) => `${s.explorer} ${s.name}`));
  const etherscan = () =>
    createEtherscan({ name: "etherscan", url: `${url}/api?chainid=1`, apiKey: "secret" }, fetch);

  it("behavior: etherscan is asked again while it throttles, fails and works", async () => {
    replies = [
      { status: 429, body: {} },
      "hang up",
      { status: 502, body: {} },
      { body: { status: "0", message: "NOTOK", result: "Max calls per sec rate limit reached" } },
      { body: { status: "0", message: "NOTOK", result: "Unable to locate ContractCode at 0xaa" } },
      { body: { status: "1", message: "OK", result: "ticket-1" } },
      { body: { status: "0", message: "NOTOK", result: "Pending in queue" } },
      { body: { status: "1", message: "OK", result: "Pass - Verified" } },
    ];
    expect(await run(etherscan())).to.deep.equal([]);
    const sent = new URLSearchParams(asked[5]?.body);
    expect(sent.get("contractname")).to.equal(contract.identifier);
    expect(sent.get("constructorArguements")).to.equal("1234");
    expect(sent.get("compilerversion")).to.equal("v0.8.37+commit.1");
    expect(asked.at(-1)?.url).to.include("guid=ticket-1");
  });

  it("behavior: sourcify, and what it knows already counts", async () => {
    replies = [
      { status: 202, body: { verificationId: "job-1" } },
      { body: { isJobCompleted: false } },
      { body: { isJobCompleted: true, contract: { match: "exact_match" } } },
    ];
    expect(await run(createSourcify(url, fetch))).to.deep.equal([]);
    expect(asked.map((a) => a.url)).to.deep.equal([
      `/v2/verify/1/${contract.address}`,
      "/v2/verify/job-1",
      "/v2/verify/job-1",
    ]);
    replies = [{ status: 409, body: { customCode: "already_verified", message: "…" } }];
    expect(await run(createSourcify(url, fetch))).to.deep.equal([]);
  });

  it("behavior: an explorer that is away holds nothing up, and the next run goes on with its ticket", async () => {
    const files = openMemoryFiles();
    replies = [{ body: { status: "1", result: "ticket-2" } }, { status: 503, body: {} }];
    expect(await run(etherscan(), files, 10_000)).to.deep.equal(["etherscan vault"]);
    expect(time).to.be.lessThan(10_000);
    replies = [{ body: { status: "1", result: "Pass - Verified" } }];
    asked = [];
    expect(await run(etherscan(), files)).to.deep.equal([]);
    expect(asked).to.have.length(1);
    expect(asked[0]?.url).to.include("guid=ticket-2");
    expect(await run(etherscan(), files)).to.deep.equal([]);
    expect(asked, "what is verified is not asked for again").to.have.length(1);
  });

  it("error: a refusal is final, and keeps no secret", async () => {
    const files = openMemoryFiles();
    replies = [{ body: { status: "0", message: "NOTOK", result: "Fail - Unable to verify" } }];
    expect(await run(etherscan(), files)).to.deep.equal(["etherscan vault"]);
    expect(await run(etherscan(), files)).to.deep.equal(["etherscan vault"]);
    expect(asked).to.have.length(1);
    expect(await files.read("verification.json")).not.to.include("secret");
  });
});

async function readBody(incoming: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  return body;
}
