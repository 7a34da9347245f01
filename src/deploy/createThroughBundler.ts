/** An account's first operation creates it: the owner signs, a bundler includes it, and the account pays. */
import type { Address, Hex } from "viem";
import { type EntryPointVersion, entryPoints } from "../accounts/entryPoints.ts";
import { toJson } from "../json.ts";
import { actThroughBundler } from "../operations/acts/bundlerAct.ts";
import type { BundlerAccess } from "../operations/acts/types.ts";
import { readUserOperation } from "../operations/store/operationFile.ts";
import type { DesiredContract } from "../policy/desired.ts";
import type { AccountStep } from "./planAccounts.ts";
import type { DeployContext } from "./types.ts";

/** Kept before it is sent: run again, it asks what became of it first. Throws what `actThroughBundler` throws. */
export async function createThroughBundler(
  { client, chainId, rpc, signers, files, bundler }: DeployContext & { bundler: BundlerAccess },
  { account }: Pick<DesiredContract, "account">,
  { creates, to, data }: AccountStep,
): Promise<void> {
  if (account === undefined) throw new Error(`${creates} is not a smart account`);
  const path = `creations/${creates}.json`;
  const text = await files.read(path);
  const version = versionOf(account.entryPoint);
  await actThroughBundler(
    {
      account: { address: creates, owner: account.owner as Hex, version },
      creation: { factory: to, factoryData: data },
      callData: "0x",
      stage: "execute",
      kept: text === undefined ? undefined : readUserOperation(text, path),
      keep: (operation) => files.write(path, `${toJson(operation)}\n`),
    },
    { client, chainId, rpc, signers, bundler },
  );
}

function versionOf(address: Address): EntryPointVersion {
  return address.toLowerCase() === entryPoints["0.7"].address.toLowerCase() ? "0.7" : "0.9";
}
