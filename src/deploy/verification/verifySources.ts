/**
 * Shows the sources of what was deployed to explorers. Explorers are slow, throttle and are away: nothing waits for
 * them for long, what was reached is kept, and the next run goes on from there.
 */
import type { Address } from "viem";
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

/** One contract at one explorer. */
export interface Shown {
  explorer: string;
  name: string;
  address: Address;
  status: "verified" | "pending" | "refused" | "waiting";
  /** Why it is not verified. */
  reason?: string;
}

/** Never rejects because of an explorer. Each has its own pace: one that is away does not hold up another. */
export async function verifySources(parameters: VerifySourcesParameters): Promise<readonly Shown[]> {
  const { explorers, contracts, files, report } = parameters;
  const state = await readState(files);
  let saved = Promise.resolve();
  const save = () => {
    saved = saved.then(() => files.write(FILE, `${toJson(state)}\n`));
    return saved;
  };
  await Promise.all(explorers.map((explorer) => showAll(explorer, parameters, state, save)));
  const shown = explorers.flatMap((explorer) =>
    contracts.map(({ name, address }): Shown => {
      const { status, reason } = state[`${explorer.name} ${address}`] ?? { status: "waiting" as const };
      return { explorer: explorer.name, name, address, status, ...(reason === undefined ? {} : { reason }) };
    }),
  );
  const open = shown.filter(({ status }) => status === "pending" || status === "waiting");
  if (open.length > 0)
    report(
      `not verified yet: ${open.map(({ explorer, name }) => `${explorer} ${name}`).join(", ")}; the next \`npx hardhat deploy\` goes on`,
    );
  return shown;
}

async function showAll(
  explorer: Explorer,
  { contracts, clock, budget, report }: VerifySourcesParameters,
  state: State,
  save: () => Promise<void>,
): Promise<void> {
  const deadline = clock.now() + budget;
  for (let pause = 1_000; ; pause = Math.min(pause * 2, 15_000)) {
    let open = 0;
    for (const contract of contracts) {
      const key = `${explorer.name} ${contract.address}`;
      const before = state[key];
      if (before?.status === "verified" || before?.status === "refused") continue;
      if (clock.now() >= deadline) return;
      const after = await advance(explorer, contract, before?.ticket);
      state[key] = after;
      await save();
      if (after.status === "verified") report(`${explorer.name}: ${contract.name} is verified`);
      else if (after.status === "refused")
        report(`${explorer.name}: ${contract.name} was refused: ${after.reason ?? ""}`);
      else open += 1;
    }
    if (open === 0 || clock.now() + pause >= deadline) return;
    await clock.sleep(pause);
  }
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
