/** What a policy says beside who may do what: fees, where sources are verified, what must stay true. */
import { z } from "zod";
import { argumentList } from "./contract.ts";
import { amount, text } from "./text.ts";

export const fees = z.strictObject({
  /** Per gas: never more is offered. */
  maxFeePerGas: amount.optional(),
  maxPriorityFeePerGas: amount.optional(),
  speed: z.enum(["slow", "normal", "fast"]).default("normal"),
});

export const verification = z.strictObject({
  /** `apiKey` names a configuration variable. */
  etherscan: z.strictObject({ apiKey: text("the name of a configuration variable") }).optional(),
  blockscout: z
    .strictObject({
      url: z.url({ error: 'write the address of the explorer: "https://eth.blockscout.com"' }),
    })
    .optional(),
  sourcify: z.strictObject({ url: z.url().default("https://sourcify.dev/server") }).optional(),
});

/** Safe's Transaction Service: where owners see what waits for their signatures. */
export const safeService = z.strictObject({
  url: z
    .url({
      protocol: /^https?$/,
      error: 'write the address of the service: "https://api.safe.global/tx-service/eth/api"',
    })
    .refine((url) => url.startsWith("https://") || isLoopback(url), {
      error: "an API key would be readable on the way: write https://",
    })
    .refine((url) => !/^https?:\/\/[^/]*@/.test(url), {
      error: "a password has no place in a policy: write apiKey, the name of a configuration variable",
    })
    .optional(),
  /** Names a configuration variable. */
  apiKey: text("the name of a configuration variable").optional(),
});

/** An ERC-4337 bundler: who includes what smart accounts do. */
export const bundler = z.strictObject({
  url: z
    .url({
      protocol: /^https?$/,
      error: 'write the address of the bundler: "https://bundler.example/rpc?key={apiKey}"',
    })
    .refine((url) => url.startsWith("https://") || isLoopback(url), {
      error: "an API key would be readable on the way: write https://",
    })
    .refine((url) => !/^https?:\/\/[^/]*@/.test(url), {
      error:
        "a password has no place in a policy: write {apiKey} in the URL, and apiKey, the name of a configuration variable",
    })
    .optional(),
  /** Names a configuration variable, whose value stands for `{apiKey}` in the URL. */
  apiKey: text("the name of a configuration variable").optional(),
});

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}

const bound = argumentList.element;

export const invariant = z.strictObject({
  /** A call that reads: "vault.limit()". */
  call: text('a call that reads: "vault.limit()"'),
  expect: z
    .strictObject({ equals: bound.optional(), atLeast: bound.optional(), atMost: bound.optional() })
    .refine((expected) => Object.values(expected).some((value) => value !== undefined), {
      error: "expects nothing: write equals, atLeast or atMost",
    }),
});
