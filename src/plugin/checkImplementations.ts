/** Code that the policy names for proxies, checked against the code they run: only then does a plan install it. */
import { type Address, getAddress, keccak256, zeroAddress } from "viem";
import { PortcullisError } from "../errors.ts";
import type { CheckedImplementation } from "../plan/index.ts";
import type { ProxyState, Snapshot } from "../snapshot/types.ts";
import { identifyArtifact } from "../upgrades/identifyArtifact.ts";
import { validateUpgrade } from "../upgrades/validateUpgrade.ts";
import { createCompile, readCompiledContract } from "./builds.ts";
import type { Project } from "./project.ts";
import { artifactSource } from "./upgrade.ts";

type Edge = Pick<Project, "hre" | "client" | "desired">;

/** Nothing is compiled or read where every proxy runs what the policy names. Throws what reading the chain throws. */
export async function checkImplementations(
  project: Edge,
  snapshot: Snapshot,
): Promise<CheckedImplementation[]> {
  const differing = project.desired.contracts.flatMap(({ name, address, proxy: wanted }) => {
    const running = snapshot.contracts.find((c) => getAddress(c.address) === getAddress(address))?.proxy;
    if (wanted === undefined || running === undefined || wanted.implementation === zeroAddress) return [];
    return wanted.implementation === running.implementation
      ? []
      : [{ name, proxy: address, running, implementation: wanted.implementation }];
  });
  const checked: CheckedImplementation[] = [];
  for (const each of differing) checked.push(await check(project, each));
  return checked;
}

interface Difference {
  name: string;
  proxy: Address;
  running: ProxyState;
  implementation: Address;
}

async function check(
  { hre, client }: Edge,
  { name, proxy, running, implementation }: Difference,
): Promise<CheckedImplementation> {
  const refuse = (why: string): CheckedImplementation => ({ proxy, implementation, safe: false, why });
  const code = await client.getCode({ address: implementation });
  if (code === undefined) return refuse(`there is no code at ${implementation}`);
  const current = (await client.getCode({ address: running.implementation })) ?? "0x";
  const { kind } = running;
  if (kind === "unknown" || kind === "clone") return refuse("nothing of this proxy can be upgraded");
  try {
    const artifacts = artifactSource({ hre });
    const [from, to] = [
      await identifyArtifact(current, name, artifacts),
      await identifyArtifact(code, name, artifacts),
    ];
    const validation = await validateUpgrade({
      from: await readCompiledContract(hre, from),
      to: await readCompiledContract(hre, to),
      kind,
      compile: createCompile(hre),
    });
    if (!validation.ok) return refuse(validation.problems.map((p) => p.message).join("; "));
    const { abi } = await artifacts.read(to);
    const answersImplementation = abi.some(
      (item) => item.type === "function" && item.name === "implementation" && item.inputs.length === 0,
    );
    return { proxy, implementation, safe: true, codehash: keccak256(code), answersImplementation };
  } catch (error) {
    if (error instanceof PortcullisError)
      return refuse(`its storage layout cannot be checked: ${error.message}`);
    throw error;
  }
}
