/** Every task, given what it cannot take: one line that names field and value, the next command, and JSON for scripts. */
import { expect } from "chai";
import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openHardhat, type Ran, runTask } from "./inProcess.ts";

interface Refusal {
  task: string;
  args: Record<string, string | boolean>;
  code: string;
  /** What the message has to name. */
  names: string;
  /** What the hint has to hold. */
  next: RegExp;
}

const same = (task: string) => new RegExp(`npx hardhat ${task}.* --network hardhat`);
const lines = { title: "t", reason: "r" };
const limit = { ...lines, call: "vault.setLimit(1 ether)", as: "council" };

// prettier-ignore
const REFUSALS: readonly Refusal[] = [
  {
    task: "policy check",
    args: { policy: "nowhere.ts" },
    code: "POLICY_NOT_FOUND",
    names: "nowhere.ts",
    next: /--policy/,
  },
  {
    task: "policy show",
    args: { policy: "nowhere.ts" },
    code: "POLICY_NOT_FOUND",
    names: "nowhere.ts",
    next: /--policy/,
  },
  {
    task: "policy import",
    args: { address: "0x12" },
    code: "ADDRESS_INVALID",
    names: "0x12",
    next: /--address vault=0x/,
  },
  {
    task: "deploy",
    args: { policy: "nowhere.ts" },
    code: "POLICY_NOT_FOUND",
    names: "nowhere.ts",
    next: /--policy/,
  },
  {
    task: "account create",
    args: { account: "kepper" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /account create keeper/,
  },
  {
    task: "account show",
    args: { account: "kepper" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /account show keeper/,
  },
  {
    task: "session list",
    args: { account: "kepper" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /session list --account keeper/,
  },
  {
    task: "session grant",
    args: { session: "keeper.dayly" },
    code: "SESSION_UNKNOWN",
    names: "dayly",
    next: /session grant keeper\.daily/,
  },
  {
    task: "session revoke",
    args: { session: "kepper.daily" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /session revoke keeper\.daily/,
  },
  {
    task: "recovery propose",
    args: { account: "kepper", owner: "erin" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /recovery propose --account keeper/,
  },
  {
    task: "recovery approve",
    args: { file: "nowhere.json", as: "frank" },
    code: "APPROVAL_FILE_MISSING",
    names: "nowhere.json",
    next: /recovery propose/,
  },
  {
    task: "recovery execute",
    args: { file: "nowhere.json" },
    code: "APPROVAL_FILE_MISSING",
    names: "nowhere.json",
    next: /recovery propose/,
  },
  {
    task: "recovery status",
    args: { account: "kepper" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /recovery status --account keeper/,
  },
  {
    task: "recovery cancel",
    args: { account: "kepper" },
    code: "ACCOUNT_UNKNOWN",
    names: "kepper",
    next: /recovery cancel --account keeper/,
  },
  {
    task: "recovery freeze",
    args: { account: "keeper", as: "erin" },
    code: "NOT_A_GUARDIAN",
    names: "erin",
    next: /--as and one of: .*frank/,
  },
  {
    task: "handoff verify",
    args: { address: "counsil" },
    code: "PRINCIPAL_UNKNOWN",
    names: "counsil",
    next: /handoff verify --address council/,
  },
  {
    task: "roles list",
    args: { contract: "vualt" },
    code: "UNKNOWN_CONTRACT",
    names: "vualt",
    next: /roles list --contract vault/,
  },
  {
    task: "roles who",
    args: { function: "vault" },
    code: "FUNCTION_SYNTAX",
    names: "vault",
    next: /npx hardhat roles who vault\.\w+/,
  },
  {
    task: "roles who",
    args: { function: "vualt.withdraw" },
    code: "UNKNOWN_CONTRACT",
    names: "vualt",
    next: /roles who vault\.withdraw/,
  },
  {
    task: "roles who",
    args: { function: "vault.withdrow" },
    code: "UNKNOWN_FUNCTION",
    names: "withdrow",
    next: /roles who vault\.withdraw/,
  },
  {
    task: "roles grant",
    args: { role: "pausr", principal: "watcher" },
    code: "ROLE_UNKNOWN",
    names: "pausr",
    next: /roles grant pauser watcher/,
  },
  {
    task: "roles grant",
    args: { role: "pauser", principal: "wacher", for: "2h", temporary: true },
    code: "PRINCIPAL_UNKNOWN",
    names: "wacher",
    next: /roles grant pauser watcher --for 2h --temporary/,
  },
  {
    task: "roles grant",
    args: { role: "pauser", principal: "watcher", for: "2 parsecs" },
    code: "DURATION_INVALID",
    names: "2 parsecs",
    next: /2 days|7 days|2h/,
  },
  {
    task: "roles grant",
    args: { role: "pauser", principal: "watcher", for: "2h", until: "2027-01-01" },
    code: "OPTION_CONFLICT",
    names: "--until",
    next: /one of them/,
  },
  {
    task: "roles revoke",
    args: { role: "pausr", principal: "watcher" },
    code: "ROLE_UNKNOWN",
    names: "pausr",
    next: /roles revoke pauser watcher/,
  },
  {
    task: "roles renew",
    args: { role: "pauser", principal: "watcher" },
    code: "OPTION_MISSING",
    names: "--until",
    next: same("roles renew pauser watcher --until"),
  },
  {
    task: "roles renew",
    args: { role: "pauser", principal: "watcher", until: "soon" },
    code: "INSTANT_INVALID",
    names: "soon",
    next: /2027-06-30/,
  },
  {
    task: "timelock propose",
    args: lines,
    code: "NOTHING_TO_PROPOSE",
    names: "call",
    next: same("timelock propose --call"),
  },
  {
    task: "timelock propose",
    args: { call: limit.call, reason: "r" },
    code: "TITLE_MISSING",
    names: "title",
    next: /--title '…'/,
  },
  {
    task: "timelock propose",
    args: { ...limit, call: "vualt.setLimit(1 ether)" },
    code: "CALL_UNKNOWN_CONTRACT",
    names: "vualt",
    next: /--call 'vault\.setLimit\(1 ether\)'/,
  },
  {
    task: "timelock propose",
    args: { ...limit, call: "vault.setLimt(1 ether)" },
    code: "CALL_UNKNOWN_FUNCTION",
    names: "setLimt",
    next: /--call 'vault\.setLimit\(1 ether\)'/,
  },
  {
    task: "timelock propose",
    args: { ...limit, call: "token.transfer(alcie, 1)" },
    code: "CALL_UNKNOWN_NAME",
    names: "alcie",
    next: /transfer\(alice, 1\)/,
  },
  {
    task: "timelock propose",
    args: { ...limit, call: "vault.setLimit(1 ether, 2)" },
    code: "CALL_ARGUMENT_COUNT",
    names: "setLimit",
    next: /write 1 value.*uint256/,
  },
  {
    task: "timelock propose",
    args: { ...limit, call: "vault.setLimit(alice)" },
    code: "CALL_ARGUMENT_TYPE",
    names: "uint256",
    next: /.+/,
  },
  {
    task: "timelock propose",
    args: { ...limit, as: "counsil" },
    code: "PRINCIPAL_UNKNOWN",
    names: "counsil",
    next: /--as council/,
  },
  {
    task: "timelock propose",
    args: { ...limit, as: "alice" },
    code: "NOT_PROPOSER",
    names: "alice",
    next: /--as council/,
  },
  {
    task: "timelock propose",
    args: { ...limit, timelock: "timelok" },
    code: "PRINCIPAL_UNKNOWN",
    names: "timelok",
    next: /--timelock timelock/,
  },
  {
    task: "timelock propose",
    args: { ...limit, deadline: "soon" },
    code: "INSTANT_INVALID",
    names: "soon",
    next: /2027-06-30/,
  },
  {
    task: "timelock propose",
    args: { ...limit, simulator: "crystal" },
    code: "UNKNOWN_SIMULATOR",
    names: "crystal",
    next: /--simulator fork/,
  },
  {
    task: "timelock propose",
    args: { ...limit, safeNonce: "next" },
    code: "OPTION_INVALID",
    names: "next",
    next: /--safe-nonce 7/,
  },
  {
    task: "timelock propose",
    args: { ...lines, plan: "nowhere.json" },
    code: "PLAN_FILE_MISSING",
    names: "nowhere.json",
    next: /path/,
  },
  {
    task: "timelock propose",
    args: { resume: "0x1234" },
    code: "OPERATION_UNKNOWN",
    names: "0x1234",
    next: same("timelock list"),
  },
  {
    task: "timelock propose",
    args: limit,
    code: "CONFIRMATION_REQUIRED",
    names: "Propose this?",
    next: /--yes/,
  },
  {
    task: "timelock show",
    args: { id: "nothing" },
    code: "OPERATION_UNKNOWN",
    names: "nothing",
    next: same("timelock list"),
  },
  {
    task: "timelock execute",
    args: { id: "nothing" },
    code: "OPERATION_UNKNOWN",
    names: "nothing",
    next: same("timelock list"),
  },
  {
    task: "timelock execute",
    args: { id: "nothing", safeNonce: "-1" },
    code: "OPTION_INVALID",
    names: "-1",
    next: /--safe-nonce 7/,
  },
  {
    task: "timelock cancel",
    args: { id: "nothing" },
    code: "OPERATION_UNKNOWN",
    names: "nothing",
    next: same("timelock list"),
  },
  {
    task: "upgrade validate",
    args: { contract: "vault" },
    code: "ARGUMENT_MISSING",
    names: "vault",
    next: /--to VaultV2/,
  },
  {
    task: "upgrade validate",
    args: { contract: "vualt", to: "VaultV2" },
    code: "UNKNOWN_CONTRACT",
    names: "vualt",
    next: /upgrade validate vault --to VaultV2/,
  },
  {
    task: "upgrade validate",
    args: { contract: "vault", to: "VaultV9" },
    code: "UNKNOWN_ARTIFACT",
    names: "VaultV9",
    next: /npx hardhat build/,
  },
  {
    task: "upgrade propose",
    args: { contract: "vault", to: "VaultV2" },
    code: "ARGUMENT_MISSING",
    names: "reason",
    next: /--reason '…'/,
  },
  {
    task: "upgrade propose",
    args: { contract: "token", to: "VaultV2", ...lines },
    code: "NOT_UPGRADEABLE",
    names: "token",
    next: /proxy/,
  },
  {
    task: "pause",
    args: { contract: "vualt" },
    code: "CALL_UNKNOWN_CONTRACT",
    names: "vualt",
    next: /npx hardhat pause vault --json --network hardhat/,
  },
  {
    task: "pause",
    args: { contract: "token" },
    code: "NOT_PAUSABLE",
    names: "token",
    next: /name a contract|npx/,
  },
  {
    task: "unpause",
    args: { contract: "vault", as: "nobody1" },
    code: "PRINCIPAL_UNKNOWN",
    names: "nobody1",
    next: /roles list/,
  },
  {
    task: "transaction bump",
    args: { id: "nothing" },
    code: "TRANSACTION_UNKNOWN",
    names: "nothing",
    next: same("transaction list"),
  },
  {
    task: "transaction cancel",
    args: { id: "nothing" },
    code: "TRANSACTION_UNKNOWN",
    names: "nothing",
    next: same("transaction list"),
  },
  {
    task: "transaction retry",
    args: { id: "nothing" },
    code: "TRANSACTION_UNKNOWN",
    names: "nothing",
    next: same("transaction list"),
  },
];

describe("what tasks refuse", function () {
  this.timeout(120_000);
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    hre = await openHardhat();
    const { exitCode, stdout, error } = await runTask(hre, "deploy", { json: true });
    expect(error?.message ?? "").to.equal("");
    expect(exitCode, stdout).to.equal(0);
    // "unpause" only has something to refuse where it is paused
    await runTask(hre, "pause", { contract: "vault", yes: true });
  });

  const readError = ({ stdout }: Ran) =>
    (JSON.parse(stdout) as { error: { code: string; message: string; details: object; hint: string } }).error;

  for (const { task, args, code, names, next } of REFUSALS) {
    const typed = Object.entries(args).map(([name, value]) => `${name}: ${value}`);
    it(`error: ${task} ${typed.join(", ")}: ${code}`, async () => {
      const run = await runTask(hre, task, { ...args, json: true });
      expect([run.exitCode, run.error], run.error?.stack).to.deep.equal([1, undefined]);
      expect(Object.keys(JSON.parse(run.stdout))).to.deep.equal(["error"]);
      const error = readError(run);
      expect(Object.keys(error)).to.deep.equal(["code", "message", "details", "hint"]);
      expect(error.code, error.message).to.equal(code);
      expect(error.message).to.contain(names);
      expect(error.hint).to.match(next);
      expect(error.hint).not.to.match(/<\w+>|undefined/);
    });
  }

  it("behavior: every task that takes anything is in the table", () => {
    const tasks: string[] = [];
    const collect = (among: typeof hre.tasks.rootTasks): void => {
      for (const task of among.values()) {
        const own = task.pluginId === "portcullis" && !task.isEmpty;
        const takes = [...task.options.keys()].some(
          (n) => !["policy", "json", "yes", "dryRun", "all"].includes(n),
        );
        if (own && (takes || task.positionalArguments.length > 0)) tasks.push(task.id.join(" "));
        collect(task.subtasks);
      }
    };
    collect(hre.tasks.rootTasks);
    const covered = new Set(REFUSALS.map(({ task }) => task));
    // where nothing differs there is nothing to apply, and nothing to refuse
    expect(tasks.filter((task) => !covered.has(task))).to.deep.equal(["roles apply"]);
  });

  it("error: for people it is one line, the next command behind it, and no stack", async () => {
    const { exitCode, stdout, error } = await runTask(hre, "pause", { contract: "vualt" });
    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    expect(error).to.be.instanceOf(HardhatPluginError);
    expect(error?.message.split("\n")).to.deep.equal([
      'There is no contract "vualt"',
      "  → did you mean vault? `npx hardhat pause vault --network hardhat`",
    ]);
  });

  it("error: without a person, what would be confirmed is shown on stderr", async () => {
    const { stderr, error } = await runTask(hre, "timelock propose", limit);
    expect(stderr).to.contain("vault.setLimit(limit: 1e18)");
    expect(error?.message).to.match(/^Nobody can answer here: Propose this\?\n {2}→ .*--yes/);
  });
});
