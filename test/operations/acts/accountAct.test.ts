/** Operations that pass simulation, and revert in their bundle all the same: the chain changed in between. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Abi, type Address, concatHex, type Hex, zeroAddress, zeroHash } from "viem";
import { decodeCalls } from "../../../src/accounts/encodeCalls.ts";
import { ecdsaSigner, multisigSigner } from "../../../src/accounts/index.ts";
import {
  type AdvanceEnvironment,
  advance,
  draftOperation,
  findUnfinished,
} from "../../../src/operations/advance.ts";
import type { Operation, Route } from "../../../src/operations/types.ts";
import { openMemoryFiles } from "../../../src/plugin/files.ts";
import { refusesWith } from "../../refusedWith.ts";
import { developmentAccount } from "../../safe/localSafe.ts";
import { environmentOf } from "../environment.ts";
import { type AccountWorld, createAccountWorld } from "./accountWorld.ts";

const alice = developmentAccount(1);
const payer = developmentAccount(5);
const till: Address = "0x000000000000000000000000000000000000b0b0";
/** INVALID: whatever calls it fails. */
const BROKEN: Hex = "0xfe";

class Died extends Error {}

describe("operations/acts/accountAct: an operation that reverts in its bundle", () => {
  let world: AccountWorld;
  let files: ReturnType<typeof openMemoryFiles>;
  let facts: AdvanceEnvironment["facts"];

  beforeEach(async () => {
    world = await createAccountWorld();
    files = openMemoryFiles();
    facts = { timelocks: {}, managers: {} };
  });

  const environment = (): AdvanceEnvironment => ({
    ...environmentOf(world.chain, [alice, payer], files),
    facts,
  });

  /** The target breaks after the simulation, before the bundle is included. */
  function breaking(target: Address, then?: () => never): AdvanceEnvironment {
    const env = environment();
    return {
      ...env,
      sender: {
        ...env.sender,
        send: async (intent) => {
          await world.chain.client.setCode({ address: target, bytecode: BROKEN });
          if (then === undefined) return env.sender.send({ ...intent, gas: 1_000_000n });
          await env.sender.submit({ ...intent, gas: 1_000_000n });
          return then();
        },
      },
    };
  }

  const operationOf = (route: Route): Operation => ({
    chainId: 31337,
    title: "Pay",
    reason: "owed",
    deadline: 2n ** 40n,
    calls: [{ to: till, value: 5n, data: "0x" }],
    route,
  });

  async function act(
    env: AdvanceEnvironment,
    operation: Operation,
    stage: "schedule" | "execute" = "execute",
  ) {
    const draft =
      (await findUnfinished(operation, env)) ??
      (await draftOperation({ operation, text: "", policyHash: zeroHash }, env));
    const { file, state } = draft;
    const planned = state.stage!;
    expect(planned.name).to.equal(stage);
    return advance({ file, act: planned.act, stage, state }, env);
  }

  const happened = async () =>
    (await environment().store.list())[0]!.history.map(({ what, stage }) =>
      [what, stage ?? ""].join(" ").trim(),
    );
  const paid = () => world.chain.reader.getBalance({ address: till });
  const transactions = async () => (await environment().sender.list()).map(({ id }) => id);

  it("behavior: history says reverted, a rerun signs another operation, and that one runs once", async () => {
    const pay = operationOf({ kind: "account", account: world.account });
    await refusesWith(act(breaking(till), pay), "TRANSACTION_REVERTED");
    expect(await happened()).to.deep.equal(["created", "reverted execute"]);
    expect(await paid()).to.equal(0n);
    await world.chain.client.setCode({ address: till, bytecode: "0x" });

    await act(environment(), pay);
    expect(await happened()).to.deep.equal(["created", "reverted execute", "executed execute"]);
    expect(await paid()).to.equal(5n);
    const [first, second, ...others] = await transactions();
    expect(others).to.deep.equal([]);
    expect(first).not.to.equal(second);
    expect(await findUnfinished(pay, environment())).to.equal(undefined);
  });

  it("behavior: killed while it is on its way, the next run sees that it reverted, and signs another", async () => {
    const pay = operationOf({ kind: "account", account: world.account });
    const died = breaking(till, () => {
      throw new Died();
    });
    await act(died, pay).catch((error: unknown) => expect(error).to.be.instanceOf(Died));
    expect(await happened()).to.deep.equal(["created"]);
    const left = await findUnfinished(pay, environment());
    expect(left?.file.history.map(({ what }) => what)).to.deep.equal(["created", "reverted"]);
    expect(left?.state.sent).to.equal(undefined);
    await world.chain.client.setCode({ address: till, bytecode: "0x" });

    await act(environment(), pay);
    expect(await paid()).to.equal(5n);
    expect(await transactions()).to.have.length(2);
  });

  it("behavior: a schedule that reverts in its bundle is scheduled again, and the timelock runs it once", async () => {
    const timelock = await deployTimelock();
    facts = { timelocks: { [timelock]: { delay: 0n, executors: [zeroAddress] } }, managers: {} };
    const code = (await world.chain.reader.getCode({ address: timelock }))!;
    await world.chain.client.setBalance({ address: timelock, value: 100n });
    const pay = operationOf({
      kind: "timelock",
      timelock,
      proposer: { kind: "account", account: world.account },
    });

    await refusesWith(act(breaking(timelock), pay, "schedule"), "TRANSACTION_REVERTED");
    await world.chain.client.setCode({ address: timelock, bytecode: code });
    expect(await happened()).to.deep.equal(["created", "reverted schedule"]);
    await act(environment(), pay, "schedule");
    await act(environment(), pay, "execute");
    expect(await happened()).to.deep.equal([
      "created",
      "reverted schedule",
      "scheduled schedule",
      "executed execute",
    ]);
    expect(await paid()).to.equal(5n);
  });

  describe("of an account with several owners", () => {
    const [bob, carol] = [developmentAccount(2), developmentAccount(3)];
    let joint: Address;
    beforeEach(async () => {
      const verifier = (await world.deploy("WeightedMultisigVerifier")).address;
      const members = [alice, bob, carol].map((key) => ({ member: ecdsaSigner(key) }));
      joint = await world.create(multisigSigner({ verifier, threshold: 2, members }).signer);
    });
    const at = (...keys: Parameters<typeof environmentOf>[1][number][]) => ({
      ...environmentOf(world.chain, [...keys, payer], files),
      facts,
    });

    it("behavior: as many of its owners as it takes sign in turn", async () => {
      const { outcome } = await act(at(carol, alice), operationOf({ kind: "account", account: joint }));
      expect(outcome).to.deep.include({ status: "done", by: joint });
      expect(await paid()).to.equal(5n);
    });

    it("error: MULTISIG_SIGNERS_MISSING where fewer are here, by name, and nothing is sent", async () => {
      const error = await refusesWith(
        act(at(bob), operationOf({ kind: "account", account: joint })),
        "MULTISIG_SIGNERS_MISSING",
      );
      expect(error.details.missing).to.have.length(2);
      expect(await transactions()).to.deep.equal([]);
    });

    it("error: OWNER_SIGNS_ELSEWHERE for a passkey, with what is to be signed", async () => {
      const verifier = (await world.deploy("ERC7913WebAuthnVerifier")).address;
      const account = await world.create(concatHex([verifier, `0x${"11".repeat(64)}`]));
      const error = await refusesWith(
        act(at(alice), operationOf({ kind: "account", account })),
        "OWNER_SIGNS_ELSEWHERE",
      );
      expect(decodeCalls(error.details.callData as Hex)).to.deep.equal([{ to: till, value: 5n, data: "0x" }]);
      expect(await transactions()).to.deep.equal([]);
    });
  });

  async function deployTimelock(): Promise<Address> {
    const { client } = world.chain;
    const path = import.meta.resolve("@openzeppelin/contracts/build/contracts/TimelockController.json");
    const { abi, bytecode } = JSON.parse(readFileSync(fileURLToPath(path), "utf8")) as {
      abi: Abi;
      bytecode: Hex;
    };
    const args = [0n, [world.account], [zeroAddress], zeroAddress];
    const hash = await client.deployContract({ account: payer, abi, bytecode, args });
    return (await client.waitForTransactionReceipt({ hash })).contractAddress as Address;
  }
});
