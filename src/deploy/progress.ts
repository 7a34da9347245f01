/** What a deployment was begun with, kept from its first second to its last: what a resumed run must not change. */
import { z } from "zod";
import { PortcullisError } from "../errors.ts";
import { toJson } from "../json.ts";

const FILE = "deploy.json";

const hex = z.templateLiteral(["0x", z.string()]);
const whole = z.string().regex(/^\d+$/).transform(BigInt);

const schema = z.object({
  schema: z.literal(1),
  network: z.string(),
  chainId: z.number(),
  genesis: hex,
  policy: z.string(),
  policyHash: hex,
  deployer: hex,
  fromBlock: whole,
  /** Seconds since the epoch: what the deployer holds for the time of the deployment ends by itself then. */
  temporaryUntil: whole,
});

export type Progress = z.output<typeof schema>;

interface ProgressFiles {
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string): Promise<void>;
}

export async function readProgress(files: ProgressFiles): Promise<Progress | undefined> {
  const text = await files.read(FILE);
  if (text === undefined) return undefined;
  const result = schema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  throw new PortcullisError("PROGRESS_UNREADABLE", `${FILE} is not the record of a deployment`, {
    hint: "git checkout -- the file",
    details: { path: result.error.issues[0]?.path },
  });
}

export async function writeProgress(files: ProgressFiles, progress: Progress): Promise<void> {
  await files.write(FILE, `${toJson(progress)}\n`);
}
