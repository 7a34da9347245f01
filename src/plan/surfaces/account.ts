/** A smart account's owner and entry point: neither is an operation's to change. */

import type { Hex } from "viem";
import { describeOwner } from "../../accounts/owners/describeOwner.ts";
import { impossible, type SurfacePlan, type SurfacePlanner } from "../change.ts";
import { sameAddress } from "../model.ts";

export const planAccount: SurfacePlanner = ({ wanted, found, context }): SurfacePlan => {
  const [wish, now] = [wanted.account, found.account];
  if (wish === undefined || now === undefined) return { changes: [] };
  const nameOf = (owner: Hex) => describeOwner(owner, context.nameOf);
  const changes = [];
  // A recovery that is pending for it is carried out where recovery is planned.
  const isComing = now.recovery?.request?.newOwner === wish.owner.toLowerCase();
  if (wish.owner !== "0x" && wish.owner.toLowerCase() !== now.owner.toLowerCase() && !isComing) {
    changes.push(
      impossible(
        {
          path: `${wanted.name}.owner`,
          wanted: nameOf(wish.owner),
          found: nameOf(now.owner),
          effect: "loosening",
        },
        "only a recovery by its guardians replaces an account's owner",
        "write what the chain has into the policy, or have its guardians recover it: `npx hardhat recovery propose`",
      ),
    );
  }
  if (!sameAddress(wish.entryPoint, now.entryPoint)) {
    changes.push(
      impossible(
        {
          path: `${wanted.name}.entryPoint`,
          wanted: context.nameOf(wish.entryPoint),
          found: context.nameOf(now.entryPoint),
          effect: "neutral",
        },
        "an account's entry point is fixed when it is created",
        "write what the chain has into the policy, or deploy another account",
      ),
    );
  }
  return { changes };
};
