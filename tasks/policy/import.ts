import { access, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createPublicClient, custom, type PublicClient } from "viem";
import { PortcullisError } from "../../src/errors.ts";
import { parseImportAddresses } from "../../src/import/parseAddresses.ts";
import { readForImport } from "../../src/import/readForImport.ts";
import { renderPolicy } from "../../src/import/renderPolicy.ts";
import { requireCode } from "../../src/import/requireCode.ts";
import { isDevelopmentChain } from "../../src/policy/chains.ts";
import { quote } from "../commandLine.ts";
import type { TaskAction } from "../define.ts";

interface Args {
  address: string;
  out: string;
  name: string;
  dryRun: boolean;
}

const importTask: TaskAction<Args> = async (args, context) => {
  const names = parseImportAddresses(args.address);
  const connection = await context.hre.network.getOrCreate();
  const client = createPublicClient({
    transport: custom(connection.provider, { retryCount: 0 }),
  }) as PublicClient;
  context.progress(
    `Reading ${names.size} contracts on ${connection.networkName}, and whoever has power over them`,
  );
  const snapshot = await readForImport(client, { addresses: [...names.keys()] });
  requireCode(snapshot, [...names.keys()], connection.networkName);
  const given = [...names].flatMap(([address, name]) =>
    name === undefined ? [] : [[address, name] as const],
  );
  const text = renderPolicy(snapshot, {
    name: args.name || "imported",
    network: connection.networkName === "default" ? "hardhat" : connection.networkName,
    tier: isDevelopmentChain(snapshot.chainId) ? "development" : "production",
    names: new Map(given),
  });
  const data = { block: snapshot.block, out: args.out, contracts: snapshot.contracts.map((c) => c.address) };
  if (args.dryRun || args.out === "") return { data: { ...data, text }, text };

  const path = resolve(context.hre.config.paths.root, args.out);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !(await context.confirm(`${args.out} exists. Overwrite it?`))) {
    throw new PortcullisError("FILE_EXISTS", `${args.out} exists and was left as it is`, {
      hint: "choose another --out",
    });
  }
  await writeFile(path, text);
  return {
    data,
    text: context.command(`Wrote ${args.out}. Next: npx hardhat policy check --policy ${quote(args.out)}`),
  };
};

export default importTask;
