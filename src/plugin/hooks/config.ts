/** Carries `networks.<n>.signers` into the resolved configuration. */
import type { ConfigHooks } from "hardhat/types/hooks";

export default async (): Promise<Partial<ConfigHooks>> => ({
  async resolveUserConfig(user, resolveVariable, next) {
    const resolved = await next(user, resolveVariable);
    const networks = Object.entries(resolved.networks).map(([name, network]) => {
      const signers = user.networks?.[name]?.signers;
      return [name, signers === undefined ? network : { ...network, signers }] as const;
    });
    return { ...resolved, networks: Object.fromEntries(networks) };
  },
});
