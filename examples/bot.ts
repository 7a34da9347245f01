/**
 * A bot with the session `daily` of the example policy: it stops the vault, and is refused whatever else it tries.
 * It needs its key, and what `account show --json` prints: npx hardhat run examples/bot.ts --network localhost
 */
import { readFileSync } from "node:fs";
import { network } from "hardhat";
import { createSmartAccountClient } from "permissionless";
import {
  decodeSession,
  ecdsaSigner,
  explainRefusal,
  localBundler,
  toSessionAccount,
} from "portcullis/accounts";
import { createPublicClient, custom, encodeFunctionData, parseAbi } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";

const development = (addressIndex: number) =>
  mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
const vaultAbi = parseAbi(["function pause()", "function unpause()"]);

const { provider } = await network.getOrCreate();
const client = createPublicClient({ chain: hardhat, transport: custom(provider), cacheTime: 0 });
const [keeper] = JSON.parse(readFileSync("keeper.json", "utf8")).accounts;
const [{ terms }] = keeper.sessions;
const manifest = JSON.parse(readFileSync("deployments/localhost/manifest.json", "utf8"));
const { address: vault } = manifest.contracts.find(({ name }: { name: string }) => name === "vault");

const seconds = Number((await client.getBlock()).timestamp);
const now = () => seconds;
const place = { chainId: hardhat.id, validator: keeper.sessionValidator, account: keeper.address };
const grant = { ...place, epoch: BigInt(keeper.epoch), session: decodeSession(terms) };
const account = await toSessionAccount({ client, grant, key: ecdsaSigner(development(11)), now });
// The account pays for what the bot does.
await provider.request({ method: "hardhat_setBalance", params: [keeper.address, "0xde0b6b3a7640000"] });
const bundler = localBundler({ client, signer: development(19), now });
const bundlerTransport = custom(bundler, { retryCount: 0 });
const bot = createSmartAccountClient({ account, chain: hardhat, client, bundlerTransport });

for (const functionName of ["pause", "unpause"] as const) {
  const data = encodeFunctionData({ abi: vaultAbi, functionName });
  try {
    const hash = await bot.sendUserOperation({ calls: [{ to: vault, data }] });
    const { success } = await bot.waitForUserOperationReceipt({ hash });
    process.stdout.write(`vault.${functionName}: ${success ? "done" : "reverted"}\n`);
  } catch (error) {
    const book = { chainId: hardhat.id, entries: [{ name: "vault", address: vault, abi: vaultAbi }] };
    process.stdout.write(`vault.${functionName}: ${explainRefusal(error, book).message}\n`);
  }
}
