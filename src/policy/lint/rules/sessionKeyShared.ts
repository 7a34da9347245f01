import { type Address, getAddress, isAddressEqual } from "viem";
import { keysOfOwner } from "../../../accounts/owners/readOwner.ts";
import { powerOf } from "../../../snapshot/powerOf.ts";
import { type Danger, type Lint, type LintContext, sessionsOf } from "../types.ts";

export const sessionKeyShared: Lint = {
  id: "session-key-shared",
  severity: "error",
  explanation:
    "A session's key is on a machine that acts alone. Where it has power of its own, whoever takes the machine has that too.",
  find(context) {
    return sessionsOf(context.desired).flatMap(({ subject, account, session }) => {
      if (session.signer.length !== 42) return [];
      const key = getAddress(session.signer);
      const names = otherDuties(context, key);
      const { account: state } = account;
      const owns = state !== undefined && state.owner !== "0x" && keysOfOwner(state.owner).includes(key);
      const told = owns ? [`owns ${account.name} itself`, ...names] : names;
      return told.map(
        (duty): Danger => ({
          subject,
          message: `${context.power.nameOf(key)} holds ${subject} and ${duty}`,
          fix: "give the session a key of its own",
        }),
      );
    });
  },
};

/** What the key has power over beside sessions. */
function otherDuties({ desired }: LintContext, key: Address): string[] {
  return desired.contracts.flatMap((contract) => {
    const { account, ...surfaces } = contract;
    if (account !== undefined) return [];
    const named = powerOf(surfaces).some((address) => isAddressEqual(address, key));
    return named ? [`has a part in ${contract.name}`] : [];
  });
}
