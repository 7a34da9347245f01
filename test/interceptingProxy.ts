/** Stands between a command and its node; a test sees each request and may answer it, hold it up, or do something first. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface RpcRequest {
  id: number;
  method: string;
  params?: unknown[];
}

/** Undefined forwards; a value is the result; "hang" never answers. */
export type Intercept = (
  request: RpcRequest,
) => Promise<{ result: unknown } | { status: number; text: string } | "hang" | undefined>;

export interface InterceptingProxy {
  url: string;
  /** Each request asks it; resets the count of transactions. */
  intercept(how: Intercept): void;
  /** Methods that arrived since `intercept`. */
  methods(): readonly string[];
  close(): void;
}

export async function startInterceptingProxy(target: string): Promise<InterceptingProxy> {
  let how: Intercept = async () => undefined;
  let methods: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming);
    const request = JSON.parse(body) as RpcRequest | RpcRequest[];
    for (const call of Array.isArray(request) ? request : [request]) {
      methods.push(call.method);
      const answer = await how(call);
      if (answer === "hang") return;
      if (answer === undefined) continue;
      const status = "status" in answer ? answer.status : 200;
      const text =
        "text" in answer
          ? answer.text
          : JSON.stringify({ jsonrpc: "2.0", id: call.id, result: answer.result });
      outgoing.writeHead(status, { "content-type": "application/json" }).end(text);
      return;
    }
    const answer = await fetch(target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    outgoing.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    intercept: (next) => {
      how = next;
      methods = [];
    },
    methods: () => methods,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  return body;
}
