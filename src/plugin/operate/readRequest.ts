/** What a person typed → what is proposed. */
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { parseCalls } from "../../operations/encode/parseCalls.ts";
import { readPlanFile } from "../../operations/encode/readPlanFile.ts";
import { parseInstant } from "../../policy/text/instant.ts";
import type { ProposeRequest } from "./propose.ts";

export interface TypedRequest {
  call: string;
  plan: string;
  title: string;
  reason: string;
  deadline: string;
}

/** @throws PortcullisError NOTHING_TO_PROPOSE, TITLE_MISSING, PLAN_FILE_MISSING, and what parsing throws */
export async function readRequest(
  typed: TypedRequest,
  book: AddressBook,
  readFile: (path: string) => Promise<string>,
): Promise<Pick<ProposeRequest, "calls" | "title" | "reason" | "deadline">> {
  const calls = [
    ...(typed.call === "" ? [] : parseCalls(typed.call, book)),
    ...(typed.plan === "" ? [] : readPlanFile(await read(typed.plan, readFile), book)),
  ];
  if (calls.length === 0) {
    throw new PortcullisError("NOTHING_TO_PROPOSE", "No call was named", {
      hint: "add --call 'vault.setLimit(100 ether)' or --plan calls.json",
    });
  }
  for (const field of ["title", "reason"] as const) {
    if (typed[field].trim() !== "") continue;
    throw new PortcullisError(
      "TITLE_MISSING",
      `An operation needs a ${field}: those who sign it later read it`,
      {
        hint: `add --${field} '…'`,
        details: { field },
      },
    );
  }
  const deadline = typed.deadline === "" ? {} : { deadline: parseInstant(typed.deadline) };
  return { calls, title: typed.title.trim(), reason: typed.reason.trim(), ...deadline };
}

async function read(path: string, readFile: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new PortcullisError("PLAN_FILE_MISSING", `${path} cannot be read`, {
      hint: "check the path: it is relative to where the command runs",
      details: { path },
      cause: error,
    });
  }
}
