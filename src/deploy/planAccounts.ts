/** Smart accounts and what they share: their addresses follow from code, owner and salt, so they are known before they exist. */
import { type Abi, type Address, encodeDeployData, encodeFunctionData, type Hex } from "viem";
import { planDeterministic } from "../accounts/deterministicDeployer.ts";
import { predictAccountAddress } from "../accounts/predictAddress.ts";
import type { Desired, DesiredContract } from "../policy/desired.ts";
import { loadCode } from "./record.ts";
import type { DeployContext } from "./types.ts";

const factoryAbi = [
  {
    type: "function",
    name: "createAccount",
    stateMutability: "nonpayable",
    inputs: [
      { name: "owner", type: "bytes" },
      { name: "salt", type: "bytes32" },
    ],
    outputs: [{ name: "account", type: "address" }],
  },
] as const satisfies Abi;

/** A transaction that brings code to `creates`. Anyone may send it. */
export interface AccountStep {
  name: string;
  label: string;
  creates: Address;
  to: Address;
  data: Hex;
}

/** Only what the manifest does not know yet, a part before what is made of it. */
export async function planAccounts(
  context: Pick<DeployContext, "compile" | "artifacts">,
  known: Readonly<Record<string, Address>>,
): Promise<{ addresses: Record<string, Address>; steps: AccountStep[] }> {
  const addresses: Record<string, Address> = { ...known };
  const steps: AccountStep[] = [];
  for (;;) {
    const desired = await context.compile(addresses);
    const next = desired.contracts.find((contract) => isNext(desired, contract));
    if (next === undefined) return { addresses, steps };
    const step = next.accountOrigin === undefined ? await planPart(context, next) : planAccount(next);
    steps.push(step);
    addresses[next.name] = step.creates;
  }
}

function isNext(
  { unresolved }: Desired,
  { name, deployment, accountPart, accountOrigin }: DesiredContract,
): boolean {
  const ours = accountPart === true || accountOrigin !== undefined;
  return (
    ours && unresolved.includes(name) && (deployment?.after ?? []).every((part) => !unresolved.includes(part))
  );
}

async function planPart(
  context: Pick<DeployContext, "artifacts">,
  { name, deployment }: DesiredContract,
): Promise<AccountStep> {
  const artifact = deployment?.artifact ?? "";
  const { abi, bytecode } = await loadCode(context, artifact);
  const { address, ...call } = planDeterministic(
    encodeDeployData({ abi, bytecode, args: [...(deployment?.args ?? [])] }),
  );
  return { name, label: `create ${artifact}`, creates: address, ...call };
}

function planAccount({ name, account, accountOrigin: origin }: DesiredContract): AccountStep {
  if (account === undefined || origin === undefined) throw new Error(`${name} is not a smart account`);
  const { factory, salt } = origin;
  return {
    name,
    label: `create the smart account "${name}"`,
    creates: predictAccountAddress({ ...origin, owner: account.owner }),
    to: factory,
    data: encodeFunctionData({ abi: factoryAbi, functionName: "createAccount", args: [account.owner, salt] }),
  };
}
