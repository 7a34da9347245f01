/** A double of the Safe Transaction Service on loopback, which misbehaves on request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Hex, recoverAddress } from "viem";

export interface Double {
  url: string;
  proposals: number;
  /** Status codes of the next answers. */
  fail: number[];
  silent: boolean;
  /** Takes the next proposal and drops the connection. */
  loseAnswer: boolean;
  change: Record<string, string>;
  foreign: { owner: string; signature: string }[];
  /** What requests were authorized with. */
  authorizations: string[];
  /** Answers of failure quote the authorization. */
  echo: boolean;
  stop(): Promise<void>;
}

/** As much of the service as the api kit asks for, on its paths. */
export async function startDouble(): Promise<Double> {
  let held: Record<string, unknown> | undefined;
  const confirmations: { owner: string; signature: string }[] = [];
  const double: Double = {
    url: "",
    proposals: 0,
    fail: [],
    silent: false,
    loseAnswer: false,
    change: {},
    foreign: [],
    authorizations: [],
    echo: false,
    stop: async () => {},
  };
  const answer = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    if (double.silent) return;
    const authorization = request.headers.authorization ?? "";
    double.authorizations.push(authorization);
    const status = double.fail.shift();
    if (status) {
      const detail = double.echo ? `cannot read ${authorization}` : "trouble";
      return answer(response, status, { detail });
    }
    const body = text ? (JSON.parse(text) as Record<string, string>) : {};
    if (
      request.method === "POST" &&
      request.url?.includes("/multisig-transactions/") &&
      !request.url.includes("/confirmations/")
    ) {
      double.proposals++;
      held = { ...body, safeTxHash: body["contractTransactionHash"], data: body["data"] };
      confirmations.push({ owner: body["sender"]!, signature: body["signature"]! });
      if (double.loseAnswer) {
        double.loseAnswer = false;
        return request.socket.destroy();
      }
      return answer(response, 201, {});
    }
    if (request.method === "POST") {
      const signature = body["signature"] as Hex;
      const owner = await recoverAddress({ hash: held?.["safeTxHash"] as Hex, signature });
      confirmations.push({ owner, signature });
      return answer(response, 201, {});
    }
    if (!held) return answer(response, 404, { detail: "No MultisigTransaction matches the given query." });
    return answer(response, 200, {
      ...held,
      ...double.change,
      confirmations: [...confirmations, ...double.foreign],
    });
  };
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  double.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return double;
}
