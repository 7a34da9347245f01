/** An account's recovery as one network has it. */
import type { Hex } from "viem";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { findTerms } from "../../accounts/recovery/findTerms.ts";
import { type RecoveryState, readRecovery } from "../../accounts/recovery/readRecovery.ts";
import { probe } from "../../chain/probe.ts";
import { PortcullisError } from "../../errors.ts";
import { findAccount } from "../../plan/sessionOrder.ts";
import type { Project } from "../project.ts";

export interface AccountRecovery {
  /** Of the account, in the policy. */
  name: string;
  state: RecoveryState;
  /** The present one; absent of accounts that do not say. */
  owner?: Hex;
  quarantine?: { until: number; left: bigint };
  /** Of the latest block, seconds. */
  now: number;
}

/** @throws PortcullisError ACCOUNT_UNKNOWN, ACCOUNT_MISSING, RECOVERY_NOT_INSTALLED */
export async function readAccountRecovery(project: Project, account: string): Promise<AccountRecovery> {
  const { client, desired, manifest } = project;
  const { name, address } = findAccount(desired, account);
  if (((await client.getCode({ address })) ?? "0x") === "0x")
    throw new PortcullisError("ACCOUNT_MISSING", `There is no smart account ${name} at ${address}`, {
      hint: `npx hardhat account create ${name}`,
      details: { name, address },
    });
  const fromBlock = manifest === undefined ? {} : { fromBlock: manifest.fromBlock };
  const { module, terms } = await findTerms(client, { account: address, ...fromBlock });
  return readState(project, name, { account: address, module, terms });
}

/** By what a file says: the chain is asked whether its terms rule. */
export async function readState(
  { client, now }: Pick<Project, "client" | "now">,
  name: string,
  at: Parameters<typeof readRecovery>[1],
): Promise<AccountRecovery> {
  const question = { address: at.account, abi: smartAccountAbi } as const;
  const [state, owner, recovery, time] = await Promise.all([
    readRecovery(client, at),
    probe(client, { ...question, functionName: "owner" }),
    probe(client, { ...question, functionName: "recovery" }),
    now(),
  ]);
  return {
    name,
    state,
    ...(owner === undefined ? {} : { owner }),
    ...(recovery === undefined || recovery[2] <= Number(time)
      ? {}
      : { quarantine: { until: recovery[2], left: recovery[3] } }),
    now: Number(time),
  };
}
