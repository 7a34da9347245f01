/** Carries `networks.<n>.signers` and `fees` into the resolved configuration, and has our own contracts built. */
import type { ConfigHooks } from "hardhat/types/hooks";
import { isPortcullisItself, withOwnContracts } from "../ownContracts.ts";

export default async (): Promise<Partial<ConfigHooks>> => ({
  async resolveUserConfig(user, resolveVariable, next) {
    const resolved = await next(user, resolveVariable);
    const networks = Object.entries(resolved.networks).map(([name, network]) => {
      const { signers, fees } = user.networks?.[name] ?? {};
      const own = { ...(signers === undefined ? {} : { signers }), ...(fees === undefined ? {} : { fees }) };
      return [name, { ...network, ...own }] as const;
    });
    const solidity = (await isPortcullisItself(resolved.paths.root))
      ? resolved.solidity
      : withOwnContracts(resolved.solidity);
    return { ...resolved, networks: Object.fromEntries(networks), solidity };
  },
});
