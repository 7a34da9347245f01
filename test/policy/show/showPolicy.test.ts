import { expect } from "chai";
import { showPolicy } from "../../../src/policy/show/showPolicy.ts";
import { type Change, compileExample } from "../examplePolicy.ts";
import { wrong } from "../problems.ts";

/** Rows of the table under a title, cells trimmed. */
function rows(title: string, change: Change = {}): string[][] {
  const section =
    showPolicy(compileExample(change))
      .split("\n\n")
      .find((text) => text.startsWith(`${title}\n`)) ?? "";
  return section
    .split("\n")
    .slice(3)
    .map((line) => line.trim().split(/ {2,}/));
}

describe("showPolicy", () => {
  it("behavior: says for each function who, how slowly and until when", () => {
    const [upgrade] = rows("Who may do what").filter(([call]) => call === "box.upgradeToAndCall");
    expect(upgrade).to.deep.equal([
      "box.upgradeToAndCall",
      "upgrader",
      "timelock (council (2 of alice, bob, carol), then 2 days)",
      "2 days",
      "for ever",
    ]);
    expect(rows("Who may do what")).to.deep.include(["box.set", "operator", "bot", "1 hour", "2027-06-30"]);
    expect(rows("Who may do what")).to.deep.include([
      "box.pause",
      "pauser",
      "guardians (2 of dave, erin, frank)",
      "at once",
      "for ever",
    ]);
  });

  it("behavior: an account's owner, sessions, and who replaces its owner", () => {
    const recovery = { guardians: { dave: 2, erin: 1, frank: 1 }, threshold: 3, delay: "2 days" };
    const accounts = { keeper: { owner: "alice", recovery }, spare: { owner: "bob" } };
    expect(rows("Smart accounts", wrong({ accounts }))).to.deep.equal([
      ["keeper", "alice", "0.9", "none", "weight 3 of dave (2), erin (1), frank (1), after 2 days"],
      ["spare", "bob", "0.9", "none", "nobody"],
    ]);
  });

  it("behavior: an execution delay and a timelock's add up", () => {
    const change: Change = { roles: { upgrader: { grants: { timelock: { delay: "1 day" } } } } };
    expect(rows("Who may do what", change).find(([call]) => call === "box.upgradeToAndCall")?.[3]).to.equal(
      "3 days",
    );
  });

  it("behavior: contracts without an address go by their name", () => {
    const text = showPolicy(compileExample());
    expect(text).to.match(/timelock +Timelock +not deployed/);
    expect(
      text.split("\n").filter((line) => line.includes("0x")),
      "only keys and the hash",
    ).to.have.length(8);
  });

  it("behavior: lists owners and other admins of contracts that are only administered", () => {
    const at = "hardhat:0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec";
    const accessControl = {
      roles: { MINTER_ROLE: { members: ["bot"] } },
      defaultAdmin: { admin: "timelock", delay: "2 days" as const },
    };
    expect(
      rows("Owners and other admins", { contracts: { old: { at, ownable: "council", accessControl } } }),
    ).to.deep.equal([
      ["old", "owner", "council (2 of alice, bob, carol)"],
      [
        "old",
        "default admin, handed over in 2 days",
        "timelock (council (2 of alice, bob, carol), then 2 days)",
      ],
      ["old", "MINTER_ROLE", "bot"],
    ]);
  });

  it("behavior: a Safe that owns itself does not send it round for ever", () => {
    const change: Change = {
      safes: {
        council: {
          at: "hardhat:0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec",
          owners: ["alice", "bob", "council"],
        },
      },
    };
    expect(rows("Who may do what", change).find(([call]) => call === "box.upgradeToAndCall")?.[2]).to.include(
      "2 of alice, bob, council",
    );
  });
});
