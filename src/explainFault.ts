/** Faults that are nobody's bug, in words: the node is away, slow, refuses, or has not enough of something. */
import { PortcullisError } from "./errors.ts";

interface Known {
  code: string;
  pattern: RegExp;
  message(text: string): string;
  hint: string;
}

const KNOWN: readonly Known[] = [
  {
    code: "RPC_UNREACHABLE",
    pattern:
      /ECONNREFUSED|ENOTFOUND|ECONNRESET|EHOSTUNREACH|socket hang up|fetch failed|Cannot connect to the network|HHE710\b|HHE700\b|other side closed/i,
    message: () => "The node of this network does not answer",
    hint: "start it (`npx hardhat node` for localhost), or correct the network's url in hardhat.config.ts",
  },
  {
    code: "RPC_TIMEOUT",
    pattern: /timed? ?out|ETIMEDOUT|UND_ERR_(HEADERS|BODY)_TIMEOUT|took too long/i,
    message: () => "The node of this network took too long to answer",
    hint: "run the same command again; if it stays so, use another node or raise the network's timeout",
  },
  {
    code: "RPC_RATE_LIMITED",
    pattern: /\b429\b|too many requests|rate limit|-32005/i,
    message: () => "The node of this network refuses because of too many requests",
    hint: "wait a minute and run the same command again, or use another node",
  },
  {
    code: "RPC_UNREACHABLE",
    pattern:
      /\b50[234]\b|Bad Gateway|Service Unavailable|Unexpected token '?<|not valid JSON|HHE702\b|Invalid JSON-RPC response/i,
    message: () => "The address of this network answers, but not as a node",
    hint: "correct the network's url in hardhat.config.ts, or wait until the node is back",
  },
  {
    code: "INSUFFICIENT_FUNDS",
    pattern: /insufficient funds|doesn't have enough funds/i,
    message: (text) => `The sender cannot pay: ${text}`,
    hint: "send it ether and run the same command again",
  },
  {
    code: "CALL_REVERTED",
    pattern: /ContractFunctionRevertedError|execution reverted|reverted with|VM Exception/i,
    message: (text) => `A contract refused a call: ${text}`,
    hint: "`npx hardhat roles plan` shows where chain and policy differ",
  },
];

/** Undefined for what nobody foresaw: that is a bug, and is shown as one. */
export function explainFault(error: unknown): PortcullisError | undefined {
  if (error instanceof PortcullisError) return error;
  const chain = causes(error);
  const text = chain.map((e) => `${e.name} ${"code" in e ? String(e.code) : ""} ${e.message}`).join("\n");
  const known = KNOWN.find(({ pattern }) => pattern.test(text));
  if (known === undefined) return undefined;
  const innermost = chain.at(-1)?.message.split("\n", 1)[0] ?? "";
  return new PortcullisError(known.code, known.message(innermost), {
    hint: known.hint,
    details: { reason: hideUrls(innermost) },
    cause: error,
  });
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let e: unknown = error; e instanceof Error && chain.length < 10; e = e.cause) {
    chain.push(e);
    if (e instanceof AggregateError) chain.push(...e.errors.filter((inner) => inner instanceof Error));
  }
  return chain;
}

/** The url of a node often carries a key. */
function hideUrls(text: string): string {
  return text.replace(/\b(https?|wss?):\/\/([^\s/"']+)[^\s"']*/g, "$1://$2/…");
}
