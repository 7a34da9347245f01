/** What the graph says about delays that overlap, held against the managers themselves. */
import { expect } from "chai";
import hre from "hardhat";
import { type Address, encodeFunctionData, type Hex, toFunctionSelector } from "viem";
import type { Path } from "../../src/graph/findPaths.ts";
import { type Means, whoCan } from "../../src/graph/whoCan.ts";
import { readSnapshot } from "../../src/snapshot/readSnapshot.ts";
import { startChain, type TestChain } from "../snapshot/chain.ts";
import { type Artifact, openzeppelin, peer } from "../snapshot/peers.ts";

const DAY = 86_400;
const SET = toFunctionSelector("set(uint256)");
const PUBLIC_ROLE = 2n ** 64n - 1n;

describe("graph: the execution delay of an admin and the admin delay of a target", function () {
  this.timeout(60_000);
  let chain: TestChain;
  let root: Address;
  let admin: Address;

  before(async () => {
    chain = await startChain();
    [root, admin] = chain.accounts as [Address, Address];
  });

  const stock = async (execution: number) => {
    const artifact = openzeppelin("AccessManager");
    const manager = await chain.deploy(artifact, [root]);
    await chain.send(manager, artifact, "grantRole", [0n, admin, execution]);
    return { artifact, manager };
  };
  const ours = async (execution: number) => {
    const { abi, bytecode } = await hre.artifacts.readArtifact("RoleManager");
    const artifact = { abi, bytecode: bytecode as Hex } as Artifact;
    const grants = [{ roleId: 0n, account: admin, executionDelay: execution, until: 0 }];
    const role = { id: 0n, admin: 0n, guardian: 0n, grantDelay: execution, keyBound: false, label: "" };
    return { artifact, manager: await chain.deploy(artifact, [[root], [role], grants]) };
  };

  for (const [flavour, deploy] of [
    ["openzeppelin", stock],
    ["portcullis", ours],
  ] as const) {
    for (const [execution, target] of [
      [DAY, 3 * DAY],
      [3 * DAY, DAY],
    ] as const) {
      it(`behavior: ${flavour}: of ${execution / DAY} and ${target / DAY} days the larger counts, not the sum`, async () => {
        const { artifact, manager } = await deploy(execution);
        const box = await chain.deploy(peer("ManagedBox"), [manager]);
        await chain.send(manager, artifact, "setTargetFunctionRole", [box, [SET], 7n]);
        await chain.send(manager, artifact, "setTargetAdminDelay", [box, target]);
        await chain.increaseTime(6 * DAY);
        const waits = async (selector: Hex | Means, via: string) => {
          const snapshot = await readSnapshot(chain.client, { addresses: [box], follow: true });
          const found = whoCan(snapshot, { target: box, selector }).paths.filter(
            ({ by, steps }: Path) =>
              by.kind === "address" && by.address === admin && steps[0]?.via.kind === via,
          );
          return found.map(({ delay }) => Number(delay));
        };
        /** Seconds that the manager itself makes the admin wait. */
        const scheduled = async (functionName: string, args: readonly unknown[]) => {
          const { abi } = artifact;
          const data = encodeFunctionData({ abi, functionName, args } as never);
          await chain.send(manager, artifact, "schedule", [manager, data, 0], admin);
          const { timestamp } = await chain.client.getBlock();
          const read = (name: string, of: readonly unknown[]) =>
            chain.client.readContract({ address: manager, abi, functionName: name, args: of } as never);
          const id = await read("hashOperation", [admin, manager, data]);
          const wait = Number(await read("getSchedule", [id])) - Number(timestamp);
          await chain.increaseTime(wait - 5);
          await rejects(chain.send(manager, artifact, functionName, args, admin));
          await chain.increaseTime(5);
          await chain.send(manager, artifact, functionName, args, admin);
          return wait;
        };

        expect(await waits(SET, "remap")).to.deep.equal([3 * DAY]);
        const remap = [box, [SET], PUBLIC_ROLE];
        expect(await scheduled("setTargetFunctionRole", remap)).to.equal(3 * DAY);
        await chain.send(box, peer("ManagedBox"), "set", [5n], chain.accounts[7]);

        const halt = await waits("halt", "halt");
        if (flavour === "portcullis") {
          // At once as an admin; as a pauser only once it has granted itself that role.
          expect(halt).to.deep.equal([0, execution]);
          await chain.send(manager, artifact, "setTargetClosed", [box, true], admin);
        } else {
          expect(halt).to.deep.equal([3 * DAY]);
          expect(await scheduled("setTargetClosed", [box, true])).to.equal(3 * DAY);
        }
        await rejects(chain.send(box, peer("ManagedBox"), "set", [6n], chain.accounts[7]));
        expect(await waits("resume", "resume")).to.deep.equal([3 * DAY]);
        expect(await scheduled("setTargetClosed", [box, false])).to.equal(3 * DAY);
      });
    }
  }
});

async function rejects(promise: Promise<unknown>): Promise<void> {
  expect(await promise.then(() => true).catch(() => false)).to.equal(false);
}
