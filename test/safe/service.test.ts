import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Address, Hex } from "viem";
import { safeInfrastructure } from "../../src/safe/infrastructure.ts";
import { type QueueParameters, queueInService, type SafeService } from "../../src/safe/service.ts";
import { normalizeV } from "../../src/safe/signatures.ts";
import { buildSafeTransaction, hashSafeTransaction, safeTypedData } from "../../src/safe/transaction.ts";
import { refusesWith } from "../refusedWith.ts";
import { developmentAccount } from "./localSafe.ts";

const safe: Address = "0x41675C099F32341bf84BFc5382aF534df5C7461a";
const owners = [1, 2, 3].map(developmentAccount);

describe("safe/service", () => {
  let double: Double;
  beforeEach(async () => {
    double = await startDouble();
  });
  afterEach(() => double.stop());

  it("behavior: the transaction is proposed once, every signature is left there, others' are brought back", async () => {
    const parameters = await signedBy(0, 1);
    double.foreign = [{ owner: owners[2]!.address, signature: (await signedBy(2)).signatures[0]!.signature }];
    const queued = await queueInService(service(double), parameters);
    expect(queued.known).to.equal(false);
    expect(queued.signatures.map((s) => s.owner)).to.have.members(owners.map((o) => o.address));
    expect(double.proposals).to.equal(1);
    const again = await queueInService(service(double), parameters);
    expect([again.known, double.proposals]).to.deep.equal([true, 1]);
  });

  it("behavior: it tries again after 500 and after a lost answer, and still proposes once", async () => {
    double.fail = [500, 502];
    await queueInService(service(double), await signedBy(0));
    expect(double.proposals).to.equal(1);
  });

  it("behavior: an answer lost after it was taken is not proposed again", async () => {
    double.loseAnswer = true;
    await queueInService(service(double), await signedBy(0));
    expect(double.proposals).to.equal(1);
  });

  it("error: it stays down, or says nothing", async () => {
    double.fail = Array(20).fill(503);
    await refusesWith(queueInService(service(double), await signedBy(0)), "SAFE_SERVICE_UNAVAILABLE");
    double.fail = [];
    double.silent = true;
    await refusesWith(
      queueInService({ ...service(double), timeout: 30, retries: 1 }, await signedBy(0)),
      "SAFE_SERVICE_UNAVAILABLE",
    );
  });

  it("error: it refuses", async () => {
    double.fail = [401];
    const refusal = await refusesWith(
      queueInService(service(double), await signedBy(0)),
      "SAFE_SERVICE_REFUSED",
    );
    expect(refusal.hint).to.match(/API key/);
  });

  it("error: it shows another transaction under the same hash, or another hash", async () => {
    double.change = { to: "0x000000000000000000000000000000000000dEaD" };
    await refusesWith(queueInService(service(double), await signedBy(0)), "SAFE_SERVICE_MISMATCH");
    double.change = { safeTxHash: `0x${"11".repeat(32)}` };
    await refusesWith(queueInService(service(double), await signedBy(0)), "SAFE_SERVICE_MISMATCH");
  });

  it("behavior: signatures that are no owner's, or of another hash, are not taken over", async () => {
    const parameters = await signedBy(0);
    const stranger = developmentAccount(9);
    const wrong = await stranger.signTypedData(safeTypedData(31337, safe, parameters.transaction));
    double.foreign = [
      { owner: stranger.address, signature: wrong },
      { owner: owners[1]!.address, signature: wrong },
      { owner: owners[2]!.address, signature: "0x1234" },
    ];
    const { signatures } = await queueInService(service(double), parameters);
    expect(signatures.map((s) => s.owner)).to.deep.equal([owners[0]!.address]);
  });
});

function service(double: Double): SafeService {
  return { url: `${double.url}/api`, chainId: 31337, timeout: 2000, retries: 4, sleep: async () => {} };
}

async function signedBy(...indexes: number[]): Promise<QueueParameters> {
  const call = { to: safe, value: 0n, data: "0x1234" as Hex };
  const transaction = buildSafeTransaction([call], 4n, safeInfrastructure(31337));
  const signatures = await Promise.all(
    indexes.map(async (i) => ({
      owner: owners[i]!.address,
      signature: normalizeV(await owners[i]!.signTypedData(safeTypedData(31337, safe, transaction))),
    })),
  );
  const { safeTxHash } = hashSafeTransaction(31337, safe, transaction);
  return { safe, owners: owners.map((o) => o.address), transaction, safeTxHash, signatures };
}

interface Double {
  url: string;
  proposals: number;
  /** Status codes of the next answers. */
  fail: number[];
  silent: boolean;
  /** Takes the next proposal and drops the connection. */
  loseAnswer: boolean;
  change: Record<string, string>;
  foreign: { owner: string; signature: string }[];
  stop(): Promise<void>;
}

/** As much of the service as the api kit asks for, on its paths. */
async function startDouble(): Promise<Double> {
  let held: Record<string, unknown> | undefined;
  const confirmations: { owner: string; signature: string }[] = [];
  const double: Double = {
    url: "",
    proposals: 0,
    fail: [],
    silent: false,
    loseAnswer: false,
    change: {},
    foreign: [],
    stop: async () => {},
  };
  const answer = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    if (double.silent) return;
    const status = double.fail.shift();
    if (status) return answer(response, status, { detail: "trouble" });
    const body = text ? (JSON.parse(text) as Record<string, string>) : {};
    if (
      request.method === "POST" &&
      request.url?.includes("/multisig-transactions/") &&
      !request.url.includes("/confirmations/")
    ) {
      double.proposals++;
      held = { ...body, safeTxHash: body["contractTransactionHash"], data: body["data"] };
      confirmations.push({ owner: body["sender"]!, signature: body["signature"]! });
      if (double.loseAnswer) {
        double.loseAnswer = false;
        return request.socket.destroy();
      }
      return answer(response, 201, {});
    }
    if (request.method === "POST") {
      const owner = owners.find(({ address }) => !confirmations.some((c) => c.owner === address))!.address;
      confirmations.push({ owner, signature: body["signature"]! });
      return answer(response, 201, {});
    }
    if (!held) return answer(response, 404, { detail: "No MultisigTransaction matches the given query." });
    return answer(response, 200, {
      ...held,
      ...double.change,
      confirmations: [...confirmations, ...double.foreign],
    });
  };
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  double.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return double;
}
