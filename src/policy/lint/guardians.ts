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
              const { name: own, weight, signer } = guardian;
              // A key that is no address is known by the name it was given.
              if (signer.length !== 42)
                return { name: own, weight, parties: new Set([own]), provider: undefined };
              const at = getAddress(signer);
              return {
                name: own,
                weight,
                parties: power.partiesOf(at),
                provider: desired.signers.find((signer) => signer.address === at)?.source.provider,
              };
            }),
          },
        ],
  );
}
