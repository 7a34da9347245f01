/** Stands between a command and its node, and pulls the plug on the command at a chosen moment. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** When the k-th transaction (counted from 1) is … */
export const MOMENTS = ["before the store", "before the send", "after the send", "after inclusion"] as const;
export type Moment = (typeof MOMENTS)[number];

export interface KillPoint {
  moment: Moment;
  transaction: number;
}

export interface KillingProxy {
  url: string;
  /** Arms the proxy; undefined lets everything pass. Resets the count. */
  arm(point: KillPoint | undefined, kill: () => void): void;
  /** Transactions seen since it was armed. */
  seen(): number;
  /** Their hashes, in order. */
  hashes(): readonly string[];
  fired(): boolean;
  close(): void;
}

interface Request {
  method: string;
  params?: unknown[];
}

export async function startKillingProxy(target: string): Promise<KillingProxy> {
  let point: KillPoint | undefined;
  let kill = () => {};
  let sent = 0;
  let fired = false;
  let hash: unknown;
  let hashes: string[] = [];

  const fire = () => {
    fired = true;
    point = undefined;
    kill();
  };
  const server = createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming);
    const request = JSON.parse(body) as Request | Request[];
    const calls = Array.isArray(request) ? request : [request];
    const sends = calls.some((call) => call.method === "eth_sendRawTransaction");
    const next = point?.transaction === sent + 1;
    if (point?.moment === "before the store" && next && calls.some((c) => c.method === "eth_feeHistory"))
      return fire();
    if (point?.moment === "before the send" && next && sends) return fire();
    const asksForReceipt = calls.some(
      (c) => c.method === "eth_getTransactionReceipt" && c.params?.[0] === hash,
    );
    if (point?.moment === "after inclusion" && hash !== undefined && asksForReceipt) return fire();

    const answer = await fetch(target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const text = await answer.text();
    if (sends) {
      sent += 1;
      hashes.push(String((JSON.parse(text) as { result?: unknown }).result));
      if (point?.moment === "after the send" && point.transaction === sent) return fire();
      if (point?.moment === "after inclusion" && point.transaction === sent)
        hash = (JSON.parse(text) as { result?: unknown }).result;
    }
    outgoing.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (next, how) => {
      point = next;
      kill = how;
      sent = 0;
      fired = false;
      hash = undefined;
      hashes = [];
    },
    seen: () => sent,
    hashes: () => hashes,
    fired: () => fired,
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
