import { type Hex, isAddressEqual, toFunctionSelector } from "viem";
import { type Lint, sessionsOf } from "../types.ts";

const APPROVALS = new Set<Hex>(
  [
    "approve(address,uint256)",
    "increaseAllowance(address,uint256)",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
  ].map((signature) => toFunctionSelector(signature)),
);

export const sessionUncappedApproval: Lint = {
  id: "session-uncapped-approval",
  severity: "warning",
  production: "error",
  explanation:
    "An approval outlives the session. Without a cap on all of them together, each can be made again and again.",
  find({ desired, power }) {
    return sessionsOf(desired).flatMap(({ subject, session }) =>
      session.actions
        .filter(({ selector }) => selector !== undefined && APPROVALS.has(selector.toLowerCase() as Hex))
        .filter(
          ({ target }) =>
            !session.caps.some((cap) => isAddressEqual(cap.asset, target) && cap.total !== undefined),
        )
        .map(({ target }) => ({
          subject,
          message: `${subject} may approve ${power.nameOf(target)} without a total`,
          fix: `write tokens: { ${power.nameOf(target)}: { total: "…" } }`,
        })),
    );
  },
};
