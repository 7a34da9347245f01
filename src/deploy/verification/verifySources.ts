/**
 * Shows the sources of what was deployed to explorers. Explorers are slow, throttle and are away: nothing waits for
 * them for long, what was reached is kept, and the next run goes on from there.
 */
import { z } from "zod";
import { toJson } from "../../json.ts";
import type { Clock } from "../../transactions/types.ts";
import type { DeployFiles } from "../types.ts";
import { type Answer, type Explorer, ExplorerBusy, type Submission } from "./types.ts";

export interface VerifySourcesParameters {
  explorers: readonly Explorer[];
  contracts: readonly (Submission & { name: string })[];
  files: DeployFiles;
  clock: Clock;
  /** Milliseconds for all of it together. */
  budget: number;
  report(line: string): void;
}

const FILE = "verification.json";
const schema = z.record(
  z.string(),
  z.object({
    status: z.enum(["verified", "pending", "refused", "waiting"]),
    ticket: z.string().exactOptional(),
    reason: z.string().exactOptional(),
  }),
);
type State = z.output<typeof schema>;

/** Never rejects because of an explorer. Returns what is still open, by `<explorer> <name>`. */
export async function verifySources(parameters: VerifySourcesParameters): Promise<readonly string[]> {
  const { explorers, contracts, files, clock, report } = parameters;
  const state = await readState(files);
  const deadline = clock.now() + parameters.budget;
  for (let pause = 1_000; ; pause = Math.min(pause * 2, 15_000)) {
    let open = 0;
    for (const explorer of explorers) {
      for (const contract of contracts) {
        const key = `${explorer.name} ${contract.address}`;
        const before = state[key];
        if (before?.status === "verified" || before?.status === "refused") continue;
        const after = await advance(explorer, contract, before?.ticket);
        state[key] = after;
        await files.write(FILE, `${toJson(state)}\n`);
        if (after.status === "verified") report(`${explorer.name}: ${contract.name} is verified`);
        else if (after.status === "refused")
          report(`${explorer.name}: ${contract.name} was refused: ${after.reason ?? ""}`);
        else open += 1;
        if (clock.now() >= deadline) break;
      }
    }
    if (open === 0 || clock.now() + pause >= deadline) break;
    await clock.sleep(pause);
  }
  const open = explorers.flatMap((explorer) =>
    contracts
      .filter(({ address }) => state[`${explorer.name} ${address}`]?.status !== "verified")
      .map(({ name }) => `${explorer.name} ${name}`),
  );
  if (open.length > 0)
    report(`not verified yet: ${open.join(", ")}; the next \`npx hardhat deploy\` goes on`);
  return open;
}

async function advance(
  explorer: Explorer,
  contract: Submission,
  ticket: string | undefined,
): Promise<State[string]> {
  try {
    const answer: Answer =
      ticket === undefined ? await explorer.submit(contract) : await explorer.check(ticket);
    return answer;
  } catch (error) {
    if (!(error instanceof ExplorerBusy)) throw error;
    return { status: "waiting", reason: error.message, ...(ticket === undefined ? {} : { ticket }) };
  }
}

async function readState(files: DeployFiles): Promise<State> {
  const text = await files.read(FILE);
  if (text === undefined) return {};
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Only a memory of what explorers said: they can be asked again.
    return {};
  }
}
