/** Where secrets come from inside Hardhat: configuration variables, that is the environment or Hardhat's keystore. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { HookContext } from "hardhat/types/hooks";
import { PortcullisError } from "../errors.ts";
import { isDevelopmentChain } from "../policy/chains.ts";
import type { SignerContext } from "../signers/types.ts";

type HardhatContext = Pick<HookContext, "hooks" | "config">;

export function createSignerContext(hardhat: HardhatContext, chainId: number): SignerContext {
  return {
    chainId,
    development: isDevelopmentChain(chainId),
    secret: (name) => readVariable(hardhat, name),
    readFile: async (path) => {
      try {
        return await readFile(resolve(hardhat.config.paths.root, path), "utf8");
      } catch (cause) {
        throw new PortcullisError("SIGNER_FILE_MISSING", `The key file ${path} cannot be read`, {
          hint: "correct the signer's `file` in the policy: it is relative to the project",
          details: { file: path },
          cause,
        });
      }
    },
  };
}

/** The environment first, then whatever plugins hold: the order Hardhat itself follows. */
export async function readVariable(hardhat: Pick<HookContext, "hooks">, name: string): Promise<string> {
  const value =
    process.env[name] ??
    (await hardhat.hooks.runHandlerChain(
      "configurationVariables",
      "fetchValue",
      [{ _type: "ConfigurationVariable", name }],
      async () => "",
    ));
  if (value !== "") return value;
  throw new PortcullisError("SECRET_MISSING", `Configuration variable ${name} has no value`, {
    hint: `npx hardhat keystore set ${name}`,
    details: { variable: name },
  });
}
