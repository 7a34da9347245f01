/** ERC-7562 over traces of real validations: the account's own, the session validator's in every mode, and known bad ones. */
import { expect } from "chai";
import { P256, PublicKey, WebAuthnP256 } from "ox";
import {
  type Address,
  concatHex,
  encodeFunctionData,
  encodePacked,
  type Hex,
  keccak256,
  pad,
  parseEther,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  type AccountSigner,
  ecdsaSigner,
  multisigSigner,
  p256Signer,
  webAuthnSigner,
} from "../../../src/accounts/index.ts";
import { encodeSession } from "../../../src/accounts/sessions/encodeSession.ts";
import { encodeSessionSignature } from "../../../src/accounts/sessions/encodeSessionSignature.ts";
import type { Session } from "../../../src/accounts/sessions/session.ts";
import { hasAnvil, type LocalNode, startNode } from "../../sandbox.ts";
import { badValidators, factoryBefore, installable, payingPaymaster } from "./badValidators.ts";
import { checkValidation } from "./checkValidation.ts";
import { createWorld, depositFor, owner, type World } from "./world.ts";

const key = privateKeyToAccount(`0x${"5e".repeat(32)}`);
const TARGET: Address = "0x00000000000000000000000000000000000c0ffe";
const TRANSFER = "0xa9059cbb";

/** What a session's validation reads and writes differs by these. */
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

const sign = (_: Hex, hash: Hex) => owner.sign({ hash });

const owners: Record<string, (world: World) => Promise<AccountSigner>> = {
  "an ECDSA key": async () => ecdsaSigner(privateKeyToAccount(`0x${"0b".repeat(32)}`)),
  "a P-256 key": createP256Owner,
  "a passkey": createPasskeyOwner,
  "a P-256 key and an ECDSA key together": async (world) => {
    const { address } = await world.deploy("WeightedMultisigVerifier");
    const members = [
      { member: await createP256Owner(world), weight: 1 },
      { member: ecdsaSigner(privateKeyToAccount(`0x${"0c".repeat(32)}`)), weight: 1 },
    ];
    return multisigSigner({ verifier: address, threshold: 2, members });
  },
};

for (const version of ["0.9", "0.7"] as const) {
  describe(`ERC-7562 of validations, EntryPoint v${version}`, function () {
    this.timeout(240_000);
    let node: LocalNode;
    let world: World;

    before(async function () {
      if (!hasAnvil) this.skip();
      node = await startNode("anvil");
      world = await createWorld(node.url, version);
    });
    after(() => node?.stop());

    it("behavior: the owner's validation is clean", async () => {
      expect(await world.check({ callData: executeNothing(world), sign })).to.deep.equal([]);
    });

    for (const [name, terms] of Object.entries(modes)) {
      it(`behavior: a session with ${name} is clean, granted inside the operation and before it`, async () => {
        expect(await checkSession(world, terms, "inside")).to.deep.equal([]);
        expect(await checkSession(world, terms, "before")).to.deep.equal([]);
      });
    }

    for (const [name, createOwner] of Object.entries(owners)) {
      it(`behavior: an account of ${name} is clean as it is created, and later`, async () => {
        const signer = await createOwner(world);
        const { sender, creation } = await world.foresee(signer.signer);
        const operation = { sender, callData: executeNothing(world) };
        const signOperation = (_: Hex, hash: Hex) => signBare(signer, hash);
        expect(await world.check({ ...operation, creation, sign: signOperation })).to.deep.equal([]);
        await world.send(creation.factory, creation.data);
        expect(await world.check({ ...operation, sign: signOperation })).to.deep.equal([]);
      });
    }

    it("behavior: an operation that a paymaster pays for is clean", async () => {
      // Asks for the size of its own code, so that its part of the trace is not empty.
      const paymaster = await createPaymaster(world, "0x303b50");
      expect(await world.check({ callData: executeNothing(world), paymaster, sign })).to.deep.equal([]);
    });
  });
}

