/** Puts a Safe's open transaction where its owners look, and takes over the signatures they left there. */
import { isAddressEqual } from "viem";
import type { OperationFile } from "../../operations/store/operationFile.ts";
import { readSafe } from "../../safe/readSafe.ts";
import { queueInService, type SafeService } from "../../safe/service.ts";
import type { Operations } from "./open.ts";

/** Returns how many signatures were taken over. @throws PortcullisError SAFE_SERVICE_*, SAFE_SIGNATURES_MISSING */
export async function queueSafeAct(
  { client, project, store }: Operations,
  file: OperationFile,
  service: SafeService,
): Promise<number> {
  const open = file.safeTransactions.findLast((t) => t.status === "open");
  const safe = open && (await readSafe(client, open.safe));
  if (!open || !safe) return 0;
  // what owners of owning Safes signed stays in the file: the service takes signatures of the Safe's own owners
  const direct = open.signatures.filter((s) => s.through === undefined);
  const { signatures } = await queueInService(service, {
    ...open,
    signatures: direct,
    owners: safe.owners,
  });
  const fresh = signatures.filter((s) => !direct.some((o) => isAddressEqual(o.owner, s.owner)));
  const at = await project.now();
  const taken = fresh.map(({ owner }) => ({ at, what: "signed" as const, stage: open.stage, by: owner }));
  await store.put({
    ...file,
    safeTransactions: file.safeTransactions.map((t) =>
      t === open ? { ...t, signatures: [...t.signatures, ...fresh] } : t,
    ),
    history: [...file.history, ...taken, { at, what: "queued", stage: open.stage, note: service.url }],
  });
  return fresh.length;
}
