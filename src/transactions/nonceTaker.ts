/** Which transaction used a nonce: read from the chain's history, since no node has an index of it. */
import { type Address, hexToNumber, isAddressEqual } from "viem";
import { recoverAuthorizationAddress } from "viem/utils";
import { PortcullisError } from "../errors.ts";
import { messages } from "./broadcastErrors.ts";
import type { BlockTransaction, Chain } from "./chain.ts";
import type { NonceTaker } from "./types.ts";

/**
 * Undefined while the nonce is free.
 *
 * Throws `HISTORY_MISSING` where the node no longer has the states to search: then nothing is proved.
 */
export async function findNonceTaker(
  chain: Chain,
  account: Address,
  nonce: number,
): Promise<NonceTaker | undefined> {
  if ((await chain.nonce(account, "latest")) <= nonce) return undefined;
  const block = await findBlock(chain, account, nonce).catch((cause: unknown) => {
    throw historyMissing(account, nonce, cause);
  });
  const transactions = await chain.blockTransactions(block);
  const sent = transactions?.find((t) => isAddressEqual(t.from, account) && hexToNumber(t.nonce) === nonce);
  if (sent !== undefined) return { hash: sent.hash, block, by: "transaction", to: sent.to };
  for (const transaction of transactions ?? [])
    if (await authorizes(transaction, account, nonce))
      return { hash: transaction.hash, block, by: "authorization", to: transaction.to };
  throw historyMissing(account, nonce, undefined);
}

/** The first block after which the nonce is used. Recent blocks first: few nodes keep the states of old ones. */
async function findBlock(chain: Chain, account: Address, nonce: number): Promise<bigint> {
  const used = async (block: bigint) => (await chain.nonceAt(account, block)) > nonce;
  let above = await chain.blockNumber();
  let below = -1n;
  for (let step = 1n; above > 0n; step *= 2n) {
    const earlier = above > step ? above - step : 0n;
    if (!(await used(earlier))) {
      below = earlier;
      break;
    }
    above = earlier;
  }
  while (above - below > 1n) {
    const middle = (above + below) / 2n;
    if (await used(middle)) above = middle;
    else below = middle;
  }
  return above;
}

async function authorizes(transaction: BlockTransaction, account: Address, nonce: number): Promise<boolean> {
  for (const { chainId, address, nonce: asked, yParity, r, s } of transaction.authorizationList ?? []) {
    if (hexToNumber(asked) !== nonce) continue;
    const authorization = {
      chainId: hexToNumber(chainId),
      address,
      nonce,
      yParity: hexToNumber(yParity),
      r,
      s,
    };
    const by = await recoverAuthorizationAddress({ authorization }).catch(() => undefined);
    if (by !== undefined && isAddressEqual(by, account)) return true;
  }
  return false;
}

function historyMissing(account: Address, nonce: number, cause: unknown): PortcullisError {
  const why = cause === undefined ? "" : `: ${messages(cause).split("\n", 1)[0]}`;
  return new PortcullisError(
    "HISTORY_MISSING",
    `This node cannot show which transaction used nonce ${nonce} of ${account}${why}`,
    {
      hint: "run the same command with a node that keeps old states (an archive node): nothing is signed before it is known",
      details: { account, nonce },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
