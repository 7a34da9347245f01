/** Run by terminal.test.ts on a terminal: a deployment, and the same proposal three times; says on stdout what became of it. */
import hre from "hardhat";
import { explainFault } from "../../src/explainFault.ts";

const say = (words: object) => process.stdout.write(`\nSAID ${JSON.stringify(words)}\n`);

async function session(): Promise<void> {
  const run = (task: string, args: object = {}) => hre.tasks.getTask(task.split(" ")).run({ ...args });
  const { provider } = await hre.network.getOrCreate();
  const block = async () => Number(await provider.request({ method: "eth_blockNumber" }));

  await run("deploy");
  for (const turn of [1, 2, 3]) {
    const before = await block();
    const proposal = { call: "vault.setLimit(11 ether)", title: "Raise", reason: "r", as: "council" };
    const failed = await run("timelock propose", proposal).then(
      () => undefined,
      (error: Error) => ({ code: explainFault(error.cause)?.code, message: error.message }),
    );
    say({ turn, terminal: process.stdin.isTTY === true, failed, sent: (await block()) - before });
  }
}

// Mocha loads every file of this folder as a test; only `hardhat run` means this one.
if (typeof globalThis.describe === "undefined") {
  await session();
  process.exit(0);
}
