/**
 * Timelocks over an Ownable's setter, non-zero to non-zero: one call, and five calls of one batch. Proposer and
 * executor are the same account, execution is closed, salt and predecessor are zero; the order of measurements is the
 * same for all.
 */
import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, zeroHash } from "viem";
import type { BenchChain, Deployed } from "./chain.ts";
import type { Measurements } from "./rows.ts";

const DAY = 86_400;
const DELAY = 2 * DAY;

export async function measureTimelock(chain: BenchChain): Promise<Measurements> {
  const [proposer] = chain.accounts as [Address];
  const timelock = await chain.deploy("Timelock", [
    {
      delay: DELAY,
      floor: DAY,
      ceiling: 30 * DAY,
      expiry: 14 * DAY,
      vetoWindow: 124 * DAY,
      vetoLimit: 4,
      proposers: [proposer],
      executors: [proposer],
      cancellers: [],
      guardians: [chain.accounts[1]],
    },
  ]);
  return measureOpenZeppelinShape(chain, timelock);
}

export async function measureOpenZeppelinTimelock(chain: BenchChain): Promise<Measurements> {
  const [proposer] = chain.accounts as [Address];
  const timelock = await chain.deploy("OpenZeppelinTimelock", [DELAY, [proposer], [proposer]]);
  return measureOpenZeppelinShape(chain, timelock);
}

export async function measureSoladyTimelock(chain: BenchChain): Promise<Measurements> {
  const [proposer] = chain.accounts as [Address];
  const timelock = await chain.deploy("SoladyTimelock");
  const none = "0x0000000000000000000000000000000000000000";
  await chain.measure(timelock, "initialize", [DELAY, none, [proposer], [proposer], []]);
  const target = await chain.deploy("OwnableTarget", [timelock.address]);
  // ERC-7821's batch mode without opData.
  const mode = `0x01${"00".repeat(31)}` as Hex;

  const run = async (count: number) => {
    const data = encodeAbiParameters(
      [{ type: "tuple[]", components: [{ type: "address" }, { type: "uint256" }, { type: "bytes" }] }],
      [setters(target, count).map((payload) => [target.address, 0n, payload] as const)],
    );
    const schedule = await chain.measure(timelock, "propose", [mode, data, DELAY]);
    await chain.skip(DELAY);
    return { schedule, execute: await chain.measure(timelock, "execute", [mode, data]) };
  };
  return toRows(await run(1), await run(5));
}

async function measureOpenZeppelinShape(chain: BenchChain, timelock: Deployed): Promise<Measurements> {
  const target = await chain.deploy("OwnableTarget", [timelock.address]);

  const [payload] = setters(target, 1) as [Hex];
  const call = [target.address, 0n, payload, zeroHash, zeroHash];
  const one = { schedule: await chain.measure(timelock, "schedule", [...call, DELAY]), execute: 0n };
  await chain.skip(DELAY);
  one.execute = await chain.measure(timelock, "execute", call);

  const payloads = setters(target, 5);
  const batch = [payloads.map(() => target.address), payloads.map(() => 0n), payloads, zeroHash, zeroHash];
  const five = { schedule: await chain.measure(timelock, "scheduleBatch", [...batch, DELAY]), execute: 0n };
  await chain.skip(DELAY);
  five.execute = await chain.measure(timelock, "executeBatch", batch);

  return toRows(one, five);
}

const setters = (target: Deployed, count: number): Hex[] =>
  Array.from({ length: count }, (_, index) =>
    encodeFunctionData({ abi: target.abi, functionName: "set", args: [index + 2 + count] }),
  );

const toRows = (
  one: { schedule: bigint; execute: bigint },
  five: { schedule: bigint; execute: bigint },
): Measurements => ({
  "timelock-schedule-1": one.schedule,
  "timelock-execute-1": one.execute,
  "timelock-schedule-5": five.schedule,
  "timelock-execute-5": five.execute,
});
