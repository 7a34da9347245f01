/** Follows a replaced transaction until a block decides which of its attempts counts. */
import type { Hash } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { Project } from "../project.ts";

export type Settlement = { status: "included" | "cancelled"; hash: Hash } | { status: "pending" };

/** A timeout is no failure here: it is stored, and goes on with whatever command comes next. */
export async function followTransaction({ sender }: Project, id: Hash): Promise<Settlement> {
  try {
    const { hash } = await sender.wait(id);
    return { status: "included", hash };
  } catch (error) {
    if (!(error instanceof PortcullisError)) throw error;
    if (error.code === "TRANSACTION_PENDING") return { status: "pending" };
    if (error.code === "TRANSACTION_CANCELLED")
      return { status: "cancelled", hash: error.details.hash as Hash };
    throw error;
  }
}
