/** A block explorer of Etherscan's kind and a Sourcify, on loopback, as unreliable as the real ones. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface ExplorerDouble {
  url: string;
  /** Requests that were answered with nonsense, a limit or an error. */
  troubles: number;
  requests: { action: string; address: string; body: URLSearchParams }[];
  close(): void;
}

/** @param wrong address (lower case) whose constructor arguments it does not believe */
export async function startExplorerDouble(wrong: () => string): Promise<ExplorerDouble> {
  // What one explorer knows is not known to the other.
  const atEtherscan = new Set<string>();
  const atSourcify = new Set<string>();
  const jobs = new Map<string, { address: string; looks: number }>();
  let count = 0;
  const double: ExplorerDouble = {
    url: "",
    troubles: 0,
    requests: [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const ticket = (address: string) => {
    const guid = `job-${jobs.size}`;
    jobs.set(guid, { address, looks: 0 });
    return guid;
  };
  const etherscan = (parameters: URLSearchParams): [number, unknown] => {
    const action = parameters.get("action") ?? "";
    const asked = parameters.get("contractaddress") ?? parameters.get("address") ?? "";
    const address = asked.toLowerCase();
    double.requests.push({ action, address, body: parameters });
    const no = (result: string): [number, unknown] => [200, { status: "0", message: "NOTOK", result }];
    const yes = (result: string): [number, unknown] => [200, { status: "1", message: "OK", result }];
    if (action.startsWith("verify")) {
      if (atEtherscan.has(address)) return no("Contract source code already verified");
      return yes(ticket(address));
    }
    const job = jobs.get(parameters.get("guid") ?? "");
    if (job === undefined) return no("unknown guid");
    job.looks += 1;
    if (job.looks === 1) return no("Pending in queue");
    if (job.address === wrong()) return no("Fail - Unable to verify: constructor arguments do not match");
    atEtherscan.add(job.address);
    return action === "checkproxyverification"
      ? yes(
          `The proxy's (${job.address}) implementation contract is found at 0x and is successfully updated.`,
        )
      : yes("Pass - Verified");
  };
  const sourcify = (path: string): [number, unknown] => {
    const address = path.split("/").at(-1)?.toLowerCase() ?? "";
    if (path.startsWith("/v2/verify/job-")) {
      const job = jobs.get(address);
      if (job === undefined) return [404, { customCode: "job_not_found" }];
      job.looks += 1;
      if (job.looks === 1) return [200, { isJobCompleted: false }];
      atSourcify.add(job.address);
      return [200, { isJobCompleted: true, contract: { match: "exact_match" } }];
    }
    double.requests.push({
      action: path.includes("/similarity/") ? "similarity" : "verify",
      address,
      body: new URLSearchParams(),
    });
    if (atSourcify.has(address)) return [409, { customCode: "already_verified" }];
    return [202, { verificationId: ticket(address) }];
  };
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", "http://explorer");
    const body = await readBody(incoming);
    count += 1;
    // Every fifth request meets a limit, a failure or a cut line.
    if (count % 5 === 0) {
      double.troubles += 1;
      if (count % 15 === 0) return outgoing.destroy();
      return outgoing.writeHead(count % 10 === 0 ? 500 : 429).end("{}");
    }
    const [status, answer] = url.pathname.startsWith("/v2/")
      ? sourcify(url.pathname)
      : etherscan(incoming.method === "POST" ? new URLSearchParams(body) : url.searchParams);
    outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return double;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  return body;
}
