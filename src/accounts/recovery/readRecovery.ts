/** What the chain says of an account's recovery. */
import { type Address, type Client, getAddress, type Hex, zeroAddress } from "viem";
import { getChainId, readContract } from "viem/actions";
import { guardianRecoveryAbi as abi } from "../../abi/guardianRecovery.ts";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { PortcullisError } from "../../errors.ts";
import { decodeTerms } from "./terms.ts";
import type { ApprovalPlace } from "./typedData.ts";

/** All times in seconds. */
export interface RecoveryState extends ApprovalPlace {
  /** What waits for its delay; absent where nothing does. */
  request?: {
    readyAt: number;
    expiresAt: number;
    weight: number;
    /** Can neither be vetoed nor replaced. */
    isFinal: boolean;
    /** 20 bytes: the new owner's where it is a key, else the first of its hash. */
    owner: Hex;
    isKey: boolean;
  };
  /** Other terms that wait; `number` is signed by those who veto them. */
  change?: { number: bigint; readyAt: number; expiresAt: number; isRemoval: boolean };
  /** `number`: freezes so far. */
  freeze: { number: bigint; until: number; nextAt: number };
  vetoes: { left: bigint; backAt: number };
  /** When each last proved that it can sign; 0: never. */
  guardians: readonly { signer: Hex; weight: number; lastSeen: number }[];
}

/**
 * @param at `terms`: as the policy or a file has them; compared with what the account committed to
 * @throws PortcullisError RECOVERY_NOT_INSTALLED, RECOVERY_OTHER_TERMS
 */
export async function readRecovery(
  client: Client,
  at: { account: Address; terms: Hex; module?: Address },
): Promise<RecoveryState> {
  const { account, terms } = at;
  const module = at.module ?? (await readModule(client, account));
  const to = { address: module, abi } as const;
  if (!(await readContract(client, { ...to, functionName: "hasTerms", args: [account, terms] })))
    throw otherTerms(account);
  const [chainId, nonce, request, change, freeze, vetoes, guardians] = await Promise.all([
    getChainId(client),
    readContract(client, { ...to, functionName: "nonceOf", args: [account] }),
    readContract(client, { ...to, functionName: "requestOf", args: [account] }),
    readContract(client, { ...to, functionName: "changeOf", args: [account] }),
    readContract(client, { ...to, functionName: "freezeOf", args: [account] }),
    readContract(client, { ...to, functionName: "vetoesOf", args: [account, terms] }),
    Promise.all(
      decodeTerms(terms).guardians.map(async (guardian) => ({
        ...guardian,
        lastSeen: await readContract(client, {
          ...to,
          functionName: "lastSeen",
          args: [account, guardian.signer],
        }),
      })),
    ),
  ]);
  const [number, until, nextAt] = freeze;
  const [left, backAt] = vetoes;
  return {
    chainId,
    module,
    account,
    terms,
    nonce,
    ...(request.readyAt === 0 ? {} : { request }),
    ...(change.readyAt === 0 ? {} : { change }),
    freeze: { number, until, nextAt },
    vetoes: { left, backAt },
    guardians,
  };
}

/** @throws PortcullisError RECOVERY_NOT_INSTALLED */
async function readModule(client: Client, account: Address): Promise<Address> {
  const [module] = await readContract(client, {
    address: account,
    abi: smartAccountAbi,
    functionName: "recovery",
  });
  if (module !== zeroAddress) return getAddress(module);
  throw new PortcullisError("RECOVERY_NOT_INSTALLED", `Nobody replaces a lost owner of ${account}`, {
    hint: "write its `recovery` into the policy, then `npx hardhat roles apply`: its owner installs the module",
    details: { account },
  });
}

const otherTerms = (account: Address): PortcullisError =>
  new PortcullisError("RECOVERY_OTHER_TERMS", `${account} committed to other guardians than these`, {
    hint: "`npx hardhat account show` says which; `npx hardhat roles apply` brings the policy's",
    details: { account },
  });
