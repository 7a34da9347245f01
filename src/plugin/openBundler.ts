/** The bundler that a command goes through: the one it names, or the policy's. */
import type { HookContext } from "hardhat/types/hooks";
import { openRemoteBundler, type RemoteBundler } from "../accounts/bundler/remoteBundler.ts";
import type { BundlerAccess } from "../operations/acts/types.ts";
import type { Desired } from "../policy/desired.ts";
import { systemClock } from "./clock.ts";
import type { Pace } from "./pace.ts";
import { readVariable } from "./signerContext.ts";

/** Milliseconds an answer may take. */
const ANSWER = 20_000;

/**
 * The policy's API key goes to the policy's bundler only, and is read when that is first asked. Undefined where none is
 * configured.
 *
 * @param written a URL, `none`, or empty for the policy's
 * @throws PortcullisError OPTION_INVALID; what asks it throws SECRET_MISSING
 */
export function openBundler(
  hardhat: Pick<HookContext, "hooks">,
  { bundler: declared, fees }: Desired,
  written: string,
  { poll, timeout, confirmations }: Pace,
): BundlerAccess | undefined {
  const url = written === "" ? declared?.url : written;
  if (url === undefined || url === "none") return undefined;
  const apiKey = url === declared?.url ? declared.apiKey : undefined;
  const open = (complete: string) =>
    openRemoteBundler({ url: complete, fetch: globalThis.fetch, timeout: ANSWER });
  const remote = open(url);
  return {
    remote:
      apiKey === undefined
        ? remote
        : withKey(remote.name, async () => {
            const key = await readVariable(hardhat, apiKey);
            return open(url.replaceAll("{apiKey}", encodeURIComponent(key)));
          }),
    fees,
    clock: systemClock,
    poll,
    timeout,
    confirmations,
  };
}

function withKey(name: string, open: () => Promise<RemoteBundler>): RemoteBundler {
  let opened: Promise<RemoteBundler> | undefined;
  return {
    name,
    request: async (method, params) => {
      opened ??= open();
      return (await opened).request(method, params);
    },
  };
}
