import { expect } from "chai";
import fc from "fast-check";
import { type Address, getAddress } from "viem";
import { leastDelays } from "../../src/graph/leastDelays.ts";
import type { IndexedEdge, Subgraph } from "../../src/graph/reachable.ts";
import { findSmallestSet } from "../../src/graph/smallestSet.ts";

const key = (n: number): Address => getAddress(`0x${"e".repeat(36)}${n.toString(16).padStart(4, "0")}`);

/** Powers 0..n-1 with random thresholds over random needs, cycles included; the last `keys` are holders. */
const graphs = fc
  .record({ powers: fc.integer({ min: 1, max: 6 }), keys: fc.integer({ min: 1, max: 7 }) })
  .chain(({ powers, keys }) =>
    fc
      .array(
        fc.array(
          fc
            .uniqueArray(fc.tuple(fc.nat(powers + keys - 1), fc.nat(5)), {
              minLength: 1,
              maxLength: 5,
              selector: ([n]) => n,
            })
            .chain((needs) =>
              fc.record({ needs: fc.constant(needs), threshold: fc.integer({ min: 1, max: needs.length }) }),
            ),
          { maxLength: 3 },
        ),
        { minLength: powers, maxLength: powers },
      )
      .map((edges) => subgraph(edges, powers, keys)),
  );

function subgraph(
  edges: { needs: [number, number][]; threshold: number }[][],
  powers: number,
  keys: number,
): Subgraph {
  const indexed = edges.map((list) =>
    list.map(
      ({ needs, threshold }) =>
        ({
          needs: needs.map(([power, wait]) => ({ power, wait: BigInt(wait) })),
          threshold,
        }) as unknown as IndexedEdge,
    ),
  );
  return {
    root: 0,
    size: powers + keys,
    edges: [...indexed, ...Array.from({ length: keys }, () => [])],
    holders: Array.from({ length: keys }, (_, i) => ({ address: key(i), power: powers + i })),
    anyone: undefined,
    indexOf: () => undefined,
  };
}

function bruteForce(graph: Subgraph): { size: number; delay: bigint } | undefined {
  let best: { size: number; delay: bigint } | undefined;
  for (let mask = 0; mask < 1 << graph.holders.length; mask++) {
    const set = graph.holders.filter((_, i) => mask & (1 << i)).map((holder) => holder.address);
    const delay = leastDelays(graph, (holder) => set.includes(holder))[graph.root];
    if (delay === undefined) continue;
    if (!best || set.length < best.size || (set.length === best.size && delay < best.delay))
      best = { size: set.length, delay };
  }
  return best;
}

describe("graph/smallestSet", () => {
  it("behavior: as small and as quick as trying every set finds", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const found = findSmallestSet(graph);
        const expected = bruteForce(graph);
        expect(found && { size: found.holders.length, delay: found.delay }).to.deep.equal(expected);
        if (found) expect(found.exact).to.equal(true);
      }),
      { numRuns: 400 },
    );
  });

  it("behavior: a search that grows too large says so, and still finds a set that suffices", () => {
    // Many overlapping pairs: one of each pair is needed, as in vertex cover.
    const keys = 60;
    const pairs = Array.from({ length: 200 }, (_, i): [number, number] => [
      (i * 7) % keys,
      (i * 13 + 5) % keys,
    ]).filter(([a, b]) => a !== b);
    const edges = [
      [{ needs: pairs.map((_, i): [number, number] => [i + 1, 0]), threshold: pairs.length }],
      ...pairs.map(([a, b]) => [
        {
          needs: [a, b].map((n): [number, number] => [pairs.length + 1 + n, 0]),
          threshold: 1,
        },
      ]),
    ];
    const graph = subgraph(edges, pairs.length + 1, keys);
    const found = findSmallestSet(graph)!;
    expect(found.exact).to.equal(false);
    expect(leastDelays(graph, (holder) => found.holders.includes(holder))[0]).to.equal(0n);
  });
});