describe("ERC-7562, what breaks it", function () {
  this.timeout(240_000);
  let node: LocalNode;
  let world: World;

  before(async function () {
    if (!hasAnvil) this.skip();
    node = await startNode("anvil");
    world = await createWorld(node.url, "0.9");
  });
  after(() => node?.stop());

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

  const badFactories: Record<string, [rule: string, code: (factory: Hex) => Hex]> = {
    "reads its own storage": ["STO-031", (factory) => factoryBefore(factory, "0x5f5450")],
    "reads the time": ["OP-011", (factory) => factoryBefore(factory, "0x4250")],
    "looks at the gas left": ["OP-012", (factory) => factoryBefore(factory, "0x5a50")],
    "creates more than the sender": ["OP-031", (factory) => factoryBefore(factory, "0x", 2)],
  };
  for (const [name, [rule, code]] of Object.entries(badFactories)) {
    it(`error: ${rule} is found in a factory that ${name}`, async () => {
      const address: Address = `0x${(0xfac0000n + BigInt(++installed)).toString(16).padStart(40, "0")}`;
      await world.client.setCode({ address, bytecode: code(world.factory.address) });
      const key = ecdsaSigner(privateKeyToAccount(`0x${"0d".repeat(32)}`));
      const { sender, creation } = await world.foresee(key.signer);
      const found = await world.check({
        sender,
        creation: { ...creation, factory: address },
        callData: executeNothing(world),
        sign: (_, hash) => signBare(key, hash),
      });
      expect(found.map((violation) => violation.rule)).to.include(rule);
    });
  }

  const badPaymasters: Record<string, [rule: string, code: Hex]> = {
    "reads its own storage": ["STO-031", "0x5f5450"],
    "reads the time": ["OP-011", "0x4250"],
    "reads its own balance": ["OP-080", "0x4750"],
    "looks at the gas left": ["OP-012", "0x5a50"],
  };
  for (const [name, [rule, code]] of Object.entries(badPaymasters)) {
    it(`error: ${rule} is found in a paymaster that ${name}`, async () => {
      const paymaster = await createPaymaster(world, code);
      const found = await world.check({ callData: executeNothing(world), paymaster, sign });
      expect(found.map((violation) => violation.rule)).to.include(rule);
    });
  }

  /** What is on record of an account that does not exist yet could be another's word against it. */
  it("error: STO-022 is found in a session's use that creates its account", async () => {
    const { sender, creation } = await world.foresee(owner.address);
    const validation = {
      sender,
      entryPoint: world.entryPoint,
      factory: creation.factory,
      hasCode: () => true,
    };
    const associated = keccak256(concatHex([pad(sender), zeroHash]));
    const frames = (selector: Hex, to: Address, depth: number) => ({
      op: "CALL",
      address: to,
      to,
      depth,
      selector,
    });
    const trace = [
      frames("0x570e1a36", creation.factory, 2),
      { op: "CREATE2", address: creation.factory, depth: 3 },
      frames("0x19822f7c", sender, 1),
      {
        op: "KECCAK256",
        address: world.sessions.address,
        depth: 3,
        input: concatHex([pad(sender), zeroHash]),
      },
      { op: "SLOAD", address: world.sessions.address, depth: 3, slot: associated },
    ];
    const rules = (found: readonly { rule: string }[]) => found.map(({ rule }) => rule);
    expect(rules(checkValidation(trace, validation))).to.deep.equal(["STO-022"]);
    const { factory: _, ...existing } = validation;
    expect(rules(checkValidation(trace, existing))).to.deep.equal([]);
  });
});

async function signBare({ signHash }: AccountSigner, hash: Hex): Promise<Hex> {
  if (signHash === undefined) throw new Error("this owner signs no bare hash");
  return signHash(hash);
}

let paymasters = 0;

async function createPaymaster(world: World, code: Hex): Promise<Address> {
  const address: Address = `0x${(0x9a0000n + BigInt(++paymasters)).toString(16).padStart(40, "0")}`;
  await world.client.setCode({ address, bytecode: payingPaymaster(code) });
  await depositFor(world, address);
  return address;
}

async function createP256Owner(world: World): Promise<AccountSigner> {
  const verifier = (await world.deploy("ERC7913P256Verifier")).address;
  const privateKey = `0x${"0e".repeat(32)}` as const;
  return p256Signer({
    verifier,
    publicKey: PublicKey.toHex(P256.getPublicKey({ privateKey })),
    sign: async (hash) => P256.sign({ payload: hash, privateKey }),
  });
}

async function createPasskeyOwner(world: World): Promise<AccountSigner> {
  const verifier = (await world.deploy("ERC7913WebAuthnVerifier")).address;
  const privateKey = `0x${"0f".repeat(32)}` as const;
  const account = {
    publicKey: PublicKey.toHex(P256.getPublicKey({ privateKey })),
    async sign({ hash }: { hash: Hex }) {
      const { metadata, payload } = WebAuthnP256.getSignPayload({
        challenge: hash,
        flag: 5,
        origin: "https://example.org",
        rpId: "example.org",
      });
      const { r, s } = P256.sign({ payload, privateKey, hash: true });
      const webauthn = { ...metadata, userVerificationRequired: true };
      return { signature: concatHex([word(r), word(s)]), webauthn, raw: undefined as never };
    },
  };
  return webAuthnSigner({ verifier, account: account as Parameters<typeof webAuthnSigner>[0]["account"] });
}

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
  return encodeFunctionData({ abi: world.accountAbi, functionName: "executeAdmitted", args });
};

const execute = (world: World, target: Address, data: Hex): Hex => {
  const execution = encodePacked(["address", "uint256", "bytes"], [target, 0n, data]);
  return encodeFunctionData({ abi: world.accountAbi, functionName: "execute", args: [zeroHash, execution] });
};

const executeNothing = (world: World): Hex => execute(world, TARGET, "0x");

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
