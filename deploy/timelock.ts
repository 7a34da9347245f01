/** A timelock. It administers itself only, from the first block: nobody else ever could. */
import type { DeployFamily } from "./portcullis.ts";

export const deployTimelock: DeployFamily = ({ m, contract, deployment, link, after }) => {
  const state = contract.timelock;
  if (state === undefined) throw new Error(`${contract.name} is not a timelock`);
  const config = {
    delay: state.delay.current,
    floor: state.floor ?? state.delay.current,
    ceiling: state.ceiling ?? state.delay.current,
    expiry: state.expiry ?? 0n,
    vetoWindow: state.vetoWindow ?? 0n,
    vetoLimit: BigInt(state.vetoLimit ?? 0n),
    proposers: state.proposers,
    executors: state.executors,
    cancellers: state.cancellers,
    guardians: state.guardians,
  };
  return m.contract(deployment.artifact, link([config]), { id: contract.name, after });
};
