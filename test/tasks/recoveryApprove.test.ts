import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Address, Hex } from "viem";
import {
  fileHeader,
  parseApprovalFile,
  writeApprovalFile,
} from "../../src/accounts/recovery/approvalFile.ts";
import { isSignedByKey } from "../../src/accounts/recovery/approve.ts";
import { encodeTerms } from "../../src/accounts/recovery/terms.ts";
import { developmentAddress } from "../../src/policy/developmentKey.ts";
import { openHardhat, runTask } from "./inProcess.ts";

const DAY = 86_400n;
const guardian = (account: number) => ({
  signer: developmentAddress(account).toLowerCase() as Hex,
  weight: 1,
});
const somebody: Address = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
const terms = encodeTerms({
  guardians: [guardian(1), guardian(2), { signer: somebody, weight: 1 }],
  threshold: 2,
  delay: 2n * DAY,
  expiry: 7n * DAY,
  vetoes: 3,
  refill: 30n * DAY,
  freeze: 0n,
  rest: 0n,
});

describe("recovery approve", () => {
  let hre: HardhatRuntimeEnvironment;
  let folder: string;
  let file: string;

  before(async () => {
    hre = await openHardhat();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "approval-"));
    file = join(folder, "recovery.json");
    const places = [{ chainId: 31_337, module: somebody, account: somebody, terms, nonce: 4n }];
    const asked = { ...fileHeader, signatures: [], places, newOwner: somebody, deadline: 2_000_000_000 };
    await writeFile(file, writeApprovalFile({ ...asked, action: "recover" }));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async () => parseApprovalFile(await readFile(file, "utf8"));
  const approve = (args: object = {}) =>
    runTask(hre, "recovery approve", {
      file,
      as: "",
      policy: "",
      dryRun: false,
      yes: true,
      json: true,
      ...args,
    });

  it("behavior: guardians sign one after the other, each once, and no node is asked", async () => {
    const connect = hre.network.getOrCreate;
    hre.network.getOrCreate = () => Promise.reject(new Error("a node was asked"));
    try {
      expect((await approve({ as: developmentAddress(1) })).stdout).to.include('"signed": true');
      expect((await approve()).stdout).to.include(developmentAddress(2));
    } finally {
      hre.network.getOrCreate = connect;
    }
    const signed = await read();
    expect(signed.signatures).to.have.length(2);
    for (const approval of signed.signatures) expect(await isSignedByKey(signed, approval)).to.equal(true);
    expect((await approve()).stdout).to.include("SIGNER_MISSING");
  });

  it("behavior: a dry run shows the new owner, the chain and the deadline, and signs nothing", async () => {
    const { stdout } = await approve({ dryRun: true, json: false, as: developmentAddress(1) });
    expect(stdout)
      .to.match(/on chain 31337/)
      .and.to.include(somebody)
      .and.to.include("2033-05-18 03:33:20 UTC");
    expect((await read()).signatures).to.deep.equal([]);
  });

  it("error: where two could sign, or nobody answers, nothing is signed", async () => {
    expect((await approve()).stdout).to.include("GUARDIAN_AMBIGUOUS");
    const silent = await approve({ yes: false, as: developmentAddress(1) });
    expect(silent.stdout).to.include("CONFIRMATION_REQUIRED");
    expect((await approve({ file: "nowhere.json" })).stdout).to.include("APPROVAL_FILE_MISSING");
    expect((await read()).signatures).to.deep.equal([]);
  });
});
