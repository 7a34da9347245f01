import type { PolicySafe } from "../../policy/compileKeys.ts";
import type { Desired } from "../../policy/desired.ts";

/** The policy's Safes, with who signs for them. */
export const safesOf = ({ contracts }: Pick<Desired, "contracts">): PolicySafe[] =>
  contracts.flatMap(({ name, address, safe }) =>
    safe === undefined ? [] : [{ name, address, owners: safe.owners, threshold: safe.threshold }],
  );
