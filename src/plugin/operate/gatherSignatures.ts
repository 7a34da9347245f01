/** What waits for owners goes to the Safe Transaction Service, and on at once if they have signed there. */
import { PortcullisError } from "../../errors.ts";
import type { ActOutcome } from "../../operations/acts/types.ts";
import type { OperationState } from "../../operations/lifecycle.ts";
import type { SafeService } from "../../safe/service.ts";
import type { Project } from "../project.ts";
import { readVariable } from "../signerContext.ts";
import type { Operations } from "./open.ts";
import { queueSafeAct } from "./queueSafeAct.ts";

interface Acted {
  outcome: ActOutcome;
  state: OperationState;
}

/**
 * @param written URL of a service, `none`, or empty for the policy's
 * @param again acts once more, with what is kept by then
 * @throws PortcullisError SAFE_SERVICE_*, SECRET_MISSING
 */
export async function gatherSignatures<A extends Acted>(
  operations: Operations,
  id: `0x${string}`,
  acted: A,
  written: string,
  again: () => Promise<A>,
): Promise<A> {
  if (acted.outcome.status !== "waiting") return acted;
  const service = await openSafeService(operations.project, written);
  const file = service && (await operations.store.get(id));
  if (!service || !file) return acted;
  try {
    const taken = await queueSafeAct(operations, file, service);
    const { outcome, ...rest } = taken > 0 ? await again() : acted;
    return {
      ...rest,
      outcome: outcome.status === "waiting" ? { ...outcome, queued: service.url } : outcome,
    } as A;
  } catch (error) {
    // nobody has signed yet: only a service that was asked for by name has to take it
    if (error instanceof PortcullisError && error.code === "SAFE_SIGNATURES_MISSING" && written === "")
      return acted;
    throw error;
  }
}

/** The policy's API key goes to the policy's service only. Undefined where none is configured. */
async function openSafeService(project: Project, written: string): Promise<SafeService | undefined> {
  const declared = project.desired.safeService;
  const url = written === "" ? declared?.url : written;
  if (url === undefined || url === "none") return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new PortcullisError(
      "OPTION_INVALID",
      `--service ${JSON.stringify(url)} is not the address of a service`,
      {
        hint: "write --service https://…, or --service none, or safeService: { url } in the policy",
        details: { option: "service", value: url },
      },
    );
  }
  const named = url === declared?.url ? declared.apiKey : undefined;
  const apiKey = named === undefined ? {} : { apiKey: await readVariable(project.hre, named) };
  return {
    url,
    ...apiKey,
    chainId: project.chainId,
    timeout: 10_000,
    retries: 3,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
