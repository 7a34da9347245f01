/** What a user types, as `npx hardhat …` with `--bundler`: an account creates itself, and acts for its owner. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Address, parseEther } from "viem";
import { createSandbox, type Sandbox } from "../../../test/sandbox.ts";
import type { AltoChain } from "./chain.ts";
import type { Flow } from "./runFlows.ts";

const POLICY = "deploy/policies/example.ts";
const session =
  'daily: { key: "bot", may: { vault: { receive: {} } }, value: { perCall: "1 ether" }, until: "2027-12-31" }';

/** In order: each goes on where the one before ended. The last removes what the first made. */
export function listCommandFlows(
  { client }: AltoChain,
  { chain, bundler }: { chain: string; bundler: string },
): Flow[] {
  let sandbox: Sandbox;
  let example: string;
  let late: Address;
  const json = async (...args: string[]) => {
    const { stdout, stderr, code } = await sandbox.hardhat(...args, "--network", "localhost", "--json");
    assert.equal(code, 0, stderr + stdout);
    return JSON.parse(stdout);
  };
  const declare = (sessions: string) =>
    writeFileSync(
      join(sandbox.root, POLICY),
      example.replace("accounts: {", `accounts: { late: { owner: "alice", sessions: {${sessions}} },`),
    );
  const order = (...args: string[]) =>
    json("session", ...args, "--bundler", bundler, "--simulator", "embedded", "--yes");
  const statuses = async (): Promise<string[]> => {
    const { accounts } = await json("account", "show", "late");
    return accounts[0].sessions.map(({ status }: { status: string }) => status);
  };
  /** Through the bundler the account pays, and no key of the policy sends anything. */
  const paysItself = async (run: () => Promise<unknown>) => {
    const before = await client.getBalance({ address: late });
    const sent = await client.getTransactionCount({ address: sender });
    await run();
    assert.ok((await client.getBalance({ address: late })) < before, "the account paid nothing");
    assert.equal(await client.getTransactionCount({ address: sender }), sent);
  };
  let sender: Address;

  return [
    [
      "account create --bundler: an account that came into the policy creates itself",
      async () => {
        sandbox = createSandbox(chain);
        example = readFileSync(join(sandbox.root, POLICY), "utf8");
        sender = (await json("deploy", "--yes")).manifest.deployer;
        declare("");
        const create = ["account", "create", "late", "--bundler", bundler];
        late = (await json(...create, "--dry-run")).address;
        await client.setBalance({ address: late, value: parseEther("1") });
        await paysItself(async () => assert.equal((await json(...create, "--yes")).created, true));
        assert.notEqual(await client.getCode({ address: late }), undefined);
        assert.equal((await json(...create, "--yes")).created, false);
      },
    ],
    [
      "session grant --bundler: its owner grants",
      async () => {
        declare(session);
        await paysItself(() => order("grant", "late.daily"));
        assert.deepEqual(await statuses(), ["granted"]);
      },
    ],
    [
      "session revoke --bundler: and takes back",
      async () => {
        await paysItself(() => order("revoke", "late.daily"));
        assert.deepEqual(await statuses(), ["revoked"]);
        sandbox.remove();
      },
    ],
  ];
}
