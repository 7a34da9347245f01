/** What the plugin adds to Hardhat's configuration. */
import type { SignerSource } from "../policy/desired.ts";

declare module "hardhat/types/config" {
  interface HttpNetworkUserConfig {
    /** Keys that sign what tools send through this network, beside the node's own accounts; or the path of a policy. */
    signers?: readonly SignerSource[] | string;
  }
  interface HttpNetworkConfig {
    signers?: readonly SignerSource[] | string;
  }
  interface EdrNetworkUserConfig {
    signers?: readonly SignerSource[] | string;
  }
  interface EdrNetworkConfig {
    signers?: readonly SignerSource[] | string;
  }
}
