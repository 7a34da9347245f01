/** Refuses calls that a manager would make the account wait for: a session cannot schedule, so they could only fail. */
import {
  type Address,
  type Client,
  encodeFunctionData,
  getAddress,
  type Hex,
  hexToBigInt,
  maxUint160,
  parseAbi,
  size,
  slice,
} from "viem";
import { getCode, readContract } from "viem/actions";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { explainContractError } from "../errors/contractReasons.ts";

const managedAbi = parseAbi(["function authority() view returns (address)"]);
const managerAbi = parseAbi([
  "function canCall(address caller, address target, bytes4 selector) view returns (bool immediate, uint32 delay)",
]);

const NO_NAMES: AddressBook = { chainId: 0, entries: [] };

/** @throws PortcullisError SESSION_DELAYED_CALL for the first that would wait */
export async function requireImmediate(
  client: Client,
  account: Address,
  calls: readonly { target: Address; selector?: Hex }[],
  book: AddressBook = NO_NAMES,
): Promise<void> {
  for (const { target, selector = "0x00000000" } of calls) {
    const delay = await readDelay(client, account, target, selector);
    if (delay === 0) continue;
    const reason = explainContractError("SessionValidatorDelayedCall", [target, selector, delay], book);
    throw new PortcullisError(reason?.code ?? "SESSION_DELAYED_CALL", reason?.message ?? "", {
      hint: reason?.hint ?? "",
      details: { account, target, selector, delay },
    });
  }
}

/** Seconds; 0 where the call is made at once, is refused anyway, or nobody is asked. */
async function readDelay(client: Client, account: Address, target: Address, selector: Hex): Promise<number> {
  const manager = await readAuthority(client, target);
  if (manager === undefined || (await getCode(client, { address: manager })) === undefined) return 0;
  const [immediate, delay] = await readContract(client, {
    address: manager,
    abi: managerAbi,
    functionName: "canCall",
    args: [account, target, selector],
  });
  return immediate ? 0 : delay;
}

/** Most targets have none and revert, which is an answer: asked once, where a client would ask again. */
async function readAuthority(client: Client, target: Address): Promise<Address | undefined> {
  const call = { to: target, data: encodeFunctionData({ abi: managedAbi, functionName: "authority" }) };
  const answer = await client
    .request({ method: "eth_call", params: [call, "latest"] } as never, { retryCount: 0 })
    .catch((error: unknown): "0x" => {
      if (error instanceof Error && /revert/i.test(error.message)) return "0x";
      throw error;
    });
  const word = answer as Hex;
  return size(word) === 32 && hexToBigInt(word) <= maxUint160 ? getAddress(slice(word, 12)) : undefined;
}
