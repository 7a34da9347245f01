import { expect } from "chai";
import {
  completeCommands,
  completeHint,
  type KnownTask,
  type Typed,
  writeCommand,
} from "../../tasks/commandLine.ts";

const options = [
  { name: "as", flag: false },
  { name: "title", flag: false },
  { name: "policy", flag: false },
  { name: "safeNonce", flag: false },
  { name: "yes", flag: true },
];
const tasks: KnownTask[] = [
  { id: ["timelock", "show"], positional: ["id"], options, ours: true },
  { id: ["pause"], positional: ["contract"], options: options.slice(0, 1), ours: true },
  { id: ["build"], positional: [], options: [], ours: false },
];
const find = (words: readonly string[]) => tasks.find(({ id }) => id.every((word, i) => words[i] === word));
const typed: Typed = {
  task: tasks[0] as KnownTask,
  args: { id: "Vault's V2", as: "", title: "", policy: "my policies/a.ts", safeNonce: "7", yes: true },
  network: "sepolia",
};

describe("tasks/commandLine", () => {
  it("behavior: a command is written as it was typed, quoted for a shell", () => {
    expect(writeCommand(typed)).to.equal(
      "npx hardhat timelock show 'Vault'\\''s V2' --policy 'my policies/a.ts' --safe-nonce 7 --yes --network sepolia",
    );
  });

  it("behavior: commands of a text get the network and the policy, once, where the task has them", () => {
    const complete = (text: string) => completeCommands(text, typed, find);
    const added = "--network sepolia --policy 'my policies/a.ts'";
    expect(complete("npx hardhat timelock show 0x12")).to.equal(`npx hardhat timelock show 0x12 ${added}`);
    expect(complete("read `npx hardhat timelock show a`, then go")).to.equal(
      `read \`npx hardhat timelock show a ${added}\`, then go`,
    );
    expect(complete("npx hardhat pause vault")).to.equal("npx hardhat pause vault --network sepolia");
    expect(complete("`npx hardhat pause vault --network localhost`")).to.equal(
      "`npx hardhat pause vault --network localhost`",
    );
    expect(complete("npx hardhat build")).to.equal("npx hardhat build");
    expect(complete(complete("npx hardhat timelock show a"))).to.equal(
      complete("npx hardhat timelock show a"),
    );
  });

  it("behavior: what was misspelt is put right in the command that was typed", () => {
    const args = { id: "vault.widraw", policy: "" };
    const hint = completeHint(
      "did you mean withdraw?",
      { written: "widraw", nearest: "withdraw" },
      { ...typed, args },
      find,
    );
    expect(hint).to.equal(
      "did you mean withdraw? `npx hardhat timelock show vault.withdraw --network sepolia`",
    );
    const none = completeHint(
      "did you mean b?",
      { written: "a", nearest: "b" },
      { ...typed, args: {} },
      find,
    );
    expect(none).to.equal("did you mean b?");
  });

  it("behavior: what is to be added is added to the command that was typed", () => {
    const args = { id: "x", policy: "", yes: false };
    const complete = (hint: string) => completeHint(hint, {}, { ...typed, args }, find);
    expect(complete("add --as council (proposers: council)")).to.contain(
      "`npx hardhat timelock show x --as council --network sepolia`",
    );
    expect(complete("read what is above, then add --yes")).to.contain("show x --yes --network sepolia`");
    expect(complete("add --title '…'")).to.contain("--title '…'");
    expect(complete("add --network mainnet, or change the policy")).to.contain("--network mainnet`");
    expect(complete("wait and run the same command again")).to.contain(
      "`npx hardhat timelock show x --network",
    );
    expect(complete("add --unheard of")).to.equal("add --unheard of");
  });
});
