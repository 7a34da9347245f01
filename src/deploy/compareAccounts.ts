/** Each account against what it should delegate to: its code says so, for ever, and whom it was created for. */
import { isAddressEqual, type PublicClient } from "viem";
import { readOriginalOwner } from "../accounts/predictAddress.ts";
import { PortcullisError } from "../errors.ts";
import type { Desired } from "../policy/desired.ts";

/** Throws `CODE_MISSING`, `CODE_CHANGED`. */
export async function compareAccounts(client: PublicClient, { contracts }: Desired): Promise<void> {
  for (const { name, address, accountOrigin } of contracts) {
    if (accountOrigin === undefined) continue;
    const code = await client.getCode({ address });
    const { implementation } = accountOrigin;
    const found = readOriginalOwner(code ?? "0x")?.implementation;
    if (found !== undefined && isAddressEqual(found, implementation)) continue;
    throw new PortcullisError(
      code === undefined ? "CODE_MISSING" : "CODE_CHANGED",
      `The code of "${name}" at ${address} is ${code === undefined ? "missing" : "not that of a smart account of this deployment"}`,
      {
        hint: "check that the node is in sync and on the chain that was deployed to",
        details: { name, address, expected: implementation, found },
      },
    );
  }
}
