/**
 * `npm run bench -- <name> [options]`: measures what the project promises. The first word says which bench; the rest
 * are its own options. Benches print tables; with `--json` one line of JSON.
 */
interface Bench {
  description: string;
  load: () => Promise<{ default: (options: readonly string[]) => Promise<void> }>;
}

const benches: Readonly<Record<string, Bench>> = {
  gas: {
    description: "whole-transaction gas beside the peers' (--json, --update: rewrite the snapshot)",
    load: () => import("./gas/index.ts"),
  },
};

const [name, ...options] = process.argv.slice(2);
const bench = name === undefined ? undefined : benches[name];

if (bench === undefined) {
  console.error(name === undefined ? "Which bench?" : `No bench "${name}".`);
  for (const [id, { description }] of Object.entries(benches)) {
    console.error(`  npm run bench -- ${id.padEnd(10)} ${description}`);
  }
  process.exitCode = 1;
} else {
  const { default: run } = await bench.load();
  await run(options);
}
