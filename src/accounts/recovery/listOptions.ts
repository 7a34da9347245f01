/** Who can do what about an account's owner now. */
import { formatTime } from "../../plan/wording.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import type { RecoveryState } from "./readRecovery.ts";
import { decodeTerms } from "./terms.ts";

export interface RecoveryOption {
  who: string;
  what: string;
  /** To be typed. */
  command?: string;
}

/**
 * @param account its name
 * @param now seconds
 */
export function listOptions(account: string, state: RecoveryState, now: number): RecoveryOption[] {
  const { request, change, freeze, vetoes } = state;
  const terms = decodeTerms(state.terms);
  const all = terms.guardians.reduce((sum, { weight }) => sum + weight, 0);
  const at = (time: number) => formatTime(BigInt(time));
  const isFinal = vetoes.left === 0n;
  const command = (words: string) => `npx hardhat recovery ${words}`;
  const options: RecoveryOption[] = [];

  if (request === undefined) {
    options.push({
      who: isFinal ? `all guardians, with weight ${all}` : `guardians with weight ${terms.threshold}`,
      what: `ask for a new owner, who can be put in after ${formatDuration(isFinal ? 2n * terms.delay : terms.delay)}${isFinal ? "; nobody can veto it" : ""}`,
      command: command(`propose --account ${account} --owner <name or address>`),
    });
  } else if (now < request.readyAt) {
    options.push({
      who: "anyone",
      what: `execute it from ${at(request.readyAt)}`,
      command: command("execute --file <file>"),
    });
  } else {
    options.push({ who: "anyone", what: "execute it now", command: command("execute --file <file>") });
  }
  if (request !== undefined && !request.isFinal) {
    options.push(
      isFinal
        ? { who: "the owner", what: `nothing: the vetoes are used up until ${at(vetoes.backAt)}` }
        : {
            who: "the owner",
            what: `veto it, with one of ${vetoes.left} vetoes`,
            command: command(`cancel --account ${account}`),
          },
    );
    if (request.weight < all)
      options.push({
        who: `guardians with more weight than ${request.weight}`,
        what: "ask for another owner instead",
      });
  }
  if (change !== undefined)
    options.push({
      who: `guardians with weight ${Math.max(terms.threshold, Math.floor(all / 2) + 1)}`,
      what: "veto the change of the guardians",
      command: command(`cancel --account ${account} --change --as <guardian>`),
    });
  if (now < freeze.until)
    options.push({
      who: `guardians with weight ${terms.threshold}`,
      what: "lift the freeze",
      command: command(`freeze --account ${account} --lift --as <guardian>`),
    });
  else if (terms.freeze > 0n)
    options.push(
      now < freeze.nextAt
        ? { who: "one guardian", what: `freeze value and modules, from ${at(freeze.nextAt)}` }
        : {
            who: "one guardian",
            what: `freeze value and modules for ${formatDuration(terms.freeze)}`,
            command: command(`freeze --account ${account} --as <guardian>`),
          },
    );
  options.push({
    who: "guardians",
    what: "show that they can still sign, which moves nothing",
    command: command(`propose --account ${account} --drill`),
  });
  return options;
}
