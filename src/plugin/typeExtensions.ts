/** What the plugin adds to Hardhat's configuration. */
import type { SignerSource } from "../policy/desired.ts";

/** As a policy writes them: `maxFeePerGas: "50 gwei"`. */
interface NetworkFees {
  speed?: "slow" | "normal" | "fast";
  maxFeePerGas?: string;
  maxPriorityFeePerGas?: string;
}

declare module "hardhat/types/config" {
  interface HttpNetworkUserConfig {
    /** Keys that sign what tools send through this network, beside the node's own accounts; or the path of a policy. */
    signers?: readonly SignerSource[] | string;
    /** Ceilings of what these keys sign; of the policy, where `signers` names one. */
    fees?: NetworkFees;
  }
  interface HttpNetworkConfig {
    signers?: readonly SignerSource[] | string;
    /** Ceilings of what these keys sign; of the policy, where `signers` names one. */
    fees?: NetworkFees;
  }
  interface EdrNetworkUserConfig {
    signers?: readonly SignerSource[] | string;
    /** Ceilings of what these keys sign; of the policy, where `signers` names one. */
    fees?: NetworkFees;
  }
  interface EdrNetworkConfig {
    signers?: readonly SignerSource[] | string;
    /** Ceilings of what these keys sign; of the policy, where `signers` names one. */
    fees?: NetworkFees;
  }
}
