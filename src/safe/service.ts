/**
 * Safe's Transaction Service as a pin board: owners see there what waits for them. Nothing it says is believed: what it
 * holds is read back and hashed by us, and signatures from it are checked like any other.
 */
import { type Address, getAddress, type Hash, type Hex, isAddressEqual } from "viem";
import { PortcullisError } from "../errors.ts";
import { normalizeV, requireOwnerSignature } from "./signatures.ts";
import { hashSafeTransaction, type SafeTransaction } from "./transaction.ts";

export interface SafeService {
  url: string;
  apiKey?: string;
  chainId: number;
  /** Milliseconds an answer may take. */
  timeout: number;
  /** How often what failed on the way is tried again. */
  retries: number;
  sleep(milliseconds: number): Promise<void>;
}

export interface QueueParameters {
  safe: Address;
  owners: readonly Address[];
  transaction: SafeTransaction;
  safeTxHash: Hash;
  /** At least one: the service takes proposals of owners only. */
  signatures: readonly { owner: Address; signature: Hex }[];
}

export interface Queued {
  /** Whether the service had it before. */
  known: boolean;
  /** Valid signatures of owners that it holds. */
  signatures: readonly { owner: Address; signature: Hex }[];
}

/** @throws PortcullisError SAFE_SERVICE_UNAVAILABLE, SAFE_SERVICE_REFUSED, SAFE_SERVICE_MISMATCH, SAFE_SIGNATURES_MISSING */
export async function queueInService(service: SafeService, parameters: QueueParameters): Promise<Queued> {
  const { safe, transaction, safeTxHash, signatures } = parameters;
  const api = await openApi(service);
  const before = await find(service, api, safeTxHash);
  const [first] = signatures;
  if (!first && !before) {
    throw new PortcullisError(
      "SAFE_SIGNATURES_MISSING",
      "The service takes what an owner has signed, and nobody has",
      {
        hint: "run the same command where an owner's key is",
        details: { safe, safeTxHash },
      },
    );
  }
  if (first && !before) {
    const proposal = {
      safeAddress: safe,
      safeTransactionData: {
        ...transaction,
        value: transaction.value.toString(),
        safeTxGas: transaction.safeTxGas.toString(),
        baseGas: transaction.baseGas.toString(),
        gasPrice: transaction.gasPrice.toString(),
        nonce: Number(transaction.nonce),
      },
      safeTxHash,
      senderAddress: first.owner,
      senderSignature: first.signature,
      origin: "portcullis",
    };
    await patiently(service, "take the transaction", async () => {
      // an answer may have been lost on its way: what is there already is not proposed twice
      if (!(await find(service, api, safeTxHash))) await within(service, api.proposeTransaction(proposal));
    });
  }
  const held = await find(service, api, safeTxHash);
  if (!held) throw unavailable(service, "it took the transaction and does not have it");
  requireSame(held, parameters, service);
  for (const { owner, signature } of signatures) {
    if (held.confirmations.some((c) => isAddressEqual(c.owner, owner))) continue;
    await patiently(service, "take a signature", () =>
      within(service, api.confirmTransaction(safeTxHash, signature)),
    );
  }
  const after = (await find(service, api, safeTxHash)) ?? held;
  return { known: before !== undefined, signatures: await validSignatures(after.confirmations, parameters) };
}

interface Held {
  to: Address;
  value: string;
  data?: Hex | null;
  operation: number;
  safeTxGas: string | number;
  baseGas: string | number;
  gasPrice: string;
  gasToken: Address;
  refundReceiver?: Address | null;
  nonce: string | number;
  safeTxHash: string;
  confirmations: readonly { owner: Address; signature: Hex }[];
}

type Api = Awaited<ReturnType<typeof openApi>>;

