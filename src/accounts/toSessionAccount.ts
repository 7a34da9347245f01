/** Our smart account as viem and permissionless know accounts, for a session's key. */
import { type Client, type Hex, slice } from "viem";
import { type SmartAccountImplementation, toSmartAccount } from "viem/account-abstraction";
import { readContract } from "viem/actions";
import { sessionValidatorAbi } from "../abi/sessionValidator.ts";
import type { AddressBook } from "../chain/addressBook.ts";
import { PortcullisError } from "../errors.ts";
import { type AccountCall, decodeCalls, encodeExecuteAdmitted } from "./encodeCalls.ts";
import type { ChainClient, EntryPointVersion } from "./entryPoints.ts";
import { estimateOwnGas } from "./estimateOwnGas.ts";
import { defaultNonceKey, readNonce } from "./nonces.ts";
import type { AccountSigner } from "./owners/types.ts";
import { encodeSession } from "./sessions/encodeSession.ts";
import { encodeSessionSignature } from "./sessions/encodeSessionSignature.ts";
import { approvalTypedData, contextOf, type SessionGrant, sessionId } from "./sessions/grant.ts";
import { requireImmediate } from "./sessions/requireImmediate.ts";
import { needsOwner } from "./sessions/spending.ts";
import { hashOperation, type Operation, signOperationHash } from "./signOperation.ts";
import {
  type AccountOrigin,
  factoryArgs,
  type PortcullisAccount,
  toViemEntryPoint,
} from "./toPortcullisAccount.ts";

export interface SessionAccountParameters {
  client: ChainClient;
  /** "0.9" if absent. */
  entryPoint?: EntryPointVersion;
  grant: SessionGrant;
  /** The session's key. */
  key: AccountSigner;
  /** Seconds since the epoch: an operation names the period that it falls in. */
  now: () => number;
  /** Signs operations above a cap's `coSignAbove`, and no others. */
  owner?: AccountSigner;
  /** Of an account that its first operation creates. */
  origin?: AccountOrigin;
  /** Below 2^32; only for sessions without a period, whose number is in its place. */
  nonceKey?: number;
  /** Names for refusals. */
  book?: AddressBook;
}

/**
 * @example
 * const account = await toSessionAccount({ client, grant, key: ecdsaSigner(botKey), now });
 * const bot = createSmartAccountClient({ account, chain, bundlerTransport: custom(localBundler({ … }), { retryCount: 0 }) });
 *
 * @throws PortcullisError SESSION_KEY_MISMATCH where the key is not the session's. Its operations throw
 * SESSION_DELAYED_CALL, and SESSION_SIGNS_NO_MESSAGE where a message is to be signed.
 */
export async function toSessionAccount(parameters: SessionAccountParameters): Promise<PortcullisAccount> {
  const { client, grant, key, now, owner, entryPoint: version = "0.9" } = parameters;
  const { session, account: address, validator } = grant;
  requireKey(session.signer, key.signer);
  const packed = encodeSession(session);
  const id = sessionId(grant, session);
  let granted = grant.signature === undefined;

  /** What the session's first operation carries. */
  const grantPart = async (): Promise<Hex> => {
    granted ||= await readGranted(client, grant, id);
    return granted ? "0x" : (grant.signature ?? "0x");
  };
  const currentKey = () => (session.period ? Math.floor(now() / session.period) : (parameters.nonceKey ?? 0));

  return toSmartAccount({
    client,
    entryPoint: toViemEntryPoint(version),
    nonceKeyManager: defaultNonceKey(currentKey),
    getAddress: async () => address,
    getFactoryArgs: async () => factoryArgs(parameters.origin),
    getNonce: ({ key: nonceKey = BigInt(currentKey()) } = {}) =>
      readNonce(client, version, address, { validator, key: nonceKey }),
    async encodeCalls(calls) {
      await requireImmediate(client, address, calls.map(toAction), parameters.book);
      return encodeExecuteAdmitted(validator, contextOf(grant, session), calls);
    },
    decodeCalls: async (data) => decodeCalls(data),
    async getStubSignature() {
      const approval = owner?.stubSignature ?? "0x";
      return encodeSessionSignature({
        session: packed,
        grant: await grantPart(),
        approval,
        signature: key.stubSignature,
      });
    },
    userOperation: {
      // Bundlers estimate with far higher limits than an operation will have, which the session's ceiling refuses.
      estimateGas: (request) => estimateOwnGas({ client, version, now }, request as Operation, key, owner),
    },
    signMessage: refuseMessage,
    signTypedData: refuseMessage,
    async signUserOperation({ chainId = grant.chainId, ...rest }) {
      const operation = { ...rest, sender: address } as Operation;
      const hash = hashOperation(operation, chainId, version);
      const cosigned = owner && needsOwner(session, decodeCalls(operation.callData));
      return encodeSessionSignature({
        session: packed,
        grant: await grantPart(),
        ...(cosigned && { approval: await owner.signTypedData(approvalTypedData(grant, session, hash)) }),
        signature: await signOperationHash(key, operation, chainId, version),
      });
    },
  } satisfies SmartAccountImplementation);
}

const readGranted = async (client: Client, { validator, account }: SessionGrant, id: Hex): Promise<boolean> =>
  (
    await readContract(client, {
      address: validator,
      abi: sessionValidatorAbi,
      functionName: "stateOf",
      args: [id, account],
    })
  ).granted;

const toAction = ({ to, data = "0x" }: AccountCall) =>
  data.length >= 10 ? { target: to, selector: slice(data, 0, 4) } : { target: to };

function requireKey(wanted: Hex, given: Hex): void {
  if (wanted.toLowerCase() === given.toLowerCase()) return;
  throw new PortcullisError("SESSION_KEY_MISMATCH", `The session is another key's: ${wanted}, not ${given}`, {
    hint: "`npx hardhat session list` prints each session's key",
    details: { session: wanted, key: given },
  });
}

async function refuseMessage(_message: unknown): Promise<never> {
  throw new PortcullisError(
    "SESSION_SIGNS_NO_MESSAGE",
    "A session key signs operations only: a signed message could be a permit, which no cap would see",
    { hint: "let the owner sign, or make the call that the message would allow" },
  );
}
