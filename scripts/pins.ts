/**
 * `npm run pins`: asks the registry, through npm, which versions that we hold back could be taken now. Exit code 0
 * where all have to stay, 2 where one can go. It needs the network, so no suite runs it.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { judgePin, type Newest, PINS, type Pin, type Platform } from "./pins/judge.ts";

interface Description {
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  engines?: { node?: string };
}

const { devDependencies } = JSON.parse(await readFile("package.json", "utf8")) as {
  devDependencies: Record<string, string>;
};

for (const pin of PINS) {
  const { pinned, newest, reasons } = judgePin(pin, devDependencies[pin.name] ?? "", await readNewest(pin));
  const head = `${pin.name} ${pinned}, newest ${newest}`;
  if (reasons.length === 0) {
    process.exitCode = 2;
    console.log(`${head}: can go. It was held because ${pin.why}.`);
  } else console.log(`${head}: stays.\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
}

async function readNewest({ name, binaries }: Pin): Promise<Newest> {
  const newest = await describe(name);
  if (newest === undefined) throw new Error(`the registry does not know ${name}`);
  const platforms: Platform[] = [];
  for (const holder of await readHolders(newest, binaries)) {
    for (const [platform, wanted] of Object.entries(holder.optionalDependencies ?? {})) {
      const found = await describe(`${platform}@${wanted}`);
      const engines = found?.engines?.node;
      platforms.push({
        name: platform,
        version: wanted,
        published: found !== undefined,
        ...(engines === undefined ? {} : { engines }),
      });
    }
  }
  if (platforms.length === 0) throw new Error(`${name} ${newest.version} has its binaries elsewhere now`);
  return { version: newest.version, platforms };
}

async function readHolders(newest: Description, binaries: Pin["binaries"]): Promise<Description[]> {
  if (binaries === undefined) return [newest];
  const wanted = binaries.filter((dependency) => newest.dependencies?.[dependency] !== undefined);
  const found = await Promise.all(
    wanted.map((dependency) => describe(`${dependency}@${newest.dependencies?.[dependency]}`)),
  );
  return found.filter((holder) => holder !== undefined);
}

/** Undefined where the registry answers that there is none; anything else is no answer. */
async function describe(spec: string): Promise<Description | undefined> {
  const fields = ["version", "dependencies", "optionalDependencies", "engines"];
  try {
    const { stdout } = await promisify(execFile)("npm", ["view", spec, ...fields, "--json"]);
    const answer = stdout.trim() === "" ? undefined : (JSON.parse(stdout) as Description | Description[]);
    return Array.isArray(answer) ? answer.at(-1) : answer;
  } catch (error) {
    if (/E404|No match found|ETARGET/.test(String((error as { stdout?: string }).stdout ?? error)))
      return undefined;
    throw error;
  }
}
