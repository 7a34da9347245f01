import { expect } from "chai";
import { confirmNetwork } from "../../src/plugin/confirmNetwork.ts";
import type { Desired } from "../../src/policy/desired.ts";
import { refusesWith } from "../refusedWith.ts";

const project = { network: "sepolia", chainId: 11_155_111 };
const desired = (tier: Desired["tier"]) => ({ tier, contracts: [] }) as unknown as Desired;
const nobody = async () => expect.fail("nobody is to be asked");

describe("confirmNetwork", () => {
  const terminal = process.stdin.isTTY;
  afterEach(() => {
    process.stdin.isTTY = terminal;
  });

  it("behavior: a development network needs no confirmation", async () => {
    await confirmNetwork(project, desired("development"), "", nobody);
  });

  it("behavior: elsewhere the network named again is enough", async () => {
    await confirmNetwork(project, desired("production"), "sepolia", nobody);
    await confirmNetwork(project, desired("staging"), "sepolia", nobody);
  });

  it("error: elsewhere it is refused where it is not named and nobody can answer", async () => {
    process.stdin.isTTY = false;
    const error = await refusesWith(
      confirmNetwork(project, desired("staging"), "", nobody),
      "NETWORK_UNCONFIRMED",
    );
    expect(error.hint).to.equal("npx hardhat deploy --network sepolia --confirm-network sepolia");
  });

  it("error: another network's name is no confirmation", async () => {
    process.stdin.isTTY = true;
    await refusesWith(
      confirmNetwork(project, desired("production"), "mainnet", nobody),
      "NETWORK_UNCONFIRMED",
    );
  });

  it("behavior: a person is asked what would go where, and a no is an error", async () => {
    process.stdin.isTTY = true;
    let asked = "";
    const answer = (yes: boolean) => async (question: string) => {
      asked = question;
      return yes;
    };
    await confirmNetwork(project, desired("production"), "", answer(true));
    expect(asked).to.include("sepolia (chain 11155111, production)");
    await refusesWith(confirmNetwork(project, desired("production"), "", answer(false)), "STOPPED");
  });
});
