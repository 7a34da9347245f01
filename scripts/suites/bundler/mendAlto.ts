/**
 * Loaded into Alto before its own code. Alto 0.0.20's safe mode takes every operation on v0.7 and later for refused, on
 * any node: it looks for an error `ValidationResult` where its simulation contract answers by the entry point's
 * `DelegateAndRevert`. This mends that reading alone: the tracer, and the rules that its trace is judged by, are Alto's.
 * Throws where Alto's code is no longer so: then a version is out that may need no mending.
 */
import { registerHooks } from "node:module";

const FILE = "/rpc/validation/SafeValidator.js";
const READING = /decodeErrorResult\(\{\s*abi: pimlicoSimulationsAbi,\s*data: resultData,?\s*\}\)/g;
const reader = import.meta.resolve("./readSimulation.ts");

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(FILE)) return loaded;
    const parts = String(loaded.source).split(READING);
    if (parts.length !== 2)
      throw new Error(`${FILE} reads its simulation otherwise: is mendAlto.ts still needed?`);
    const source = parts.join("readSimulation(resultData, pimlicoSimulationsAbi)");
    return { ...loaded, source: `import { readSimulation } from ${JSON.stringify(reader)};\n${source}` };
  },
});
