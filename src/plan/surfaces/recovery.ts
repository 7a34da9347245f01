/**
 * Who replaces a smart account's lost owner. First terms rule at once; others wait longer than any recovery takes, and
 * the old ones rule until then: no step leaves an account unguarded that the policy wants guarded. An account that the
 * policy deploys without guardians has none. Nothing here ever vetoes a recovery: that is for a person to decide.
 */
import { type Address, encodeFunctionData, type Hex } from "viem";
import { guardianRecoveryAbi } from "../../abi/guardianRecovery.ts";
import { describeGuardians } from "../../accounts/recovery/describeGuardians.ts";
import {
  planAppliedChange,
  planConfigure,
  planInstall,
  planChange as planProposal,
  planRemoval,
  planWithdrawal,
  type RecoveryCall,
} from "../../accounts/recovery/planCalls.ts";
import { changeWait } from "../../accounts/recovery/requireTerms.ts";
import { decodeTerms } from "../../accounts/recovery/terms.ts";
import type { DesiredRecovery } from "../../policy/desired.ts";
import { formatDuration } from "../../policy/text/duration.ts";
import type { GuardianRecoveryState, SmartAccountState } from "../../snapshot/types.ts";
import {
  type Change,
  impossible,
  type SurfaceInput,
  type SurfacePlan,
  type SurfacePlanner,
} from "../change.ts";
import { changeSurface, sameAddress, stateOf, ZERO_ADDRESS } from "../model.ts";
import { formatTime } from "../wording.ts";

/** Seconds for which a change can be applied once it is ready; fixed in the contract. */
const CHANGE_EXPIRY = 30n * 86_400n;

export const planRecovery: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found, context } = input;
  const now = found.account;
  if (wanted.account === undefined || now === undefined) return { changes: [] };
  const waits = [
    { what: "frozen", word: "is frozen by a guardian", until: now.frozenUntil },
    { what: "quarantine", word: "is in quarantine after a recovery", until: now.quarantine.until },
  ].flatMap(({ what, word, until }) =>
    until > context.now ? [{ path: `${wanted.name}.${what}`, title: `${wanted.name} ${word}`, until }] : [],
  );
  return { changes: [...requestOf(input, now), ...changesOf(input, now)], waits };
};

function changesOf(input: SurfaceInput, now: SmartAccountState): Change[] {
  const { wanted, context } = input;
  const wish = wanted.recovery;
  // An account that only exists may have guardians that nobody wrote down; one of ours may not.
  if (wish === undefined && wanted.deployment === undefined) return [];
  if (sameAddress(now.recoveryModule, ZERO_ADDRESS))
    return wish === undefined ? [] : [installing(input, wish)];
  const state = now.recovery;
  if (state === undefined || (wish !== undefined && !sameAddress(wish.module, now.recoveryModule)))
    return [otherModule(input, now)];
  const goal = wish?.terms ?? "0x";
  const pending =
    state.change === undefined || state.change.expiresAt <= context.now ? undefined : state.change;
  if (state.terms === goal && (wish !== undefined || state.terms !== "0x"))
    return pending === undefined ? [] : [withdrawing(input, now, pending.terms)];
  if (state.terms === "0x") return [wish === undefined ? removing(input, now) : configuring(input, wish)];
  if (pending?.terms !== goal) return [proposing(input, now, state, goal)];
  const ready = later(pending.readyAt, state.freeze.until);
  return [wish === undefined ? removing(input, now, ready) : applying(input, now, goal, ready)];
}

