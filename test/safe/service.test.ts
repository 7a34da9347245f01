import { inspect } from "node:util";
import { expect } from "chai";
import type { Address, Hex } from "viem";
import { safeInfrastructure } from "../../src/safe/infrastructure.ts";
import { type QueueParameters, queueInService, type SafeService } from "../../src/safe/service.ts";
import { normalizeV } from "../../src/safe/signatures.ts";
import { buildSafeTransaction, hashSafeTransaction, safeTypedData } from "../../src/safe/transaction.ts";
import { refusesWith } from "../refusedWith.ts";
import { developmentAccount } from "./localSafe.ts";
import { type Double, startDouble } from "./serviceDouble.ts";

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
    double.fail = [422];
    await refusesWith(queueInService(service(double), await signedBy(0)), "SAFE_SERVICE_REFUSED");
  });

  it("behavior: too many requests are waited out", async () => {
    double.fail = [429, 429];
    await queueInService(service(double), await signedBy(0));
    expect(double.proposals).to.equal(1);
  });

  it("behavior: the API key goes along, and is in no error of a service that echoes it", async () => {
    const apiKey = "sk-secret-42";
    await queueInService({ ...service(double), apiKey }, await signedBy(0));
    expect(new Set(double.authorizations)).to.deep.equal(new Set([`Bearer ${apiKey}`]));
    double.echo = true;
    double.fail = Array(20).fill(500);
    const failure = await refusesWith(
      queueInService({ ...service(double), apiKey, retries: 1 }, await signedBy(0)),
      "SAFE_SERVICE_UNAVAILABLE",
    );
    double.fail = [403];
    const refusal = await refusesWith(
      queueInService({ ...service(double), apiKey }, await signedBy(0)),
      "SAFE_SERVICE_REFUSED",
    );
    for (const error of [failure, refusal]) {
      expect(error.message).to.contain("Bearer …");
      expect(inspect(error, { depth: 10, showHidden: true })).not.to.contain(apiKey);
    }
  });

  it("behavior: who has signed nothing still takes over what others left there", async () => {
    await queueInService(service(double), await signedBy(0));
    const { signatures } = await queueInService(service(double), { ...(await signedBy(0)), signatures: [] });
    expect(signatures.map((s) => s.owner)).to.deep.equal([owners[0]!.address]);
  });

  it("error: nobody has signed, and it does not know the transaction", async () => {
    await refusesWith(queueInService(service(double), await signedBy()), "SAFE_SIGNATURES_MISSING");
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
