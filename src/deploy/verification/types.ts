/** Source verification: what an explorer is told, and what it answers. */
import type { Address, Hex } from "viem";

export type Submission = SourceSubmission | ProxySubmission;

/**
 * A proxy whose own code is a standard that explorers know (OpenZeppelin's, Safe's): they recognise it by its bytes, and
 * are told what it stands for.
 */
export interface ProxySubmission {
  kind: "proxy";
  chainId: number;
  address: Address;
  implementation: Address;
}

export interface SourceSubmission {
  kind: "source";
  chainId: number;
  address: Address;
  /** `<source>:<contract>`, as the compiler's input names it. */
  identifier: string;
  /** solc's long version, without a leading v. */
  compiler: string;
  /** The compiler's standard JSON input. */
  input: unknown;
  /** ABI-encoded. */
  constructorArgs: Hex;
}

export type Answer =
  | { status: "verified" }
  | { status: "pending"; ticket: string }
  /** Final: asking again changes nothing. */
  | { status: "refused"; reason: string };

export interface Explorer {
  name: string;
  /** Rejects with `ExplorerBusy` where trying later can help. */
  submit(submission: Submission): Promise<Answer>;
  check(ticket: string): Promise<Answer>;
}

/** The explorer is away, throttles, or has not seen the contract yet. */
export class ExplorerBusy extends Error {
  override readonly name = "ExplorerBusy";
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** JSON of a successful answer. Throws `ExplorerBusy` for whatever may pass. */
export async function fetchJson(
  fetch: Fetch,
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  } catch (cause) {
    throw new ExplorerBusy("it does not answer", { cause });
  }
  if (response.status === 429 || response.status >= 500)
    throw new ExplorerBusy(`it answers ${response.status}`);
  try {
    return { status: response.status, body: await response.json() };
  } catch (cause) {
    throw new ExplorerBusy("its answer is not JSON", { cause });
  }
}
