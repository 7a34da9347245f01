/** The new code on the chain: sent once for ever, whatever happens to the process, and compared with the artifact. */
import {
  type Abi,
  type AbiParameter,
  type Address,
  encodeAbiParameters,
  getAddress,
  type Hash,
  type Hex,
  isHex,
  keccak256,
  type PublicClient,
  stringToHex,
} from "viem";
import { equalCode } from "../deploy/compareCode.ts";
import { findImmutableDifference } from "../deploy/immutables.ts";
import type { CodeArtifact } from "../deploy/types.ts";
import { PortcullisError } from "../errors.ts";
import type { Sender } from "../transactions/types.ts";

export interface DeployImplementationParameters {
  client: PublicClient;
  sender: Sender;
  chainId: number;
  /** Who pays. */
  from: Address;
  name: string;
  artifact: CodeArtifact;
  /** What is sent: the artifact's creation code and the encoded arguments of its constructor. */
  creation: Hex;
}

export interface Implementation {
  address: Address;
  codehash: Hash;
  /** An earlier run had deployed the same bytes. */
  reused: boolean;
}

/** @throws PortcullisError NOT_DEPLOYABLE, IMPLEMENTATION_MISMATCH, and what sending throws */
export async function deployImplementation(
  parameters: DeployImplementationParameters,
): Promise<Implementation> {
  const { client, sender, chainId, from, name, artifact, creation } = parameters;
  const sent = await sender.send({
    id: implementationId(chainId, creation),
    from,
    to: null,
    data: creation,
    label: `deploy ${name}`,
  });
  const address = sent.receipt.contractAddress;
  const code = address ? await client.getCode({ address }) : undefined;
  const equal = address && code && equalCode(code, artifact);
  const created = equal && { address, code, artifact, creation, deployer: from };
  // Later the constructor may find another chain than it found then.
  if (!created || (!sent.resumed && (await findImmutableDifference(client, created)))) {
    const what = equal ? "has other immutables than its constructor computes" : "is not what it compiles to";
    throw new PortcullisError("IMPLEMENTATION_MISMATCH", `The code of ${name} at ${address} ${what}`, {
      hint: "check that the node is in sync and on the chain that was deployed to, then run the command again",
      details: { address, transaction: sent.hash, artifact: name },
    });
  }
  return { address: getAddress(address), codehash: keccak256(code), reused: sent.resumed };
}

/** The same bytes on the same chain are the same implementation. */
export function implementationId(chainId: number, creation: Hex): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: "bytes32" }, { type: "uint256" }, { type: "bytes32" }],
      [keccak256(stringToHex("portcullis.implementation")), BigInt(chainId), keccak256(creation)],
    ),
  );
}

/** Before anything is sent. @param given whether arguments are. @throws PortcullisError NOT_DEPLOYABLE */
export function requireDeployable(name: string, { abi, bytecode }: CodeArtifact, given: boolean): void {
  const refuse = (why: string, hint: string) =>
    new PortcullisError("NOT_DEPLOYABLE", `${name} ${why}`, { hint, details: { artifact: name } });
  if (bytecode === "0x") {
    throw refuse(
      "has no code of its own: it is abstract or an interface",
      "name a contract that can be deployed",
    );
  }
  if (!isHex(bytecode)) throw refuse("needs libraries to be linked", "make the library's functions internal");
  const inputs = constructorInputs(abi);
  if (inputs.length > 0 && !given) {
    throw refuse(
      `takes ${inputs.length} constructor argument${inputs.length === 1 ? "" : "s"}: ${inputs.map((input) => `${input.type} ${input.name ?? ""}`.trim()).join(", ")}`,
      "give them with --constructor-args 'alice, 5' (the policy's constructorArgs are taken where they have the same names and types), or move them into an initializer",
    );
  }
  if (inputs.length === 0 && given) {
    throw refuse("takes no constructor arguments", "leave --constructor-args out");
  }
}

export function constructorInputs(abi: Abi): readonly AbiParameter[] {
  return abi.find((item) => item.type === "constructor")?.inputs ?? [];
}
