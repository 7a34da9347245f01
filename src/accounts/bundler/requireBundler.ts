/** Whether a bundler is one for this chain and entry point: asked before anything is signed. */
import { z } from "zod";
import { PortcullisError } from "../../errors.ts";
import { type EntryPointVersion, entryPoints } from "../entryPoints.ts";
import type { RemoteBundler } from "./remoteBundler.ts";

const chain = z.union([z.string().regex(/^0x[0-9a-fA-F]+$/), z.number().int()]).transform(Number);
const addresses = z.array(z.string());

/** @throws PortcullisError BUNDLER_WRONG_CHAIN, BUNDLER_ENTRY_POINT_UNSUPPORTED, BUNDLER_UNREACHABLE */
export async function requireBundler(
  bundler: RemoteBundler,
  chainId: number,
  version: EntryPointVersion,
): Promise<void> {
  const { name } = bundler;
  const found = chain.safeParse(await ask(bundler, "eth_chainId"));
  if (!found.success || found.data !== chainId)
    throw new PortcullisError(
      "BUNDLER_WRONG_CHAIN",
      `The bundler at ${name} is for ${found.success ? `chain ${found.data}` : "no chain it could name"}, and this is chain ${chainId}`,
      {
        hint: `write --bundler with the URL for chain ${chainId}, or --bundler none to submit with a key of yours`,
        details: { bundler: name, wanted: chainId, found: found.data },
      },
    );
  const { address } = entryPoints[version];
  const supported = addresses.safeParse(await ask(bundler, "eth_supportedEntryPoints"));
  if (supported.data?.some((one) => one.toLowerCase() === address.toLowerCase())) return;
  throw new PortcullisError(
    "BUNDLER_ENTRY_POINT_UNSUPPORTED",
    `The bundler at ${name} does not serve EntryPoint v${version}`,
    {
      hint: "write --bundler with the URL of one that does, or --bundler none to submit with a key of yours",
      details: { bundler: name, wanted: address, supported: supported.data ?? [] },
    },
  );
}

/** What refuses even these questions is no bundler; its own words are for nobody. */
async function ask({ name, request }: RemoteBundler, method: string): Promise<unknown> {
  try {
    return await request(method, []);
  } catch (error) {
    if (error instanceof PortcullisError) throw error;
    throw new PortcullisError(
      "BUNDLER_UNREACHABLE",
      `The bundler at ${name} cannot be used: it refuses ${method}: ${(error as Error).message.split("\n", 1)[0]}`,
      {
        hint: "check its URL and its key, or add --bundler none to submit with a key of yours",
        details: { bundler: name, method },
      },
    );
  }
}
