/** The owner grants a session with a signature: the session's first operation carries it, no transaction is needed. */
import type { Address, Client } from "viem";
import { getCode, readContract } from "viem/actions";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import type { AddressBook } from "../../chain/addressBook.ts";
import type { AccountSigner } from "../owners/types.ts";
import { grantTypedData, type SessionGrant, type SessionPlace } from "./grant.ts";
import { requireImmediate } from "./requireImmediate.ts";
import type { Session } from "./session.ts";

/**
 * @example
 * const grant = await signGrant({ client, chainId: 1, validator, account, owner, session: session({ … }) });
 * const bot = await toSessionAccount({ client, grant, key, now });
 *
 * @throws PortcullisError SESSION_DELAYED_CALL where a manager would make the account wait for a call of the session
 */
export async function signGrant(parameters: {
  client: Client;
  chainId: number;
  validator: Address;
  account: Address;
  owner: AccountSigner;
  session: Session;
  /** Names for the refusal. */
  book?: AddressBook;
}): Promise<SessionGrant> {
  const { client, chainId, validator, account, owner, session, book } = parameters;
  await requireImmediate(client, account, session.actions, book);
  const place: SessionPlace = { chainId, validator, account, epoch: await readEpoch(client, account) };
  return { ...place, session, signature: await owner.signTypedData(grantTypedData(place, session)) };
}

/** 0 before the account exists. */
export async function readEpoch(client: Client, account: Address): Promise<bigint> {
  if ((await getCode(client, { address: account })) === undefined) return 0n;
  return readContract(client, { address: account, abi: smartAccountAbi, functionName: "epoch" });
}
