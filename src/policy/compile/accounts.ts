/** Safes and timelocks: the state they shall have. */
import { type Address, zeroAddress } from "viem";
import { PortcullisError } from "../../errors.ts";
import { safeInfrastructure } from "../../safe/infrastructure.ts";
import type { DesiredContract } from "../desired.ts";
import type { Policy } from "../schema/policy.ts";
import { formatDuration } from "../text/duration.ts";
import { type CompileContext, resolveList, settled } from "./context.ts";
import { compilePostConditions } from "./postConditions.ts";

const DAY = 86_400n;

export function compileSafe(
  context: CompileContext,
  name: string,
  safe: Policy["safes"][string],
): DesiredContract {
  const { names, problems, policy } = context;
  const at = ["safes", name];
  if (safe.threshold > safe.owners.length) {
    problems.add(
      [...at, "threshold"],
      `${safe.threshold} of ${safe.owners.length} owners can never sign`,
      `write at most ${safe.owners.length}`,
    );
  }
  const standard = safe.at === undefined ? standardSafe(policy.chain) : undefined;
  const one = (field: "guard" | "singleton" | "fallbackHandler"): Address | undefined =>
    safe[field] === undefined ? undefined : names.resolve(safe[field], [...at, field]);
  return {
    name,
    address: names.addressOf(name),
    codehash: null,
    safe: {
      version: safe.version,
      owners: resolveList(context, safe.owners, [...at, "owners"]),
      threshold: safe.threshold,
      nonce: 0n,
      modules: resolveList(context, safe.modules, [...at, "modules"]),
      guard: one("guard") ?? zeroAddress,
      fallbackHandler: one("fallbackHandler") ?? standard?.fallbackHandler ?? zeroAddress,
      singleton: one("singleton") ?? standard?.singleton ?? zeroAddress,
    },
    ...deployment(safe.at, "Safe", safe.owners),
  };
}

export function compileTimelock(
  context: CompileContext,
  name: string,
  timelock: Policy["timelocks"][string],
): DesiredContract {
  const { names, problems } = context;
  const at = ["timelocks", name];
  const address = names.addressOf(name);
  const ours = timelock.flavour === "portcullis";
  checkTimelock(context, name, timelock);
  const list = (field: "proposers" | "cancellers" | "guardians") =>
    resolveList(context, timelock[field], [...at, field]);
  const others = resolveList(context, timelock.admins ?? [], [...at, "admins"]);
  if (ours && others.length > 0) {
    problems.add([...at, "admins"], "a Portcullis timelock administers itself only", "leave it away");
  }
  const ceiling = timelock.ceiling ?? timelock.delay;
  return {
    name,
    address,
    codehash: null,
    timelock: {
      flavour: timelock.flavour,
      delay: settled(timelock.delay),
      ...(ours
        ? {
            floor: timelock.floor ?? timelock.delay,
            ceiling,
            expiry: timelock.expiry ?? 0n,
            vetoLimit: BigInt(timelock.vetoes?.limit ?? 3),
            vetoWindow: timelock.vetoes?.window ?? 3n * (ceiling + DAY),
          }
        : {}),
      proposers: list("proposers"),
      cancellers: list("cancellers"),
      executors:
        timelock.executors === "anyone"
          ? [zeroAddress]
          : resolveList(context, timelock.executors, [...at, "executors"]),
      admins: [address, ...others.filter((other) => other !== address)].sort((a, b) =>
        BigInt(a) < BigInt(b) ? -1 : 1,
      ),
      guardians: list("guardians"),
      suspended: [],
      ...(ours ? { postConditions: compilePostConditions(context, timelock.postConditions, at) } : {}),
      operations: [],
    },
    ...deployment(timelock.at, "Timelock", [
      ...timelock.proposers,
      ...timelock.cancellers,
      ...timelock.guardians,
      ...(timelock.executors === "anyone" ? [] : timelock.executors),
    ]),
  };
}

/** What the contract's constructor would refuse, said before anything is sent. */
function checkTimelock(
  { problems }: CompileContext,
  name: string,
  timelock: Policy["timelocks"][string],
): void {
  const at = ["timelocks", name];
  const { delay, floor, ceiling, expiry, vetoes } = timelock;
  if (timelock.flavour === "openzeppelin") {
    for (const field of ["floor", "ceiling", "expiry", "vetoes"] as const) {
      if (timelock[field] !== undefined)
        problems.add([...at, field], "a plain TimelockController has none", "leave it away");
    }
    if (timelock.postConditions.length > 0) {
      problems.add([...at, "postConditions"], "a plain TimelockController has none", "leave it away");
    }
    if (timelock.guardians.length > 0) {
      problems.add([...at, "guardians"], "a plain TimelockController has none", "write them as cancellers");
    }
    if (timelock.at === undefined) {
      problems.add(
        [...at, "flavour"],
        "a plain TimelockController is only administered, not deployed",
        "write at, or leave flavour away",
      );
    }
    return;
  }
  const missing = { floor: "1 day", ceiling: "30 days", expiry: "14 days" };
  for (const [field, example] of Object.entries(missing)) {
    if (timelock[field as keyof typeof missing] === undefined) {
      problems.add([...at, field], "is missing", `write a duration: "${example}"`);
    }
  }
  if (floor !== undefined && (floor === 0n || floor > delay)) {
    problems.add(
      [...at, "floor"],
      floor === 0n ? "no floor is no protection" : "the delay is below it",
      `write more than 0 seconds and at most "${formatDuration(delay)}"`,
    );
  }
  if (ceiling !== undefined && ceiling < delay) {
    problems.add([...at, "ceiling"], "the delay is above it", `write at least "${formatDuration(delay)}"`);
  }
  if (expiry === 0n)
    problems.add(
      [...at, "expiry"],
      "an operation would expire when it is ready",
      'write a duration: "14 days"',
    );
  if (vetoes !== undefined && ceiling !== undefined && vetoes.window / BigInt(vetoes.limit) <= ceiling) {
    problems.add(
      [...at, "vetoes", "window"],
      "a veto would come back before the longest delay is over, so one account could stop everything for ever",
      `write more than "${formatDuration(ceiling * BigInt(vetoes.limit))}"`,
    );
  }
  if (timelock.proposers.length === 0)
    problems.add([...at, "proposers"], "nobody could propose", "name at least one");
  if (timelock.executors.length === 0)
    problems.add([...at, "executors"], "nobody could execute", 'name at least one, or write "anyone"');
}

/** Where Safe publishes nothing for a chain, nothing is wished of these two. */
function standardSafe(chain: number): { singleton: Address; fallbackHandler: Address } | undefined {
  try {
    const { contracts } = safeInfrastructure(chain);
    return {
      singleton: chain === 1 ? contracts.safe : contracts.safeL2,
      fallbackHandler: contracts.fallbackHandler,
    };
  } catch (error) {
    if (error instanceof PortcullisError) return undefined;
    throw error;
  }
}

/** `after` still holds every reference; the order keeps those that are deployed. */
export function deployment(
  at: string | undefined,
  artifact: string,
  after: readonly string[],
): Pick<DesiredContract, "deployment"> {
  return at === undefined ? { deployment: { artifact, args: [], after } } : {};
}
