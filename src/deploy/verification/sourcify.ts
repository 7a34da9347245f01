/** Sourcify's second API. Source: https://docs.sourcify.dev/docs/api/ */
import { z } from "zod";
import { type Answer, type Explorer, type Fetch, fetchJson } from "./types.ts";

const submitted = z.object({ verificationId: z.string() });
const failed = z.object({ customCode: z.string(), message: z.string().optional() });
const job = z.object({
  isJobCompleted: z.boolean(),
  contract: z.object({ match: z.string().nullable().optional() }).optional(),
  error: failed.optional(),
});

export function createSourcify(url: string, fetch: Fetch): Explorer {
  return {
    name: "sourcify",
    submit: async (submission) => {
      const { chainId, address } = submission;
      if (submission.kind === "proxy") {
        // It finds by itself what a proxy stands for; the proxy's own code is one it has seen many times.
        const similar = `${url}/v2/verify/similarity/${chainId}/${address}`;
        const headers = { "content-type": "application/json" };
        const { body } = await fetchJson(fetch, similar, { method: "POST", headers, body: "{}" });
        return readTicket(body);
      }
      const { identifier, compiler, input } = submission;
      const { body } = await fetchJson(fetch, `${url}/v2/verify/${chainId}/${address}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          stdJsonInput: input,
          compilerVersion: compiler,
          contractIdentifier: identifier,
        }),
      });
      return readTicket(body);
    },
    check: async (ticket) => {
      const { body } = await fetchJson(fetch, `${url}/v2/verify/${ticket}`);
      const answer = job.safeParse(body);
      if (!answer.success) return readFailure(body);
      if (!answer.data.isJobCompleted) return { status: "pending", ticket };
      return answer.data.contract?.match ? { status: "verified" } : readFailure(answer.data.error);
    },
  };
}

function readTicket(body: unknown): Answer {
  const ticket = submitted.safeParse(body);
  return ticket.success ? { status: "pending", ticket: ticket.data.verificationId } : readFailure(body);
}

function readFailure(body: unknown): Answer {
  const error = failed.safeParse(body);
  if (!error.success) return { status: "refused", reason: "it answers in a form that is not known" };
  if (error.data.customCode === "already_verified") return { status: "verified" };
  return { status: "refused", reason: error.data.message ?? error.data.customCode };
}
