import type { Lint } from "../types.ts";

/** The authority's own, or without effect by anyone else. */
const STANDARD = new Set([
  "setAuthority",
  "initialize",
  "onERC721Received",
  "onERC1155Received",
  "onERC1155BatchReceived",
]);

export const uncoveredFunction: Lint = {
  id: "uncovered-function",
  severity: "warning",
  explanation:
    "A function that no role names is either restricted, and then only ADMIN can call it, or not restricted at all, and then anyone can. The policy should say which.",
  find({ desired }) {
    return desired.contracts
      .filter((contract) => contract.managed !== undefined)
      .flatMap((contract) => {
        const manager = desired.contracts.find((m) => m.address === contract.managed?.authority)?.manager;
        const mapped =
          manager?.targets.find((target) => target.address === contract.address)?.functions ?? [];
        const covered = new Set<string>([
          ...mapped.map((f) => f.selector),
          ...(contract.openFunctions ?? []),
          ...(contract.adminFunctions ?? []),
        ]);
        return (contract.changingFunctions ?? [])
          .filter((selector) => !covered.has(selector))
          .map((selector) => contract.functionNames?.[selector] ?? selector)
          .filter((name) => !STANDARD.has(name) && name !== contract.deployment?.proxy?.initializer)
          .map((name) => ({
            subject: `${contract.name}.${name}`,
            message: `no role may call ${contract.name}.${name}`,
            fix: `name it in a role's may, or in contracts.${contract.name}.open (anyone) or .adminOnly (ADMIN)`,
          }));
      });
  },
};
