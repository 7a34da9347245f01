/**
 * Recovery by two of three EOA guardians of an account whose module is installed: terms given, a recovery asked for,
 * and finalised, the first and a later one, without a quarantine. All are called directly, by EOAs.
 */
import {
  type Address,
  concatHex,
  encodeFunctionData,
  encodePacked,
  type Hex,
  keccak256,
  toHex,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { encodeExecute } from "./accounts.ts";
import type { BenchChain, Deployed } from "./chain.ts";
import { openEntryPoint } from "./operations.ts";
import type { Measurements } from "./rows.ts";

const DAY = 86_400;
const MODULE_TYPE_RECOVERY = BigInt(keccak256(toHex("portcullis.module.recovery")));

const owner = privateKeyToAccount(`0x${"b1".repeat(32)}`);
const heirs = ["c1", "c2"].map((byte) => privateKeyToAccount(`0x${byte.repeat(32)}`).address);
const guardians = ["d1", "d2", "d3"]
  .map((byte) => privateKeyToAccount(`0x${byte.repeat(32)}`))
  .sort((a, b) => (keccak256(a.address) < keccak256(b.address) ? -1 : 1));

const terms = concatHex([
  encodePacked(
    [
      "uint16",
      "uint32",
      "uint32",
      "uint8",
      "uint32",
      "uint32",
      "uint32",
      "uint32",
      "uint128",
      "address",
      "bytes4",
      "uint8",
    ],
    [2, 2 * DAY, 7 * DAY, 3, 30 * DAY, 3 * DAY, 14 * DAY, 0, 0n, `0x${"00".repeat(20)}`, "0x00000000", 0],
  ),
  ...guardians.map(({ address }) => encodePacked(["uint8", "uint16", "address"], [1, 20, address])),
]);

export async function measureRecovery(chain: BenchChain): Promise<Measurements> {
  const recovery = await chain.deploy("GuardianRecovery");
  const account = await prepareAccount(chain, recovery);
  const configure = await chain.measure(recovery, "configure", [terms], chain.accounts[8]);
  const first = await recover(chain, recovery, account, heirs[0] as Address);
  const later = await recover(chain, recovery, account, heirs[1] as Address);
  return {
    "recovery-configure": configure,
    "recovery-schedule": first.schedule,
    "recovery-finalize": first.finalize,
    "recovery-finalize-later": later.finalize,
  };
}

/** With the module, and the same terms. */
async function prepareAccount(chain: BenchChain, recovery: Deployed): Promise<Address> {
  const bundle = await openEntryPoint(chain);
  const sessions = await chain.deploy("SessionValidator");
  const implementation = await chain.deploy("SmartAccount", [
    [zeroHash, zeroHash, zeroHash],
    sessions.address,
  ]);
  const factory = await chain.deploy("SmartAccountFactory", [implementation.address]);
  const args = [owner.address, zeroHash];
  await chain.measure(factory, "createAccount", args);
  const account = (await chain.read(factory, "getAddress", args)) as Address;
  await bundle.fund(account);

  const operation = {
    sender: account,
    sign: (hash: Hex) => owner.sign({ hash }),
    limits: { verification: 100_000n, call: 300_000n },
  };
  const install = [MODULE_TYPE_RECOVERY, recovery.address, "0x"];
  await bundle.send({
    ...operation,
    callData: encodeFunctionData({ abi: implementation.abi, functionName: "installModule", args: install }),
  });
  const configure = encodeFunctionData({ abi: recovery.abi, functionName: "configure", args: [terms] });
  await bundle.send({ ...operation, callData: encodeExecute(recovery.address, 0n, configure) });
  return account;
}

async function recover(chain: BenchChain, recovery: Deployed, account: Address, newOwner: Address) {
  const deadline = Number(await chain.now()) + DAY;
  const hash = (await chain.read(recovery, "recoveryDigest", [account, terms, newOwner, deadline])) as Hex;
  const approvals = await Promise.all(
    guardians.slice(0, 2).map(async (guardian, index) => {
      const signature = await guardian.sign({ hash });
      return encodePacked(["uint8", "uint16", "bytes"], [index, 65, signature]);
    }),
  );
  const request = [account, terms, newOwner, deadline, concatHex(approvals)];
  const schedule = await chain.measure(recovery, "schedule", request);
  await chain.skip(2 * DAY);
  return { schedule, finalize: await chain.measure(recovery, "finalize", [account]) };
}
