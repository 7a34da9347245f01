/** Where secrets come from inside Hardhat: configuration variables, that is the environment or Hardhat's keystore. */
import { access, readFile } from "node:fs/promises";
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
    holds: (name) => holdsVariable(hardhat, name),
    hasFile: (path) =>
      access(resolve(hardhat.config.paths.root, path)).then(
        () => true,
        () => false,
      ),
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

/** Whether a variable has a value here. The names in Hardhat's keystore are not encrypted: no password is asked for. */
async function holdsVariable({ hooks, config }: HardhatContext, name: string): Promise<boolean> {
  if (process.env[name] !== undefined) return process.env[name] !== "";
  const path = (config as { keystore?: { filePath?: string } }).keystore?.filePath;
  const text = path === undefined ? undefined : await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined && name in ((JSON.parse(text) as { secrets?: object }).secrets ?? {})) return true;
  // with a default, the keystore does not ask for its password because of a name it does not have
  const variable = { _type: "ConfigurationVariable" as const, name, default: "" };
  const value = await hooks.runHandlerChain(
    "configurationVariables",
    "fetchValue",
    [variable],
    async () => "",
  );
  return value !== "";
}
