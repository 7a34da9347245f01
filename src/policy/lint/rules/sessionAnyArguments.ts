import { isAddressEqual, toFunctionSelector } from "viem";
import { type Lint, sessionsOf } from "../types.ts";

export const sessionAnyArguments: Lint = {
  id: "session-any-arguments",
  severity: "note",
  production: "warning",
  explanation: "A stolen key chooses the arguments. What no rule or cap bounds, it can have in full.",
  find({ desired, power }) {
    return sessionsOf(desired).flatMap(({ subject, session }) =>
      session.actions.flatMap(({ target, selector, rules = [] }) => {
        const abi = desired.book.entries.find((entry) => isAddressEqual(entry.address, target))?.abi;
        const item = abi?.find(
          (entry) => entry.type === "function" && toFunctionSelector(entry) === selector,
        );
        const takes = item?.type === "function" ? item.inputs.length : 0;
        const capped = session.caps.some((cap) => isAddressEqual(cap.asset, target));
        if (item?.type !== "function" || takes === 0 || rules.length > 0 || capped) return [];
        return [
          {
            subject,
            message: `${subject} may call ${power.nameOf(target)}.${item.name} with any arguments`,
            fix: `write rules: { ${item.name}: { ${item.inputs[0]?.name ?? "argument"}: { … } } }`,
          },
        ];
      }),
    );
  },
};
