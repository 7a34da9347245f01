/** The geth on the PATH as a development node: its own genesis, and in it what anvil would have or be given. */
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Hex, numberToHex, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { listEntryPointCode } from "../../../test/entryPoints.ts";
import { type ChainClient, type DevNode, funded } from "./devNode.ts";

const GAS_LIMIT = 36_000_000;
const apis = "eth,debug,web3,net,txpool,dev";

/** The deterministic deployer, through which Alto deploys what it simulates with. */
const deployer = {
  address: "0x4e59b44847b379578588920cA78FbF26c0B4956C",
  code: "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3",
} as const;

/** Undefined where the PATH has none. */
export function findGeth(): DevNode | undefined {
  try {
    execFileSync("geth", ["version"], { stdio: "ignore" });
    return gethNode;
  } catch {
    return undefined;
  }
}

const gethNode: DevNode = {
  tracesValidation: true,
  start(port, folder) {
    const [genesis, data] = [join(folder, "genesis.json"), join(folder, "geth")];
    writeFileSync(genesis, JSON.stringify(createGenesis()));
    execFileSync("geth", ["init", "--datadir", data, genesis], { stdio: ["ignore", "ignore", "pipe"] });
    const options = ["--dev", "--datadir", data, "--http", "--http.port", String(port), "--http.api", apis];
    return spawn("geth", [...options, "--ipcdisable", "--nodiscover", "--port", "0"], { stdio: "ignore" });
  },
  // From its first block.
  etch: async () => {},
  passTime,
};

function createGenesis(): unknown {
  const genesis = JSON.parse(execFileSync("geth", ["--dev", "dumpgenesis"], { encoding: "utf8" }));
  const code = [...listEntryPointCode(), [deployer.address, deployer.code] as const];
  return {
    ...genesis,
    config: { ...genesis.config, chainId: anvil.id },
    gasLimit: numberToHex(GAS_LIMIT),
    alloc: {
      ...genesis.alloc,
      // Nonce 1, as contracts have it.
      ...Object.fromEntries(
        code.map(([address, runtime]) => [address, { balance: "0x0", nonce: "0x1", code: runtime }]),
      ),
      ...Object.fromEntries(Object.values(funded).map((key) => [addressOf(key), { balance }])),
    },
  };
}

const balance = numberToHex(parseEther("10000"));
const addressOf = (key: Hex) => privateKeyToAccount(key).address;

/** It has no clock to set, but each block is a second after the one before at least, and a withdrawal makes a block. */
async function passTime(client: ChainClient, seconds: number): Promise<void> {
  const time = async () => (await client.getBlock()).timestamp;
  const end = (await time()) + BigInt(seconds);
  const withdrawal = { index: "0x0", validatorIndex: "0x0", address: deployer.address, amount: "0x0" };
  while ((await time()) < end)
    await client.request<{ Method: string; Parameters: unknown[]; ReturnType: null }>({
      method: "dev_addWithdrawal",
      params: [withdrawal],
    });
}
