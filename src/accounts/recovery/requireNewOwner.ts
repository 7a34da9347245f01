/** Who can become an account's owner: the contract takes any 20 bytes for a key, so this is asked before anybody signs. */
import { type Hex, isAddress, type PublicClient, size, slice, zeroAddress } from "viem";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { probe } from "../../chain/probe.ts";
import { PortcullisError } from "../../errors.ts";
import { decodeTerms } from "./terms.ts";
import type { RecoveryPlace } from "./typedData.ts";

/** What an EOA that delegates by EIP-7702 has for code: its key signs all the same. */
const DELEGATION = "0xef0100";

/** @throws PortcullisError RECOVERY_OWNER_INVALID */
export async function requireNewOwner(
  client: PublicClient,
  { account, terms, chainId }: RecoveryPlace,
  newOwner: Hex,
): Promise<void> {
  const refuse = (why: string, hint = "name a key of the person who takes over, by name or address") => {
    throw new PortcullisError("RECOVERY_OWNER_INVALID", `${newOwner} cannot become the owner: ${why}`, {
      hint,
      details: { account, chainId, newOwner },
    });
  };
  const same = (other: string) => newOwner.toLowerCase() === other.toLowerCase();
  const current = await probe(client, { address: account, abi: smartAccountAbi, functionName: "owner" });
  if (current !== undefined && same(current)) refuse("it is the owner already");
  if (isAddress(newOwner, { strict: false })) {
    if (same(zeroAddress)) refuse("nobody has the key of the zero address");
    if (same(account)) refuse("an account does not own itself");
    const code = await client.getCode({ address: newOwner });
    if (code !== undefined && code !== "0x" && !(size(code) === 23 && slice(code, 0, 3) === DELEGATION))
      refuse(`it is a contract on chain ${chainId}, which has no key to sign with`);
    return;
  }
  const { call } = decodeTerms(terms);
  if (size(newOwner) < 20 || call?.takes === "address") refuse("it is no address");
  if (call !== undefined) return;
  const valid = await probe(client, {
    address: account,
    abi: smartAccountAbi,
    functionName: "isValidOwner",
    args: [newOwner],
  });
  if (valid !== true) refuse(`its verifier does not answer on chain ${chainId}`);
}
