import { type Hex, isAddressEqual, toFunctionSelector } from "viem";
import type { SessionAction } from "../../../accounts/sessions/session.ts";
import { type Lint, type LintContext, sessionsOf } from "../types.ts";

/** Whoever calls these decides about everything else. */
const ADMINISTRATION = new Map<Hex, string>(
  [
    "upgradeTo(address)",
    "upgradeToAndCall(address,bytes)",
    "upgradeAndCall(address,address,bytes)",
    "transferOwnership(address)",
    "acceptOwnership()",
    "renounceOwnership()",
    "setAuthority(address)",
    "grantRole(bytes32,address)",
    "revokeRole(bytes32,address)",
    "renounceRole(bytes32,address)",
    "beginDefaultAdminTransfer(address)",
    "acceptDefaultAdminTransfer()",
    "setApprovalForAll(address,bool)",
  ].map((signature) => [toFunctionSelector(signature), signature.replace(/\(.*/, "")]),
);

export const sessionAdmin: Lint = {
  id: "session-admin",
  severity: "error",
  explanation:
    "A session is for daily work. One that may administer contracts is a second owner that acts alone, without delay.",
  find(context) {
    return sessionsOf(context.desired).flatMap(({ subject, session }) =>
      session.actions.flatMap((action) => {
        const what = administered(context, action);
        return what === undefined
          ? []
          : [
              {
                subject,
                message: `${subject} may call ${what}`,
                fix: "take it out of the session: let the owner, or a timelock, do it",
              },
            ];
      }),
    );
  },
};

function administered(
  { desired, power }: LintContext,
  { target, selector }: SessionAction,
): string | undefined {
  if (selector === undefined) return undefined;
  const contract = desired.contracts.find(({ address }) => isAddressEqual(address, target));
  const admin = contract && (contract.manager ?? contract.timelock ?? contract.safe ?? contract.account);
  if (admin !== undefined) return `${contract?.name}, which administers others`;
  const name = ADMINISTRATION.get(selector.toLowerCase() as Hex);
  return name === undefined ? undefined : `${power.nameOf(target)}.${name}`;
}
