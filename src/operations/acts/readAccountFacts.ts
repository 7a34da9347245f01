/** What acting as a smart account needs to know of it. */
import { type Address, isAddressEqual, parseAbi } from "viem";
import { entryPoints } from "../../accounts/entryPoints.ts";
import { readOriginalOwner } from "../../accounts/predictAddress.ts";
import { probe } from "../../chain/probe.ts";
import type { AccountFacts } from "./accountAct.ts";
import type { ActEnvironment } from "./types.ts";

const abi = parseAbi([
  "function owner() view returns (bytes)",
  "function entryPoint() view returns (address)",
]);

/** Undefined where the address is something else. */
export async function readAccountFacts(
  { client }: Pick<ActEnvironment, "client">,
  address: Address,
): Promise<AccountFacts | undefined> {
  const code = await client.getCode({ address });
  if (code === undefined || readOriginalOwner(code) === undefined) return undefined;
  const [owner, entryPoint] = await Promise.all([
    probe(client, { address, abi, functionName: "owner" }),
    probe(client, { address, abi, functionName: "entryPoint" }),
  ]);
  const found = Object.values(entryPoints).find((e) => entryPoint && isAddressEqual(e.address, entryPoint));
  return owner === undefined || found === undefined ? undefined : { address, owner, version: found.version };
}
