/** A smart account: the state it shall have. */
import { numberToHex, zeroAddress } from "viem";
import { entryPoints } from "../../../accounts/entryPoints.ts";
import type { GuardianRecoveryState } from "../../../snapshot/types.ts";
import type { DesiredContract, DesiredRecovery, DesiredSession } from "../../desired.ts";
import type { Policy } from "../../schema/policy.ts";
import type { CompileContext } from "../context.ts";
import { accountBuilds, SESSION_VALIDATOR, verifierOf } from "./infrastructure.ts";
import { compileOwner } from "./owner.ts";
import { compileRecovery } from "./recovery.ts";
import { compileSession } from "./session.ts";

export function compileAccount(
  context: CompileContext,
  name: string,
  account: Policy["accounts"][string],
): DesiredContract {
  const { names, problems } = context;
  const at = ["accounts", name];
  const owner =
    account.owner === undefined ? undefined : compileOwner(context, account.owner, [...at, "owner"]);
  if (account.at === undefined && account.owner === undefined)
    problems.add([...at, "owner"], "is missing", "write the name of a key of this policy");
  const sessions = Object.entries(account.sessions).flatMap(([session, wanted]): DesiredSession[] => {
    const compiled = compileSession(context, name, session, wanted, [...at, "sessions", session]);
    return compiled === undefined ? [] : [compiled];
  });
  const recovery =
    account.recovery === undefined
      ? undefined
      : compileRecovery(context, { name, owner }, account.recovery, [...at, "recovery"]);
  const { implementation, factory } = accountBuilds[account.entryPoint];
  const verifier = verifierOf(account.owner);
  return {
    name,
    address: names.addressOf(name),
    codehash: null,
    account: {
      owner: owner ?? "0x",
      entryPoint: entryPoints[account.entryPoint].address,
      epoch: 0n,
      sessionValidator: names.addressOf(SESSION_VALIDATOR),
      sessions: sessions.map(({ terms }) => ({ terms })),
      recoveryModule: recovery?.module ?? zeroAddress,
      ...(recovery === undefined ? {} : { recovery: settledRecovery(recovery) }),
      frozenUntil: 0n,
      quarantine: { until: 0n, left: 0n },
    },
    sessions,
    ...(recovery === undefined ? {} : { recovery }),
    ...(account.at === undefined
      ? {
          deployment: {
            artifact: implementation.artifact,
            args: [],
            after: [factory.name, ...(verifier === undefined ? [] : [verifier.name])],
          },
          accountOrigin: {
            factory: names.addressOf(factory.name),
            implementation: names.addressOf(implementation.name),
            salt: numberToHex(account.salt, { size: 32 }),
          },
        }
      : {}),
  };
}

/** As it stands while nobody asks for anything. */
const settledRecovery = ({ terms, vetoes }: DesiredRecovery): GuardianRecoveryState => ({
  terms,
  freeze: { until: 0n, nextAt: 0n },
  vetoes: { left: vetoes, backAt: 0n },
});
