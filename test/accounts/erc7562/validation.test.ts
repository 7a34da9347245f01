/** ERC-7562 over traces of real validations: the account's own, the session validator's in every mode, and known bad ones. */
import { expect } from "chai";
import {
  type Address,
  concatHex,
  encodeFunctionData,
  encodePacked,
  type Hex,
  parseEther,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { encodeSession } from "../../../src/accounts/sessions/encodeSession.ts";
import { encodeSessionSignature } from "../../../src/accounts/sessions/encodeSessionSignature.ts";
import type { Session } from "../../../src/accounts/sessions/session.ts";
import { hasAnvil, type LocalNode, startNode } from "../../sandbox.ts";
import { badValidators, installable } from "./badValidators.ts";
import { createWorld, owner, type World } from "./world.ts";

const key = privateKeyToAccount(`0x${"5e".repeat(32)}`);
const TARGET: Address = "0x00000000000000000000000000000000000c0ffe";
const TRANSFER = "0xa9059cbb";

describe("ERC-7562 of validations", function () {
  this.timeout(240_000);
  let node: LocalNode;
  let world: World;

  before(async function () {
    if (!hasAnvil) this.skip();
    node = await startNode("anvil");
    world = await createWorld(node.url, "0.9");
  });
  after(() => node?.stop());

  it("behavior: the owner's validation is clean", async () => {
    const sign = (hash: Hex) => owner.sign({ hash });
    expect(await world.check({ callData: executeNothing(world), sign })).to.deep.equal([]);
  });

  const modes: Record<string, Partial<Session>> = {
    "a cap per call": { caps: [{ asset: TARGET, perCall: 10n }] },
    "a cumulative cap": { caps: [{ asset: TARGET, total: 10n }] },
    "a cap per period": { caps: [{ asset: TARGET, perPeriod: 10n }], period: 86_400 },
    "uses and gas counted": { caps: [{ asset: TARGET, perCall: 10n }], maxUses: 5, maxGasTotal: 100_000_000 },
    "a rule on an argument": {
      actions: [
        {
          target: TARGET,
          selector: TRANSFER,
          rules: [{ operator: "atMost", path: [1], values: [word(5n)] }],
        },
      ],
    },
    "an owner's approval above an amount": { caps: [{ asset: TARGET, perCall: 10n, coSignAbove: 1n }] },
  };
  for (const [name, terms] of Object.entries(modes)) {
    it(`behavior: a session with ${name} is clean, granted inside the operation and before it`, async () => {
      expect(await checkSession(world, terms, "inside")).to.deep.equal([]);
      expect(await checkSession(world, terms, "before")).to.deep.equal([]);
    });
  }

  for (const [rule, validators] of Object.entries(badValidators)) {
    for (const [name, code] of Object.entries(validators)) {
      it(`error: ${rule} is found in a validator that ${name}`, async () => {
        const address: Address = `0x${(0xbad0000n + BigInt(++installed)).toString(16).padStart(40, "0")}`;
        await world.client.setCode({ address, bytecode: installable(code) });
        await world.run(
          encodeFunctionData({
            abi: world.accountAbi,
            functionName: "installModule",
            args: [1n, address, "0x"],
          }),
        );
        const found = await world.check({
          validator: address,
          callData: scoped(world, address, zeroHash),
          sign: async () => "0x",
        });
        expect(found.map((violation) => violation.rule)).to.include(rule);
      });
    }
  }
  let installed = 0;

  it("behavior: a validator that does nothing is clean", async () => {
    const address: Address = "0x00000000000000000000000000000000000900d0";
    await world.client.setCode({ address, bytecode: installable("0x") });
    await world.run(
      encodeFunctionData({ abi: world.accountAbi, functionName: "installModule", args: [1n, address, "0x"] }),
    );
    const callData = scoped(world, address, zeroHash);
    expect(await world.check({ validator: address, callData, sign: async () => "0x" })).to.deep.equal([]);
  });
});

let salt = 0;

async function checkSession(world: World, terms: Partial<Session>, granted: "inside" | "before") {
  const { timestamp } = await world.client.getBlock();
  const session = encodeSession({
    salt: `0x${(++salt).toString(16).padStart(8, "0")}`,
    validAfter: 0,
    validUntil: Number(timestamp) + 86_400,
    maxFeePerGas: parseEther("1", "gwei"),
    maxGasPerOperation: 5_000_000,
    signer: key.address,
    caps: [],
    actions: [{ target: TARGET, selector: TRANSFER }],
    ...terms,
  });
  const read = (functionName: string, args: readonly unknown[]) =>
    world.client.readContract({ ...world.sessions, functionName, args }) as Promise<Hex>;
  const id = await read("idOf", [world.account, session]);
  const signGrant = async () => owner.sign({ hash: await read("grantDigest", [world.account, session]) });
  if (granted === "before") {
    const data = encodeFunctionData({ abi: world.sessions.abi, functionName: "grant", args: [session] });
    await world.run(execute(world, world.sessions.address, data));
  }
  const counted =
    terms.maxUses !== undefined ||
    terms.caps?.some(({ total, perPeriod }) => total !== undefined || perPeriod !== undefined);
  return world.check({
    validator: world.sessions.address,
    key: terms.period === undefined ? 0 : Math.floor(Number(timestamp) / terms.period),
    callData: scoped(world, world.sessions.address, counted ? id : zeroHash),
    sign: async (hash) =>
      encodeSessionSignature({
        session,
        ...(granted === "inside" && { grant: await signGrant() }),
        ...(terms.caps?.some(({ coSignAbove }) => coSignAbove !== undefined) && {
          approval: await owner.sign({ hash: await read("approvalDigest", [world.account, id, hash]) }),
        }),
        signature: await key.sign({ hash }),
      }),
  });
}

/** transfer(somebody, 5) of a contract that is not there: only the validation is looked at. */
const scoped = (world: World, validator: Address, context: Hex): Hex => {
  const transfer = concatHex([TRANSFER, word(1n), word(5n)]);
  const execution = encodePacked(["address", "uint256", "bytes"], [TARGET, 0n, transfer]);
  const args = [validator, context, zeroHash, execution];
  return encodeFunctionData({ abi: world.accountAbi, functionName: "executeScoped", args });
};

const execute = (world: World, target: Address, data: Hex): Hex => {
  const execution = encodePacked(["address", "uint256", "bytes"], [target, 0n, data]);
  return encodeFunctionData({ abi: world.accountAbi, functionName: "execute", args: [zeroHash, execution] });
};

const executeNothing = (world: World): Hex => execute(world, TARGET, "0x");

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
