/** Who can replace a lost owner: what the recovery module would refuse is said before anything is sent. */
import type { Hex } from "viem";
import type { DesiredRecovery } from "../../desired.ts";
import type { Path } from "../../problems.ts";
import type { Policy } from "../../schema/policy.ts";
import type { CompileContext } from "../context.ts";

type Written = NonNullable<Policy["accounts"][string]["recovery"]>;

/** The module takes as many. */
const MOST_GUARDIANS = 32;

export function compileRecovery(
  { names, problems }: CompileContext,
  account: string,
  written: Written,
  path: Path,
): DesiredRecovery {
  const { threshold, delay, expiry, vetoes, quarantine } = written;
  const weights = Object.entries(written.guardians);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  if (weights.length === 0 || weights.length > MOST_GUARDIANS)
    problems.add([...path, "guardians"], `has ${weights.length} guardians`, `name 1 to ${MOST_GUARDIANS}`);
  if (threshold > total)
    problems.add(
      [...path, "threshold"],
      `the guardians' weights are ${total} together, and never reach ${threshold}`,
      `write at most ${total}`,
    );
  if (delay === 0n) problems.add([...path, "delay"], "leaves the owner no time to object", 'write "2 days"');
  if (expiry === 0n)
    problems.add([...path, "expiry"], "a recovery would expire when it is ready", 'write "7 days"');
  const found = new Map<string, string>();
  const guardians = weights.flatMap(([name, weight]) => {
    const address = names.resolve(name, [...path, "guardians", name]);
    if (address === undefined) return [];
    const other = found.get(address);
    if (other !== undefined)
      problems.add([...path, "guardians", name], `is the same address as "${other}"`, "leave it away");
    if (name === account)
      problems.add([...path, "guardians", name], "an account does not guard itself", "name somebody else");
    found.set(address, name);
    return [{ name, signer: address.toLowerCase() as Hex, weight }];
  });
  return { guardians, threshold, delay, expiry, vetoes, ...(quarantine === undefined ? {} : { quarantine }) };
}