/** A recovery that the policy's new owner comes by goes on; any other is somebody's to look at. */
function requestOf(input: SurfaceInput, now: SmartAccountState): Change[] {
  const { wanted, found, context } = input;
  const { request, terms } = now.recovery ?? {};
  if (request === undefined || terms === undefined || request.expiresAt <= context.now) return [];
  const { newOwner, readyAt, expiresAt, isFinal } = request;
  const who = nameOf(input, newOwner);
  const path = `${wanted.name}.recovery.request`;
  if (newOwner !== wanted.account?.owner.toLowerCase())
    return [
      impossible(
        {
          path,
          wanted: "none",
          found: `${who} from ${formatTime(readyAt)} to ${formatTime(expiresAt)}`,
          effect: "tightening",
        },
        `guardians asked to make ${who} the owner of ${wanted.name}, which anyone can carry out from ${formatTime(readyAt)} on${isFinal ? ", and nobody can veto" : ""}`,
        isFinal
          ? `write owner: the new one into the policy, or take away what ${wanted.name} can do before`
          : `if nobody meant it: \`npx hardhat recovery cancel --account ${wanted.name}\`; else write the new owner into the policy`,
      ),
    ];
  return [
    {
      path,
      wanted: who,
      found: nameOf(input, now.owner),
      title: `Make ${who} the owner of ${wanted.name}, as its guardians asked`,
      effect: "loosening",
      calls: [
        {
          to: now.recoveryModule,
          value: 0n,
          data: encodeFunctionData({
            abi: guardianRecoveryAbi,
            functionName: "finalizeWith",
            args: [found.address, newOwner, terms],
          }),
        },
      ],
      callers: "anyone",
      notBefore: readyAt,
      writes: `${found.address}/account`,
      reads: [],
      apply: (model, at) =>
        changeSurface(model, found.address, "account", ({ recovery, ...state }) => ({
          ...state,
          owner: newOwner,
          epoch: state.epoch + 1n,
          sessions: [],
          frozenUntil: 0n,
          ...(recovery === undefined ? {} : { recovery: settled(recovery, terms, at) }),
        })),
    },
  ];
}

function installing(input: SurfaceInput, wish: DesiredRecovery): Change {
  const { wanted, found, context } = input;
  const module = stateOf(context.model, wish.module);
  return {
    ...byAccount(input, [planInstall(found.address, wish.module, wish.terms)]),
    wanted: guardiansOf(input, wish.terms),
    found: "nobody",
    title: `Let ${guardiansOf(input, wish.terms)} replace a lost owner of ${wanted.name}, after ${formatDuration(wish.delay)}`,
    effect: "loosening",
    ...(module?.codehash === null
      ? { impossible: { why: "GuardianRecovery is not on this chain yet", hint: "npx hardhat deploy" } }
      : {}),
    apply: (model, at) =>
      changeSurface(model, found.address, "account", (state) => ({
        ...state,
        recoveryModule: wish.module,
        recovery: settled(undefined, wish.terms, at),
      })),
  };
}

const configuring = (input: SurfaceInput, wish: DesiredRecovery): Change => ({
  ...byAccount(input, [planConfigure(wish.module, wish.terms)]),
  wanted: guardiansOf(input, wish.terms),
  found: "nobody",
  title: `Let ${guardiansOf(input, wish.terms)} replace a lost owner of ${input.wanted.name}, after ${formatDuration(wish.delay)}`,
  effect: "loosening",
  apply: changed(input, (state, at) => settled(state, wish.terms, at)),
});

function proposing(
  input: SurfaceInput,
  { recoveryModule }: SmartAccountState,
  state: GuardianRecoveryState,
  goal: Hex,
): Change {
  const { name } = input.wanted;
  const wait = changeWait(decodeTerms(state.terms));
  const [from, to] = [guardiansOf(input, state.terms), guardiansOf(input, goal)];
  const what =
    goal === "0x"
      ? `no guardians of ${name} any more`
      : from === to
        ? `other terms for the guardians of ${name}`
        : `${to} as guardians of ${name}`;
  return {
    ...byAccount(input, [planProposal(recoveryModule, state.terms, goal)]),
    wanted: to === from ? `${to}, by the policy's terms` : to,
    found: from,
    title: `Propose ${what}, which waits ${formatDuration(wait)} while ${from} can veto it`,
    effect: goal === "0x" ? "tightening" : "loosening",
    apply: changed(input, (before, at) => ({
      ...before,
      change: { readyAt: at + wait, expiresAt: at + wait + CHANGE_EXPIRY, terms: goal },
    })),
  };
}

const withdrawing = (input: SurfaceInput, { recoveryModule }: SmartAccountState, pending: Hex): Change => ({
  ...byAccount(input, [planWithdrawal(recoveryModule)]),
  path: `${input.wanted.name}.recovery.change`,
  wanted: "none",
  found: guardiansOf(input, pending),
  title: `Withdraw the change of ${input.wanted.name}'s guardians to ${guardiansOf(input, pending)}, which the policy does not want`,
  effect: "tightening",
  apply: changed(input, ({ change: _, ...state }) => state),
});

