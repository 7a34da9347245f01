/** The one network hook: whoever sends through a network with `signers` gets their signatures, unmodified. */
import type { HookContext, NetworkHooks } from "hardhat/types/hooks";
import type { NetworkConnection } from "hardhat/types/network";
import type { JsonRpcRequest } from "hardhat/types/providers";
import type { Wallet } from "../../signers/wallet.ts";
import type { Rpc } from "../../transactions/types.ts";

const METHODS = new Set([
  "eth_accounts",
  "eth_requestAccounts",
  "eth_sendTransaction",
  "eth_signTransaction",
  "eth_signTypedData_v4",
  "personal_sign",
  "eth_sign",
]);

export default async (): Promise<Partial<NetworkHooks>> => {
  const wallets = new WeakMap<NetworkConnection<string>, Promise<Wallet>>();
  return {
    async onRequest(context, connection, request, next) {
      const { signers } = connection.networkConfig;
      if (signers === undefined || !METHODS.has(request.method)) return next(context, connection, request);
      const rpc = nodeBehind((inner) => next(context, connection, inner));
      let wallet = wallets.get(connection);
      if (wallet === undefined) {
        wallet = openWallet(context, connection, rpc);
        wallets.set(connection, wallet);
        // A wrong password must not be remembered.
        wallet.catch(() => wallets.delete(connection));
      }
      const params = Array.isArray(request.params) ? request.params : [];
      const answer = await (await wallet)(request.method, params);
      if (answer === undefined) return next(context, connection, request);
      return { jsonrpc: "2.0", id: request.id, result: answer.result };
    },
  };
};

async function openWallet(
  context: HookContext,
  { networkName, networkConfig }: NetworkConnection<string>,
  rpc: Rpc,
): Promise<Wallet> {
  const [{ createWallet }, { openSigner }, { createSignerContext }, { readSigning }] = await Promise.all([
    import("../../signers/wallet.ts"),
    import("../../signers/open.ts"),
    import("../signerContext.ts"),
    import("./signerSources.ts"),
  ]);
  const chainId = Number(await rpc.request({ method: "eth_chainId" }));
  const signerContext = createSignerContext(context, chainId);
  const { sources, fees } = await readSigning(networkConfig, context.config.paths.root, networkName);
  const opened = await Promise.all(sources.map((source) => openSigner(source, signerContext)));
  return createWallet({ signers: opened, rpc, chainId, fees });
}

/** The rest of the chain of hooks, as a provider. */
function nodeBehind(
  next: (
    request: JsonRpcRequest,
  ) => Promise<{ result: unknown } | { error: { message: string; code: number; data?: unknown } }>,
): Rpc {
  let id = 0;
  return {
    request: async ({ method, params = [] }) => {
      id += 1;
      const response = await next({ jsonrpc: "2.0", id: `portcullis-${id}`, method, params: [...params] });
      if ("result" in response) return response.result;
      const { message, code, data } = response.error;
      throw Object.assign(new Error(message), { code, data });
    },
  };
}
