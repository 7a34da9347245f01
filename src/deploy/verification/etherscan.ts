/** Etherscan's API, which Blockscout speaks too. Source: https://docs.etherscan.io/contract-verification */
import { z } from "zod";
import { type Answer, type Explorer, ExplorerBusy, type Fetch, fetchJson } from "./types.ts";

const reply = z.object({ status: z.string(), message: z.string().optional(), result: z.string() });

export interface EtherscanOptions {
  name: "etherscan" | "blockscout";
  /** Of the API, with whatever parameters every request needs. */
  url: string;
  apiKey?: string;
}

export function createEtherscan({ name, url, apiKey }: EtherscanOptions, fetch: Fetch): Explorer {
  const ask = async (parameters: Record<string, string>): Promise<Answer> => {
    const body = new URLSearchParams({
      module: "contract",
      ...parameters,
      ...(apiKey === undefined ? {} : { apikey: apiKey }),
    });
    const read = parameters.action === "checkverifystatus";
    const target = read ? `${url}${url.includes("?") ? "&" : "?"}${body}` : url;
    const answer = reply.safeParse(
      (await fetchJson(fetch, target, read ? {} : { method: "POST", body })).body,
    );
    if (!answer.success) return { status: "refused", reason: "it answers in a form that is not known" };
    return readReply(answer.data, parameters.guid);
  };
  return {
    name,
    submit: ({ chainId, address, identifier, compiler, input, constructorArgs }) =>
      ask({
        action: "verifysourcecode",
        chainid: String(chainId),
        contractaddress: address,
        codeformat: "solidity-standard-json-input",
        sourceCode: JSON.stringify(input),
        contractname: identifier,
        compilerversion: `v${compiler}`,
        constructorArguements: constructorArgs.slice(2),
      }),
    check: (ticket) => ask({ action: "checkverifystatus", guid: ticket }),
  };
}

function readReply({ status, result, message = "" }: z.infer<typeof reply>, ticket?: string): Answer {
  if (/already verified|pass - verified/i.test(result)) return { status: "verified" };
  if (
    /rate limit|too many|unable to locate contractcode|does not have bytecode/i.test(`${result} ${message}`)
  )
    throw new ExplorerBusy(result);
  if (/pending|in progress|in queue/i.test(result) && ticket !== undefined)
    return { status: "pending", ticket };
  return status === "1" && ticket === undefined
    ? { status: "pending", ticket: result }
    : { status: "refused", reason: result };
}
