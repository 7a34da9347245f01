import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { type Address, getAddress, numberToHex, zeroAddress, zeroHash } from "viem";
import { renderPolicy } from "../../src/import/renderPolicy.ts";
import { compilePolicy, lintPolicy, loadPolicy } from "../../src/policy/index.ts";
import type { ContractState, Snapshot } from "../../src/snapshot/types.ts";

const NOW = 1_800_000_000n;
const at = (n: number): Address => getAddress(numberToHex(n, { size: 20 }));
const still = (seconds: bigint) => ({ current: seconds, pending: seconds, effect: 0n });
const state = (n: number, surfaces: Partial<ContractState>): ContractState => ({
  address: at(n),
  codehash: zeroHash,
  ...surfaces,
});
const proxy = {
  implementation: at(99),
  implementationCodehash: null,
  admin: zeroAddress,
  beacon: zeroAddress,
};
const key = at(0xe1);

/** Everything that a policy has no words for, once. */
const snapshot: Snapshot = {
  chainId: 1,
  block: { number: 7n, hash: zeroHash, timestamp: NOW },
  contracts: [
    state(1, { proxy: { kind: "unknown", ...proxy } }),
    state(2, {}),
    state(3, { ownable: { owner: zeroAddress } }),
    state(4, { managed: { authority: at(2) } }),
    state(5, { delegate: at(98) }),
    state(6, {
      safe: {
        version: "1.4.1",
        owners: [key],
        threshold: 1,
        nonce: 0n,
        modules: [],
        guard: zeroAddress,
        moduleGuard: at(97),
        fallbackHandler: at(96),
        singleton: at(95),
      },
    }),
    state(7, {
      manager: {
        flavour: "openzeppelin",
        roles: [
          {
            id: 0n,
            admin: 0n,
            guardian: 0n,
            grantDelay: still(0n),
            keyBound: false,
            members: [{ account: key, since: 1n, until: 0n, delay: still(0n) }],
          },
        ],
        targets: [
          {
            address: at(94),
            closed: true,
            adminDelay: still(0n),
            functions: [{ selector: "0x12345678", role: 5n }],
          },
        ],
        operations: [],
        bindings: [],
      },
    }),
    state(8, {
      timelock: {
        flavour: "portcullis",
        delay: { current: 172_800n, pending: 86_400n, effect: NOW + 5n },
        floor: 86_400n,
        ceiling: 864_000n,
        expiry: 86_400n,
        vetoLimit: 3n,
        vetoWindow: 3n * 950_400n,
        proposers: [key, at(6)],
        cancellers: [],
        executors: [zeroAddress, key],
        admins: [at(8)],
        guardians: [],
        suspended: [key],
        postConditions: [
          {
            target: at(3),
            data: "0x3eaaf86b",
            comparison: "atMost",
            expected: numberToHex(5n, { size: 32 }),
            until: 0n,
            index: 0,
          },
        ],
        operations: [],
      },
    }),
    state(9, { ownable: { owner: key, pendingOwner: at(6) } }),
  ],
};

describe("renderPolicy", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "portcullis-import-"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const from = pathToFileURL(join(import.meta.dirname, "../../src/policy/index.ts")).href;
  const options = { name: "found", network: "mainnet", tier: "production" as const };

  it("behavior: what a policy cannot say is listed in its head, none of it in silence", () => {
    const [head = ""] = renderPolicy(snapshot, options).split("*/");
    for (const words of [
      /\(0x0{39}1\) is a proxy, and nothing says who may replace its code/,
      /\(0x0{39}2\) has code whose admin side could not be read/,
      /\(0x0{39}3\) has no owner any more/,
      /\(0x0{39}4\) asks 0x0{39}2, which is no AccessManager/,
      /\(0x0{39}5\) is a key that runs the code of 0x0{38}62 \(EIP-7702\)/,
      /safe \(0x0{39}6\) has the module guard 0x0{38}61/,
      /manager \(0x0{39}7\) has rules for \w+ \(0x0{38}5[eE]\), which does not ask it/,
      /was not read: a manager has rules for it/,
      /can execute at timelock \(0x0{39}8\) besides anyone/,
      /suspended key/,
      /the delay of timelock \(0x0{39}8\) becomes 1 day/,
      /is offered to safe/,
    ])
      expect(head).to.match(words);
  });

  it("behavior: even so it loads, compiles, and is linted; unknown code of a Safe and conditions are written down", async () => {
    const path = join(folder, "found.ts");
    await writeFile(path, renderPolicy(snapshot, { ...options, from }));
    const desired = compilePolicy(await loadPolicy(path), { network: "mainnet", chainId: 1 });
    expect(lintPolicy(desired).map((finding) => finding.id)).to.include("safe-threshold-one");
    const find = (n: number) => desired.contracts.find((c) => c.address === at(n));
    expect(find(6)?.safe).to.deep.include({ singleton: at(95), fallbackHandler: at(96) });
    expect(find(7)?.manager?.targets).to.deep.equal(
      snapshot.contracts.find((c) => c.address === at(7))?.manager?.targets,
    );
    const [condition] = find(8)?.timelock?.postConditions ?? [];
    expect(condition).to.deep.include({ target: at(3), comparison: "atMost", data: "0x3eaaf86b" });
  });

  it("behavior: it imports the package as a user's project does, and each section says what was chosen", () => {
    const text = renderPolicy(snapshot, options);
    expect(text).to.include('import { definePolicy } from "portcullis/policy";');
    expect(text).to.match(/\/\/ The tier is a guess[^\n]*\n {2}networks: \{/);
    expect(text).to.match(/\/\/ Keys and contracts without[^\n]*\n {2}principals: \{/);
    for (const line of text.split("\n")) expect(line).not.to.match(/[ \t]$/);
  });
});
