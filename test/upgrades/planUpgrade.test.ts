import { expect } from "chai";
import hre from "hardhat";
import { decodeFunctionData, keccak256, pad, zeroAddress } from "viem";
import { timelockAbi } from "../../src/abi/timelock.ts";
import type { CodeArtifact } from "../../src/deploy/types.ts";
import { requireDeployable } from "../../src/upgrades/deployImplementation.ts";
import { identifyArtifact } from "../../src/upgrades/identifyArtifact.ts";
import { type PlanUpgradeParameters, planUpgrade } from "../../src/upgrades/planUpgrade.ts";

const [PROXY, CODE, TIMELOCK, ADMIN] = [1, 2, 3, 4].map((n) => pad(`0x${n}`, { size: 20 }));
const HASH = keccak256("0x01");

function plan(more: Partial<PlanUpgradeParameters> = {}) {
  return planUpgrade({
    name: "vault",
    proxy: PROXY!,
    state: {
      kind: "uups",
      implementation: zeroAddress,
      implementationCodehash: null,
      admin: zeroAddress,
      beacon: zeroAddress,
    },
    implementation: CODE!,
    codehash: HASH,
    call: "0x1234",
    answersImplementation: true,
    timelock: { address: TIMELOCK!, flavour: "portcullis" },
    ...more,
  });
}

const artifact = async (name: string) => (await hre.artifacts.readArtifact(name)) as unknown as CodeArtifact;

describe("upgrades/planUpgrade", () => {
  it("behavior: the code is pinned before it is installed, and checked after, in one batch", () => {
    const { calls, titles, notices } = plan();
    expect(calls.map(({ to }) => to)).to.deep.equal([TIMELOCK, PROXY, TIMELOCK]);
    const [pin, , check] = calls.map(({ to, data }) =>
      to === TIMELOCK ? decodeFunctionData({ abi: timelockAbi, data }) : undefined,
    );
    expect(pin).to.deep.equal({ functionName: "requireCodehash", args: [CODE, HASH] });
    expect(check).to.deep.equal({ functionName: "requireImplementation", args: [PROXY, CODE, HASH] });
    expect(titles.length).to.equal(3);
    expect(notices).to.deep.equal([]);
  });

  it("behavior: a transparent proxy is upgraded by its admin, and does not answer for itself", () => {
    const state = {
      kind: "transparent" as const,
      implementation: zeroAddress,
      implementationCodehash: null,
      admin: ADMIN!,
      beacon: zeroAddress,
    };
    const { calls } = plan({ state, answersImplementation: false });
    expect(calls.map(({ to }) => to)).to.deep.equal([TIMELOCK, ADMIN]);
  });

  it("behavior: behind another timelock nothing is pinned, and that is said", () => {
    const { calls, notices } = plan({ timelock: { address: TIMELOCK!, flavour: "openzeppelin" } });
    expect(calls.map(({ to }) => to)).to.deep.equal([PROXY]);
    expect(notices[0]).to.contain("not pinned");
  });

  it("behavior: a beacon is upgraded in place of its proxy, pinned, and asked what it answers", () => {
    const state = {
      kind: "beacon" as const,
      implementation: zeroAddress,
      implementationCodehash: null,
      admin: zeroAddress,
      beacon: ADMIN!,
    };
    const { calls } = plan({ state, call: "0x" });
    expect(calls.map(({ to }) => to)).to.deep.equal([TIMELOCK, ADMIN, TIMELOCK]);
    expect(calls[1]!.data.slice(0, 10)).to.equal("0x3659cfe6");
    const check = decodeFunctionData({ abi: timelockAbi, data: calls[2]!.data });
    expect(check).to.deep.equal({ functionName: "requireImplementation", args: [ADMIN, CODE, HASH] });
    expect(() => plan({ state }))
      .to.throw()
      .with.property("code", "BEACON_CALLS_NOTHING");
  });

  it("behavior: code on the chain is known by its bytes, immutables aside", async () => {
    const names = ["Vault", "VaultV2", "Timelock"];
    const source = { names: async () => names, read: artifact };
    const { deployedBytecode, immutableReferences } = await artifact("VaultV2");
    const [immutable] = Object.values(immutableReferences ?? {}).flat();
    expect(immutable).not.to.equal(undefined);
    const at = 2 + immutable!.start * 2;
    const deployed =
      `${deployedBytecode.slice(0, at)}${"ab".repeat(immutable!.length)}${deployedBytecode.slice(at + immutable!.length * 2)}` as const;
    expect(await identifyArtifact(deployed as `0x${string}`, "vault", source, "Vault")).to.equal("VaultV2");

    const error = await identifyArtifact("0x6001", "vault", source, "Vault").catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "SOURCES_CHANGED");
  });

  it("error: what cannot stand behind a proxy is refused before anything is sent", async () => {
    const vault = await artifact("VaultV2");
    expect(() => requireDeployable("VaultV2", vault, false)).not.to.throw();
    for (const broken of [
      { ...vault, bytecode: "0x" as const },
      { ...vault, bytecode: "0x60__$library$__" as const },
      await artifact("ExampleToken"),
    ]) {
      expect(() => requireDeployable("X", broken, false))
        .to.throw()
        .with.property("code", "NOT_DEPLOYABLE");
    }
  });
});
