/** The progress of plans in one small file. */
import type { Hash } from "viem";
import { z } from "zod";
import { PortcullisError } from "../errors.ts";
import type { ApplyJournal, ApplyRecord } from "./applyPlan.ts";

/** As much of a folder as is needed; `write` is atomic and durable. */
export interface JournalFiles {
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string): Promise<void>;
}

const PATH = "operations/apply.json";

const schema = z.array(
  z.strictObject({
    id: z.custom<Hash>((value) => typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value)),
    title: z.string(),
    attempt: z.int().min(1),
    state: z.enum(["begun", "scheduled", "ended"]),
  }),
);

/** @throws PortcullisError APPLY_JOURNAL_INVALID from both of its functions */
export function openApplyJournal(files: JournalFiles): ApplyJournal {
  const list = async (): Promise<readonly ApplyRecord[]> => {
    const text = await files.read(PATH);
    if (text === undefined) return [];
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new PortcullisError("APPLY_JOURNAL_INVALID", `${PATH} is not a journal of applied plans`, {
        hint: "restore the file from version control; without it a step that is being sent could be sent again",
        details: { path: PATH },
        cause,
      });
    }
  };
  return {
    list,
    put: async (record) => {
      const others = (await list()).filter((other) => other.id !== record.id);
      await files.write(PATH, `${JSON.stringify([...others, record], null, 2)}\n`);
    },
  };
}
