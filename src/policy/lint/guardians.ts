/** Guardians of smart accounts, each with the people behind it. */
import { getAddress } from "viem";
import type { DesiredRecovery } from "../desired.ts";
import type { LintContext } from "./types.ts";

export interface GuardedAccount {
  name: string;
  recovery: DesiredRecovery;
  guardians: readonly {
    name: string;
    weight: number;
    parties: ReadonlySet<string>;
    provider: string | undefined;
  }[];
  /** Who is behind the owner. */
  owners: ReadonlySet<string>;
}

export function guardedAccounts({ desired, power }: LintContext): GuardedAccount[] {
  return desired.contracts.flatMap(({ name, address, recovery }) =>
    recovery === undefined
      ? []
      : [
          {
            name,
            recovery,
            owners: power.partiesOf(address),
            guardians: recovery.guardians.map((guardian) => {
              const at = getAddress(guardian.signer);
              return {
                name: guardian.name,
                weight: guardian.weight,
                parties: power.partiesOf(at),
                provider: desired.signers.find((signer) => signer.address === at)?.source.provider,
              };
            }),
          },
        ],
  );
}
