/** An in-process chain with a real Safe of its first accounts. */
import { network } from "hardhat";
import {
  type Address,
  createWalletClient,
  custom,
  type PublicClient,
  publicActions,
  testActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { planSafeDeployment } from "../../src/safe/deploy.ts";
import type { DeploymentStep } from "../../src/safe/infrastructure.ts";

export async function connectChain() {
  const connection = await network.create();
  const client = createWalletClient({
    chain: hardhat,
    transport: custom(connection.provider),
    pollingInterval: 10,
  })
    .extend(publicActions)
    .extend(testActions({ mode: "hardhat" }));
  return { connection, client, reader: client as unknown as PublicClient };
}

export type Chain = Awaited<ReturnType<typeof connectChain>>;

export async function runStep({ client }: Chain, from: Address, step: DeploymentStep): Promise<void> {
  if (await client.getCode({ address: step.creates })) return;
  const hash =
    step.kind === "broadcast"
      ? await client.sendRawTransaction({ serializedTransaction: step.serialized })
      : await client.sendTransaction({
          account: from,
          to: step.to,
          value: step.value,
          ...(step.kind === "call" ? { data: step.data } : {}),
        });
  await client.waitForTransactionReceipt({ hash });
}

/** `size` owners, the accounts 1 to `size` of the development mnemonic. */
export async function deployLocalSafe(chain: Chain, size: number, threshold: number, saltNonce = 0n) {
  const owners = Array.from({ length: size }, (_, i) => developmentAccount(i + 1));
  const plan = planSafeDeployment({
    chainId: 31337,
    owners: owners.map((o) => o.address),
    threshold,
    saltNonce,
  });
  for (const step of plan.steps) await runStep(chain, developmentAccount(0).address, step);
  return { ...plan, owners };
}

/** Public by design: every development chain funds it. */
export function developmentAccount(addressIndex: number) {
  return mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
}
