/** Who can replace a lost owner: what the recovery module would refuse is said before anything is sent. */
import { concatHex, type Hex } from "viem";
import { changeWait } from "../../../accounts/recovery/requireTerms.ts";
import { encodeTerms } from "../../../accounts/recovery/terms.ts";
import type { DesiredRecovery } from "../../desired.ts";
import type { Path } from "../../problems.ts";
import type { Policy } from "../../schema/policy.ts";
import { formatDuration } from "../../text/duration.ts";
import type { CompileContext } from "../context.ts";
import { GUARDIAN_RECOVERY } from "./infrastructure.ts";

type Written = NonNullable<Policy["accounts"][string]["recovery"]>;
type Guardians = DesiredRecovery["guardians"];

const HOUR = 3_600n;
const DAY = 86_400n;
/** The module takes as many. */
const MOST_GUARDIANS = 32;
const MOST_LIMIT = 2n ** 128n - 1n;

/** @returns undefined where `problems` got a reason */
export function compileRecovery(
  context: CompileContext,
  account: { name: string; owner: Hex | undefined },
  written: Written,
  path: Path,
): DesiredRecovery | undefined {
  const before = context.problems.all.length;
  const guardians = compileGuardians(context, account, written.guardians, [...path, "guardians"]);
  const { threshold, delay, expiry, vetoes, freeze = 0n, quarantine } = written;
  const { refill = 2n * changeWait({ delay, expiry }), rest = 4n * freeze } = written;
  const terms = {
    guardians,
    threshold,
    delay,
    expiry,
    vetoes,
    refill,
    freeze,
    rest,
    ...(quarantine === undefined ? {} : { quarantine }),
  };
  checkThreshold(context, terms, [...path, "threshold"]);
  checkTimes(context, terms, path);
  if (context.problems.all.length > before) return undefined;
  return { ...terms, module: context.names.addressOf(GUARDIAN_RECOVERY), terms: encodeTerms(terms) };
}

function compileGuardians(
  { names, problems }: CompileContext,
  account: { name: string; owner: Hex | undefined },
  written: Written["guardians"],
  path: Path,
): Guardians {
  const count = Object.keys(written).length;
  if (count === 0 || count > MOST_GUARDIANS)
    problems.add(path, `has ${count} guardians`, `name 1 to ${MOST_GUARDIANS}`);
  const found = new Map<string, string>();
  return Object.entries(written).flatMap(([name, guardian]) => {
    const at = [...path, name];
    const verified = typeof guardian === "number" ? undefined : guardian;
    const address =
      verified === undefined
        ? names.resolve(name, at)
        : names.resolve(verified.verifier, [...at, "verifier"]);
    if (address === undefined) return [];
    const signer = concatHex([
      address,
      verified === undefined ? "0x" : (verified.key as Hex),
    ]).toLowerCase() as Hex;
    const other = found.get(signer);
    if (other !== undefined) problems.add(at, `is ${signer}, as "${other}" is`, "leave one of the two away");
    if (name === account.name) problems.add(at, "an account does not guard itself", "name somebody else");
    if (signer === account.owner)
      problems.add(
        at,
        `is ${signer}, the key that owns the account and is to be replaced`,
        "name somebody else",
      );
    found.set(signer, name);
    return [{ name, signer, weight: typeof guardian === "number" ? guardian : guardian.weight }];
  });
}

function checkThreshold(
  { problems }: CompileContext,
  { guardians, threshold }: { guardians: Guardians; threshold: number },
  path: Path,
): void {
  const total = guardians.reduce((sum, { weight }) => sum + weight, 0);
  if (threshold <= total) return;
  problems.add(
    path,
    `the guardians' weights are ${total} together, and never reach ${threshold}`,
    total === 0 ? "name guardians" : `write at most ${total}`,
  );
}

type Terms = Omit<DesiredRecovery, "module" | "terms">;

function checkTimes(context: CompileContext, terms: Terms, path: Path): void {
  const { problems } = context;
  const { delay, expiry, vetoes, freeze, quarantine } = terms;
  if (delay === 0n)
    problems.add([...path, "delay"], "0 seconds leave the owner no time to object", 'write "2 days"');
  else checkSpan(context, [...path, "delay"], delay, HOUR, 90n * DAY);
  if (expiry === 0n)
    problems.add(
      [...path, "expiry"],
      "0 seconds: a recovery would expire when it is ready",
      'write "7 days"',
    );
  else checkSpan(context, [...path, "expiry"], expiry, HOUR, 90n * DAY);
  if (vetoes < 1 || vetoes > 32) problems.add([...path, "vetoes"], `${vetoes} vetoes`, "write 1 to 32");
  // Else who vetoes at the last moment, each time, would never run out.
  checkSpan(context, [...path, "refill"], terms.refill, 2n * changeWait(terms), 3_660n * DAY);
  checkSpan(context, [...path, "freeze"], freeze, 0n, 14n * DAY);
  checkSpan(context, [...path, "rest"], terms.rest, freeze, 366n * DAY);
  if (quarantine === undefined) return;
  checkSpan(context, [...path, "quarantine", "duration"], quarantine.duration, 1n, 90n * DAY);
  if (quarantine.limit > MOST_LIMIT)
    problems.add(
      [...path, "quarantine", "limit"],
      `${quarantine.limit} wei are more than can be stored`,
      `write at most ${MOST_LIMIT} wei`,
    );
}

/** All in seconds. */
function checkSpan(
  { problems }: CompileContext,
  path: Path,
  value: bigint,
  least: bigint,
  most: bigint,
): void {
  if (value >= least && value <= most) return;
  const [bound, word] = value < least ? [least, "shorter"] : [most, "longer"];
  problems.add(
    path,
    `${formatDuration(value)} is ${word} than ${formatDuration(bound)}`,
    `write "${formatDuration(least)}" to "${formatDuration(most)}"`,
  );
}
