/** An ERC-4337 bundler by its URL. What may be a key in the URL stays out of every message. */
import { PortcullisError } from "../../errors.ts";
import { toRpc } from "./readRequest.ts";

export interface RemoteBundler {
  /** For people: the URL without path and query, where services put keys. */
  name: string;
  /** @throws BundlerRefusal where it answers with an error; PortcullisError BUNDLER_UNREACHABLE where it does not answer */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
}

/** A JSON-RPC error of the bundler's, as `explainRefusal` reads it. */
export class BundlerRefusal extends Error {
  override readonly name = "BundlerRefusal";
  readonly code: number;
  readonly data: unknown;

  constructor({ code, message, data }: { code: number; message: string; data?: unknown }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export interface RemoteBundlerParameters {
  url: string;
  fetch: typeof fetch;
  /** Milliseconds an answer may take. */
  timeout: number;
}

/** @throws PortcullisError OPTION_INVALID for what is no URL of a bundler */
export function openRemoteBundler({ url, timeout, ...web }: RemoteBundlerParameters): RemoteBundler {
  const name = readOrigin(url);
  let id = 0;
  return {
    name,
    async request(method, params) {
      id += 1;
      const body = JSON.stringify({ jsonrpc: "2.0", id, method, params: toRpc(params) });
      const headers = { "content-type": "application/json" };
      const signal = AbortSignal.timeout(timeout);
      const response = await web
        .fetch(url, { method: "POST", headers, body, signal })
        .catch((error: unknown) => {
          throw unreachable(
            name,
            error instanceof Error && error.name === "TimeoutError"
              ? `no answer in ${timeout} ms`
              : "no connection",
          );
        });
      const answer = (await response.json().catch(() => undefined)) as Answer | undefined;
      if (isObject(answer?.error))
        throw new BundlerRefusal(answer.error as { code: number; message: string });
      if (!response.ok) throw unreachable(name, `HTTP ${response.status}`);
      if (!isObject(answer) || !("result" in answer))
        throw unreachable(name, "what it answers is no JSON-RPC");
      return answer.result;
    },
  };
}

interface Answer {
  result?: unknown;
  error?: unknown;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function readOrigin(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url).origin;
  throw new PortcullisError("OPTION_INVALID", "--bundler is not the URL of a bundler", {
    hint: "write --bundler https://…, or --bundler none to submit with a key of yours",
    details: { option: "bundler" },
  });
}

const unreachable = (name: string, problem: string): PortcullisError =>
  new PortcullisError("BUNDLER_UNREACHABLE", `The bundler at ${name} cannot be used: ${problem}`, {
    hint: "check its URL and its key, or add --bundler none to submit with a key of yours",
    details: { bundler: name },
  });
