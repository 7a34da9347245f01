/**
 * Sessions: transfers of OpenZeppelin's ERC-20 by a session's ECDSA key. `first` carries the owner's grant; all end, have
 * fee and gas ceilings, and a cap per call, or over all calls where the row says so. The account was used before, the
 * recipient holds the token already, and the nonce of the session validator's key is not 0.
 */
import { type Address, encodeFunctionData, encodePacked, erc20Abi, type Hex, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { encodeSession } from "../../../src/accounts/sessions/encodeSession.ts";
import { encodeSessionSignature } from "../../../src/accounts/sessions/encodeSessionSignature.ts";
import type { SessionCap } from "../../../src/accounts/sessions/session.ts";
import type { BenchChain } from "./chain.ts";
import { openEntryPoint } from "./operations.ts";
import type { Measurements } from "./rows.ts";

const owner = privateKeyToAccount(`0x${"a1".repeat(32)}`);
const key = privateKeyToAccount(`0x${"a5".repeat(32)}`);
const TRANSFER = "0xa9059cbb";
/** A fixed date, a month after the chain's: its bytes, and those of what is hashed with it, are part of what is measured. */
const UNTIL = Date.UTC(2027, 1, 15) / 1000;

export async function measureSessions(chain: BenchChain): Promise<Measurements> {
  const bundle = await openEntryPoint(chain);
  const sessions = await chain.deploy("SessionValidator");
  const noCode = [zeroHash, zeroHash, zeroHash];
  const implementation = await chain.deploy("SmartAccount", [noCode, sessions.address]);
  const factory = await chain.deploy("SmartAccountFactory", [implementation.address]);
  const args = [owner.address, zeroHash];
  const account = (await chain.read(factory, "getAddress", args)) as Address;
  await chain.measure(factory, "createAccount", args);
  await bundle.fund(account);

  const recipient = chain.accounts[5] as Address;
  const token = await chain.deploy("BenchToken");
  await chain.measure(token, "mint", [account, 1_000_000n]);
  await chain.measure(token, "mint", [recipient, 1n]);
  const transfer = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [recipient, 1000n] });
  const execution = encodePacked(["address", "uint256", "bytes"], [token.address, 0n, transfer]);

  let salt = 0;
  const describe = (cap: Omit<SessionCap, "asset">) =>
    encodeSession({
      salt: `0x${(++salt).toString(16).padStart(8, "0")}`,
      validAfter: 0,
      validUntil: UNTIL,
      maxFeePerGas: 10_000_000_000n,
      maxGasPerOperation: 1_000_000,
      signer: key.address,
      caps: [{ asset: token.address, ...cap }],
      actions: [{ target: token.address, selector: TRANSFER }],
    });

  const use = async (session: Hex, counted: boolean, first: boolean) => {
    const context = counted ? await chain.read(sessions, "idOf", [account, session]) : zeroHash;
    const digest = (await chain.read(sessions, "grantDigest", [account, session])) as Hex;
    const grant = first ? { grant: await owner.sign({ hash: digest }) } : {};
    return bundle.send({
      sender: account,
      validator: sessions.address,
      callData: encodeFunctionData({
        abi: implementation.abi,
        functionName: "executeAdmitted",
        args: [sessions.address, context, zeroHash, execution],
      }),
      sign: async (hash) =>
        encodeSessionSignature({ session, ...grant, signature: await key.sign({ hash }) }),
      limits: { verification: first ? 150_000n : 60_000n, call: 60_000n },
    });
  };

  await use(describe({ perCall: 1n << 20n }), false, true);
  const perCall = describe({ perCall: 100_000n });
  const total = describe({ total: 100_000n });
  const first = await use(perCall, false, true);
  const later = await use(perCall, false, false);
  await use(total, true, true);
  await use(total, true, false);
  return {
    "session-erc20-first": first,
    "session-erc20-later": later,
    "session-erc20-later-cumulative": await use(total, true, false),
  };
}