async function find(service: SafeService, api: Api, safeTxHash: Hash): Promise<Held | undefined> {
  return patiently(service, "show the transaction", async () => {
    try {
      const held = (await within(service, api.getTransaction(safeTxHash))) as unknown as Held;
      return { ...held, confirmations: held.confirmations ?? [] };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

/** Its own hash is not believed: the fields are hashed again. */
function requireSame(held: Held, { safe, safeTxHash }: QueueParameters, service: SafeService): void {
  let hashed: Hash | undefined;
  try {
    hashed = hashSafeTransaction(service.chainId, safe, {
      to: getAddress(held.to),
      value: BigInt(held.value),
      data: held.data ?? "0x",
      operation: held.operation === 1 ? 1 : 0,
      safeTxGas: BigInt(held.safeTxGas),
      baseGas: BigInt(held.baseGas),
      gasPrice: BigInt(held.gasPrice),
      gasToken: held.gasToken,
      refundReceiver: held.refundReceiver ?? "0x0000000000000000000000000000000000000000",
      nonce: BigInt(held.nonce),
    }).safeTxHash;
  } catch {
    hashed = undefined;
  }
  if (hashed === safeTxHash && held.safeTxHash.toLowerCase() === safeTxHash) return;
  throw new PortcullisError(
    "SAFE_SERVICE_MISMATCH",
    `${service.url} shows another transaction than the one that was signed`,
    {
      hint: "have nobody sign there: add --service none, and hand the operation's file on",
      details: { safeTxHash, service: held.safeTxHash, hashed },
    },
  );
}

async function validSignatures(
  confirmations: Held["confirmations"],
  { owners, safeTxHash }: QueueParameters,
) {
  const valid: { owner: Address; signature: Hex }[] = [];
  for (const confirmation of confirmations) {
    const owner = owners.find((o) => isAddressEqual(o, confirmation.owner));
    if (!owner || valid.some((v) => v.owner === owner)) continue;
    const signature = normalizeV(confirmation.signature);
    try {
      await requireOwnerSignature(safeTxHash, owner, signature);
      valid.push({ owner, signature });
    } catch (error) {
      if (!(error instanceof PortcullisError)) throw error;
    }
  }
  return valid;
}

/** Again after trouble on the way (5xx, 429, no answer); at once out where the service says no. */
async function patiently<T>(service: SafeService, what: string, run: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof PortcullisError && error.code !== "SAFE_SERVICE_SLOW") throw error;
      const status = statusOf(error);
      const message = withoutKey(error instanceof Error ? error.message : String(error), service);
      if (status !== undefined && status < 500 && status !== 429) {
        throw new PortcullisError(
          "SAFE_SERVICE_REFUSED",
          `${service.url} did not ${what}: ${status} ${message}`,
          {
            hint:
              status === 401 || status === 403
                ? "name the service's API key in the policy (safeService.apiKey) and set that configuration variable"
                : "add --service none: the signatures are in the operation's file",
            details: { url: service.url, status },
          },
        );
      }
      if (attempt >= service.retries) throw unavailable(service, `it did not ${what}: ${message}`);
      await service.sleep(250 * 2 ** attempt);
    }
  }
}

async function within<T>(service: SafeService, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new PortcullisError("SAFE_SERVICE_SLOW", `no answer in ${service.timeout} ms`, {
            hint: "run the same command again",
          }),
        ),
      service.timeout,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a service answers goes into messages; some echo what they were sent. */
function withoutKey(text: string, { apiKey }: SafeService): string {
  return apiKey ? text.replaceAll(apiKey, "…") : text;
}

function statusOf(error: unknown): number | undefined {
  const status: unknown =
    typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" ? status : undefined;
}

function unavailable(service: SafeService, problem: string): PortcullisError {
  return new PortcullisError("SAFE_SERVICE_UNAVAILABLE", `${service.url}: ${problem}`, {
    hint: "run the same command again later, or with --service none: the signatures are in the operation's file",
    details: { url: service.url },
  });
}

/** The kit's types say CommonJS and its module is ESM: the default export is one level higher than they claim. */
async function openApi({ url, apiKey, chainId }: SafeService) {
  const loaded = await import("@safe-global/api-kit");
  const Kit = loaded.default as unknown as typeof loaded.default.default;
  return new Kit({
    chainId: BigInt(chainId),
    txServiceUrl: url.replace(/\/$/, ""),
    ...(apiKey ? { apiKey } : {}),
  });
}
