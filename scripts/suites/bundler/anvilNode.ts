/** npm's anvil. Its tracers do not serve Alto's ERC-7562 checks: there those of test/accounts/erc7562 stand alone. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { etchEntryPoints } from "../../../test/entryPoints.ts";
import type { DevNode } from "./devNode.ts";

const ANVIL = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";

/** Undefined where npm has none for the platform. */
export const findAnvil = (): DevNode | undefined => (existsSync(ANVIL) ? anvilNode : undefined);

const anvilNode: DevNode = {
  tracesValidation: false,
  start: (port) => spawn(ANVIL, ["--port", String(port), "--silent"], { stdio: "ignore" }),
  etch: (client) => etchEntryPoints((address, bytecode) => client.setCode({ address, bytecode })),
  async passTime(client, seconds) {
    await client.increaseTime({ seconds });
    await client.mine({ blocks: 1 });
  },
};
