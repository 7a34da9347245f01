/** Puts a Safe's open transaction where its owners look, and takes over the signatures they left there. */
import { isAddressEqual } from "viem";
import type { OperationFile } from "../../operations/store/operationFile.ts";
import { readSafe } from "../../safe/readSafe.ts";
import { queueInService } from "../../safe/service.ts";
import type { Proposal } from "./propose.ts";

/** Returns the URL, when it is there. @throws PortcullisError SAFE_SERVICE_* */
export async function queueSafeAct(
  { env, operations }: Proposal,
  file: OperationFile,
  url: string,
  apiKey?: string,
): Promise<string> {
  const open = file.safeTransactions.findLast((t) => t.status === "open");
  const safe = open && (await readSafe(env.client, open.safe));
  if (!open || !safe) return url;
  const { signatures } = await queueInService(
    {
      url,
      ...(apiKey ? { apiKey } : {}),
      chainId: operations.project.chainId,
      timeout: 15_000,
      retries: 4,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    { ...open, owners: safe.owners },
  );
  const fresh = signatures.filter((s) => !open.signatures.some((o) => isAddressEqual(o.owner, s.owner)));
  const at = await env.now();
  await env.store.put({
    ...file,
    safeTransactions: file.safeTransactions.map((t) =>
      t === open ? { ...t, signatures: [...t.signatures, ...fresh] } : t,
    ),
    history: [...file.history, { at, what: "queued", stage: open.stage, note: url }],
  });
  return url;
}
