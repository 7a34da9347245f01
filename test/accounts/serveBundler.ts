/** A bundler as a service speaks: JSON-RPC over HTTP, with its refusals as errors. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalBundler } from "../../src/accounts/index.ts";

interface Question {
  id: number;
  method: string;
  params: readonly unknown[];
}

/** Answers as `fetch` would. */
export const fetchFrom =
  (bundler: LocalBundler): typeof fetch =>
  async (_url, init) =>
    Response.json(await answer(bundler, JSON.parse(String(init?.body))));

/** @returns its URL, and how to stop it */
export async function serveBundler(bundler: LocalBundler): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void answer(bundler, JSON.parse(Buffer.concat(chunks).toString())).then((body) =>
        response.setHeader("content-type", "application/json").end(JSON.stringify(body)),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/rpc`, stop: () => server.close() };
}

async function answer(bundler: LocalBundler, { id, method, params }: Question) {
  try {
    return { jsonrpc: "2.0", id, result: await bundler.request({ method, params }) };
  } catch (thrown) {
    const { code = -32603, message, data } = thrown as { code?: number; message: string; data?: unknown };
    return { jsonrpc: "2.0", id, error: { code, message, data } };
  }
}
