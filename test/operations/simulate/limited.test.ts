import { expect } from "chai";
import hre from "hardhat";
import { type Hex, numberToHex } from "viem";
import type { PortcullisError } from "../../../src/errors.ts";
import type { Provider } from "../../../src/operations/simulate/ask.ts";
import { connectEmbeddedSimulator } from "../../../src/operations/simulate/embedded.ts";
import { connectForkSimulator } from "../../../src/operations/simulate/fork.ts";
import { connectSimulateV1 } from "../../../src/operations/simulate/simulateV1.ts";
import { hasAnvil, type LocalNode, startNode } from "../../sandbox.ts";
import { http } from "./world.ts";

type Tamper = (method: string, params: readonly unknown[], real: Provider["request"]) => Promise<unknown>;

/** The real node behind someone who lies or lacks something. */
function tampered(real: Provider, tamper: Partial<Record<string, Tamper>>): Provider {
  return {
    request: ({ method, params = [] }) =>
      tamper[method]?.(method, params, real.request.bind(real)) ?? real.request({ method, params }),
  };
}

const missing: Tamper = async (method) => {
  throw new Error(`the method ${method} does not exist`);
};

async function missingCapability(connect: Promise<unknown>): Promise<unknown> {
  const error = await connect.then(
    () => undefined,
    (reason: unknown) => reason as PortcullisError,
  );
  expect(error).to.have.property("code", "SIMULATION_IMPOSSIBLE");
  expect(error?.message).to.match(/^Unable to simulate \(\w+\): the chain's node does not /);
  return error?.details.capability;
}

const describeAnvil = hasAnvil ? describe : describe.skip;

describeAnvil("simulate: a node that lies about eth_simulateV1 and its tracer", () => {
  let node: LocalNode;
  let real: Provider;
  before(async () => {
    node = await startNode("anvil");
    real = http(node.url);
    await real.request({ method: "anvil_mine", params: ["0x5"] });
  });
  after(() => node.stop());

  const connect = (tamper: Partial<Record<string, Tamper>>) => connectSimulateV1(tampered(real, tamper));

  it("behavior: the node itself is believed after its proofs", async () => {
    expect((await connect({})).kind).to.equal("simulateV1");
  });

  it("error: state overrides silently ignored by the tracer", async () => {
    const ignore: Tamper = (method, [call, block, options], ask) =>
      ask({ method, params: [call, block, { ...(options as object), stateOverrides: {} }] });
    expect(await missingCapability(connect({ debug_traceCall: ignore }))).to.equal("sequence");
  });

  it("error: the time of the block ignored by both", async () => {
    const trace: Tamper = (method, [call, block, options], ask) => {
      const { blockOverrides, ...rest } = options as { blockOverrides: { number: Hex } };
      return ask({
        method,
        params: [call, block, { ...rest, blockOverrides: { number: blockOverrides.number } }],
      });
    };
    const simulate: Tamper = (method, [request, block], ask) => {
      const { blockStateCalls, ...rest } = request as {
        blockStateCalls: { blockOverrides: { number: Hex } }[];
      };
      const without = blockStateCalls.map((item) => ({
        ...item,
        blockOverrides: { number: item.blockOverrides.number },
      }));
      return ask({ method, params: [{ ...rest, blockStateCalls: without }, block] });
    };
    const tamper = { debug_traceCall: trace, eth_simulateV1: simulate };
    expect(await missingCapability(connect(tamper))).to.equal("time-travel");
  });

  it("error: another block than the pinned one", async () => {
    const older: Tamper = async (method, [first, block, ...rest], ask) =>
      ask({ method, params: [first, numberToHex(BigInt(block as Hex) - 1n), ...rest] });
    expect(await missingCapability(connect({ debug_traceCall: older, eth_simulateV1: older }))).to.equal(
      "pinned-block",
    );
  });

  it("error: no tracer", async () => {
    expect(await missingCapability(connect({ debug_traceCall: missing }))).to.equal("call-tree");
  });

  it("error: no eth_simulateV1", async () => {
    expect(await missingCapability(connect({ eth_simulateV1: missing }))).to.equal("sequence");
  });

  it("error: a tracer that knows the outermost call only", async () => {
    const flat: Tamper = async (method, params, ask) => {
      const trace = (await ask({ method, params })) as object;
      return "calls" in trace ? { ...trace, calls: [] } : trace;
    };
    expect(await missingCapability(connect({ debug_traceCall: flat }))).to.equal("sequence");
    // Without logs in the trace there is nothing to disagree on: the tree itself is compared.
    const quiet: Tamper = async (method, params, ask) => {
      const blocks = (await ask({ method, params })) as { calls: object[] }[];
      return blocks.map((block) => ({ ...block, calls: block.calls.map((call) => ({ ...call, logs: [] })) }));
    };
    const both = { debug_traceCall: flat, eth_simulateV1: quiet };
    expect(await missingCapability(connect(both))).to.equal("call-tree");
  });

  it("error: a tracer without the difference mode", async () => {
    const whole: Tamper = (method, [call, block, options], ask) =>
      ask({
        method,
        params: [call, block, { ...(options as object), tracerConfig: { diffMode: false, withLog: true } }],
      });
    expect(await missingCapability(connect({ debug_traceCall: whole }))).to.equal("state-diff");
  });
});

describe("simulate: an embedded chain that lies", () => {
  let real: Provider;
  before(async () => {
    real = (await hre.network.create()).provider;
  });
  const connect = (tamper: Partial<Record<string, Tamper>>) =>
    connectEmbeddedSimulator(tampered(real, tamper));

  it("behavior: the chain itself is believed after its proofs", async () => {
    expect((await connect({})).proved).to.include("revert-to-snapshot");
  });

  it("error: no impersonation, no tracing, no snapshots", async () => {
    expect(await missingCapability(connect({ hardhat_impersonateAccount: missing }))).to.equal(
      "impersonation",
    );
    expect(await missingCapability(connect({ debug_traceTransaction: missing }))).to.equal("call-tree");
    expect(await missingCapability(connect({ evm_snapshot: missing }))).to.equal("revert-to-snapshot");
  });

  it("error: a time that is taken and forgotten", async () => {
    const forget: Tamper = async () => "0x0";
    expect(await missingCapability(connect({ evm_setNextBlockTimestamp: forget }))).to.equal("time-travel");
  });

  it("error: a snapshot that cannot be returned to", async () => {
    const chain = (await hre.network.create()).provider;
    const no: Tamper = async () => false;
    const pretend: Tamper = async () => true;
    expect(await missingCapability(connectEmbeddedSimulator(tampered(chain, { evm_revert: no })))).to.equal(
      "revert-to-snapshot",
    );
    const other = (await hre.network.create()).provider;
    expect(
      await missingCapability(connectEmbeddedSimulator(tampered(other, { evm_revert: pretend }))),
    ).to.be.oneOf(["revert-to-snapshot", "state-override"]);
  });

  it("error: a fork that stands on another block than the one asked for", async () => {
    const [upstream, other] = [(await hre.network.create()).provider, (await hre.network.create()).provider];
    await other.request({ method: "evm_mine" });
    let closed = false;
    const close = async () => {
      closed = true;
    };
    const fork = connectForkSimulator({ upstream, open: async () => ({ provider: other, close }) });
    expect(await missingCapability(fork)).to.equal("pinned-block");
    expect(closed).to.equal(true);
  });
});
