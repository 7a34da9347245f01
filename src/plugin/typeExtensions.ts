/** What the plugin adds to Hardhat's configuration. */
import type { SignerSource } from "../policy/desired.ts";

declare module "hardhat/types/config" {
  interface HttpNetworkUserConfig {
    /** Keys that sign what tools send through this network, beside the node's own accounts. */
    signers?: readonly SignerSource[];
  }
  interface HttpNetworkConfig {
    signers?: readonly SignerSource[];
  }
  interface EdrNetworkUserConfig {
    signers?: readonly SignerSource[];
  }
  interface EdrNetworkConfig {
    signers?: readonly SignerSource[];
  }
}
