import { expect } from "chai";
import { BundlerRefusal, openRemoteBundler } from "../../../src/accounts/bundler/remoteBundler.ts";
import { requireBundler } from "../../../src/accounts/bundler/requireBundler.ts";
import { entryPoints } from "../../entryPoints.ts";
import { refusedWith, refusesWith } from "../../refusedWith.ts";

const KEYED = "https://bundler.example/v1/secret-key?apikey=other-secret";

/** A service that answers every method with what is written. */
const serving = (answers: Record<string, unknown>, status = 200) =>
  openRemoteBundler({
    url: KEYED,
    timeout: 1_000,
    fetch: async (_url, init) => {
      const { method } = JSON.parse(String(init?.body)) as { method: string };
      return Response.json(answers[method] ?? {}, { status });
    },
  });

const result = (value: unknown) => ({ jsonrpc: "2.0", id: 1, result: value });
const good = {
  eth_chainId: result("0x7a69"),
  eth_supportedEntryPoints: result([entryPoints["0.9"].toLowerCase()]),
};

describe("accounts/bundler/remoteBundler", () => {
  it("behavior: a bundler of this chain and entry point is taken, in whatever case it writes addresses", async () => {
    await requireBundler(serving(good), 31337, "0.9");
  });

  it("error: BUNDLER_WRONG_CHAIN", async () => {
    await refusesWith(requireBundler(serving(good), 1, "0.9"), "BUNDLER_WRONG_CHAIN");
  });

  it("error: BUNDLER_ENTRY_POINT_UNSUPPORTED", async () => {
    await refusesWith(requireBundler(serving(good), 31337, "0.7"), "BUNDLER_ENTRY_POINT_UNSUPPORTED");
  });

  for (const [what, remote] of [
    ["an HTTP error", serving({ eth_chainId: {} }, 502)],
    ["what is no JSON-RPC", serving({ eth_chainId: ["hello"] })],
    [
      "a refusal of the first question",
      serving({ eth_chainId: { error: { code: -32000, message: "no key" } } }),
    ],
    [
      "no connection",
      openRemoteBundler({ url: KEYED, timeout: 1_000, fetch: () => Promise.reject(new Error(KEYED)) }),
    ],
    [
      "no answer in time",
      openRemoteBundler({
        url: KEYED,
        timeout: 5,
        fetch: (_url, init) =>
          new Promise((_, reject) => {
            init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
          }),
      }),
    ],
  ] as const) {
    it(`error: BUNDLER_UNREACHABLE for ${what}, without the URL's secrets`, async () => {
      const error = await refusesWith(requireBundler(remote, 31337, "0.9"), "BUNDLER_UNREACHABLE");
      expect(error.message).to.match(/https:\/\/bundler\.example/);
      expect(JSON.stringify(error) + String(error.stack) + String(error.cause)).not.to.match(/secret/);
    });
  }

  it("error: a refusal keeps the bundler's code and reason", async () => {
    const remote = serving({
      eth_sendUserOperation: {
        error: { code: -32507, message: "AA24 signature error", data: { reason: "0x12345678" } },
      },
    });
    const error = await remote.request("eth_sendUserOperation", []).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(BundlerRefusal);
    expect(error).to.include({ code: -32507, message: "AA24 signature error" });
  });

  it("error: OPTION_INVALID for what is no URL", async () => {
    refusedWith(() => openRemoteBundler({ url: "alto", timeout: 1, fetch }), "OPTION_INVALID");
  });
});
