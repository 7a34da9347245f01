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

/** Marks tickets of proxies: they are asked about by another action. */
const PROXY = "proxy:";
const CHECKS: readonly string[] = ["checkverifystatus", "checkproxyverification"];

export function createEtherscan({ name, url, apiKey }: EtherscanOptions, fetch: Fetch): Explorer {
  const ask = async (parameters: Record<string, string>): Promise<Answer> => {
    const body = new URLSearchParams({
      module: "contract",
      ...parameters,
      ...(apiKey === undefined ? {} : { apikey: apiKey }),
    });
    const read = CHECKS.includes(parameters.action ?? "");
    const target = read ? `${url}${url.includes("?") ? "&" : "?"}${body}` : url;
    const answer = reply.safeParse(
      (await fetchJson(fetch, target, read ? {} : { method: "POST", body })).body,
    );
    if (!answer.success) return { status: "refused", reason: "it answers in a form that is not known" };
    return readReply(answer.data, parameters.guid);
  };
  return {
    name,
    submit: async (submission) => {
      if (submission.kind === "proxy") {
        const { address, implementation } = submission;
        const action = "verifyproxycontract";
        const answer = await ask({ action, address, expectedimplementation: implementation });
        return answer.status === "pending" ? { ...answer, ticket: `${PROXY}${answer.ticket}` } : answer;
      }
      const { chainId, address, identifier, compiler, input, constructorArgs } = submission;
      return ask({
        action: "verifysourcecode",
        chainid: String(chainId),
        contractaddress: address,
        codeformat: "solidity-standard-json-input",
        sourceCode: JSON.stringify(input),
        contractname: identifier,
        compilerversion: `v${compiler}`,
        // Etherscan's spelling, and the one Blockscout documents.
        constructorArguements: constructorArgs.slice(2),
        constructorArguments: constructorArgs.slice(2),
      });
    },
    check: async (ticket) => {
      if (!ticket.startsWith(PROXY)) return ask({ action: "checkverifystatus", guid: ticket });
      const answer = await ask({ action: "checkproxyverification", guid: ticket.slice(PROXY.length) });
      return answer.status === "pending" ? { ...answer, ticket } : answer;
    },
  };
}

function readReply({ status, result, message = "" }: z.infer<typeof reply>, ticket?: string): Answer {
  if (/already verified|pass - verified|is successfully updated/i.test(result)) return { status: "verified" };
  if (
    /rate limit|too many|unable to locate contractcode|does not have bytecode|does not seem to be verified/i.test(
      `${result} ${message}`,
    )
  )
    throw new ExplorerBusy(result);
  if (/pending|in progress|in queue/i.test(result) && ticket !== undefined)
    return { status: "pending", ticket };
  return status === "1" && ticket === undefined
    ? { status: "pending", ticket: result }
    : { status: "refused", reason: result };
}
