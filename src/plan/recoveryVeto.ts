/** An owner's veto of a recovery, as the plan of that one step: the account calls its module. */
import { concatHex, keccak256, numberToHex } from "viem";
import { planCancel } from "../accounts/recovery/planCalls.ts";
import type { RecoveryState } from "../accounts/recovery/readRecovery.ts";
import { PortcullisError } from "../errors.ts";
import type { Plan } from "../operations/types.ts";
import { formatTime } from "./wording.ts";

const DAY = 86_400n;

/**
 * @param account its name
 * @param now seconds
 * @throws PortcullisError RECOVERY_FINAL, RECOVERY_VETOES_USED_UP
 */
export function planVeto(account: string, state: RecoveryState, now: number): Plan {
  const { request, vetoes, module, terms, nonce, chainId } = state;
  if (request?.isFinal)
    throw new PortcullisError(
      "RECOVERY_FINAL",
      `All guardians of ${account} asked for a new owner after the vetoes were used up: nobody can stop it`,
      { hint: "npx hardhat recovery status", details: { expiresAt: request.expiresAt } },
    );
  if (vetoes.left === 0n)
    throw new PortcullisError("RECOVERY_VETOES_USED_UP", `The owner of ${account} has no veto left`, {
      hint: `the last of them is back at ${formatTime(BigInt(vetoes.backAt))}; \`npx hardhat recovery status\` says what guardians can do`,
      details: { backAt: vetoes.backAt },
    });
  const call = { ...planCancel(module, terms), value: 0n };
  const what = request === undefined ? "Void what guardians have signed for" : "Veto the recovery of";
  const title = `${what} ${account}`;
  const begin = BigInt(now);
  return {
    chainId,
    steps: [
      {
        // The same veto of a later recovery is another step.
        id: keccak256(
          concatHex([numberToHex(chainId, { size: 32 }), state.account, numberToHex(nonce), call.data]),
        ),
        chainId,
        title,
        reason: `The owner of ${account} does not agree to it`,
        deadline: begin + DAY,
        calls: [call],
        route: { kind: "account", account: state.account },
        effect: "tightening",
        after: [],
        titles: [title],
        paths: [`${account}.recovery.request`],
        earliest: { begin, done: begin },
      },
    ],
    waits: [],
    findings: [],
  };
}
