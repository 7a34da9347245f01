/** What the project's edge found out about code that the policy wants a proxy to run: a plan itself reads no builds. */
import type { Address, Hash } from "viem";

export type CheckedImplementation = { proxy: Address; implementation: Address } & (
  | {
      /** The storage layout follows the one of the code that runs, and nothing in it is unsafe to upgrade to. */
      safe: true;
      codehash: Hash;
      /** The proxy answers `implementation()` under the new code. */
      answersImplementation: boolean;
    }
  | { safe: false; why: string }
);