const applying = (
  input: SurfaceInput,
  { recoveryModule, recovery }: SmartAccountState,
  goal: Hex,
  ready: bigint,
): Change => ({
  ...byAccount(input, [planAppliedChange(recoveryModule, input.found.address)]),
  callers: "anyone",
  wanted: guardiansOf(input, goal),
  found: guardiansOf(input, recovery?.terms ?? "0x"),
  title: `Let the proposed guardians of ${input.wanted.name} rule: ${guardiansOf(input, goal)}`,
  effect: "loosening",
  notBefore: ready,
  ...whilePending(input, recovery),
  apply: changed(input, ({ change: _, ...state }) => ({ ...state, terms: goal })),
});

/** @param ready seconds since the epoch: when the module agrees to it */
const removing = (
  input: SurfaceInput,
  { recoveryModule, recovery, frozenUntil }: SmartAccountState,
  ready = 0n,
): Change => ({
  ...byAccount(input, [planRemoval(input.found.address, recoveryModule)]),
  wanted: "nobody",
  found: guardiansOf(input, recovery?.terms ?? "0x"),
  title: `Remove the recovery module of ${input.wanted.name}: nobody replaces a lost owner any more`,
  effect: "tightening",
  notBefore: later(ready, frozenUntil),
  ...whilePending(input, recovery),
  apply: (model) =>
    changeSurface(model, input.found.address, "account", ({ recovery: _, ...state }) => ({
      ...state,
      recoveryModule: ZERO_ADDRESS,
    })),
});

const otherModule = (input: SurfaceInput, { recoveryModule }: SmartAccountState): Change =>
  impossible(
    {
      path: `${input.wanted.name}.recovery`,
      wanted: guardiansOf(input, input.wanted.recovery?.terms ?? "0x"),
      found: `whoever ${recoveryModule} listens to`,
      effect: "tightening",
    },
    `another module than Portcullis's can replace the owner of ${input.wanted.name}: ${recoveryModule}`,
    "have the owner remove it by the module's own way, then plan again",
  );

function whilePending(
  { context }: SurfaceInput,
  recovery: GuardianRecoveryState | undefined,
): { blocked?: string } {
  const request = recovery?.request;
  if (request === undefined || request.expiresAt <= context.now) return {};
  return {
    blocked: `nothing about guardians takes effect while a recovery is pending (until ${formatTime(request.expiresAt)})`,
  };
}

/** The account itself asks its module, and nobody else can. */
function byAccount({ wanted, found: { address } }: SurfaceInput, calls: readonly RecoveryCall[]) {
  return {
    path: `${wanted.name}.recovery`,
    calls: calls.map(({ to, data }) => ({ to, value: 0n, data })),
    callers: [{ address, since: 0n, source: `${address}/account/owner` }],
    writes: `${address}/account/recovery`,
    reads: [],
  } satisfies Partial<Change>;
}

const changed =
  (
    { found }: SurfaceInput,
    change: (state: GuardianRecoveryState, at: bigint) => GuardianRecoveryState,
  ): Change["apply"] =>
  (model, at) =>
    changeSurface(model, found.address, "account", (account) => ({
      ...account,
      ...(account.recovery === undefined ? {} : { recovery: change(account.recovery, at) }),
    }));

/** Nothing pending, under `terms`. */
function settled(before: GuardianRecoveryState | undefined, terms: Hex, at: bigint): GuardianRecoveryState {
  return {
    terms,
    freeze: { until: 0n, nextAt: before?.freeze.nextAt ?? 0n },
    vetoes:
      before?.terms === "0x" || before === undefined
        ? { left: decodeTerms(terms).vetoes, backAt: at }
        : before.vetoes,
  };
}

function guardiansOf({ context }: SurfaceInput, terms: Hex): string {
  if (terms === "0x") return "nobody";
  try {
    return describeGuardians(decodeTerms(terms), context.nameOf);
  } catch {
    return "guardians whose terms no log shows";
  }
}

const nameOf = ({ context }: SurfaceInput, owner: Hex): string =>
  owner.length === 42 ? context.nameOf(owner as Address) : owner;

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
