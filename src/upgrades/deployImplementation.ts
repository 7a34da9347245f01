/** The new code on the chain: sent once for ever, whatever happens to the process, and compared with the artifact. */
import {
  type Address,
  encodeAbiParameters,
  getAddress,
  type Hash,
  isHex,
  keccak256,
  type PublicClient,
  stringToHex,
} from "viem";
import { equalCode } from "../deploy/compareCode.ts";
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
  const { client, sender, chainId, from, name, artifact } = parameters;
  requireDeployable(name, artifact);
  const sent = await sender.send({
    id: implementationId(chainId, artifact),
    from,
    to: null,
    data: artifact.bytecode,
    label: `deploy ${name}`,
  });
  const address = sent.receipt.contractAddress;
  const code = address ? await client.getCode({ address }) : undefined;
  if (!address || !code || !equalCode(code, artifact)) {
    throw new PortcullisError(
      "IMPLEMENTATION_MISMATCH",
      `The code at ${address} is not what ${name} compiles to`,
      {
        hint: "check that the node is in sync and on the chain that was deployed to, then run the command again",
        details: { address, transaction: sent.hash, artifact: name },
      },
    );
  }
  return { address: getAddress(address), codehash: keccak256(code), reused: sent.resumed };
}

/** The same bytes on the same chain are the same implementation. */
export function implementationId(chainId: number, { bytecode }: CodeArtifact): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: "bytes32" }, { type: "uint256" }, { type: "bytes32" }],
      [keccak256(stringToHex("portcullis.implementation")), BigInt(chainId), keccak256(bytecode)],
    ),
  );
}

/** Before anything is sent. @throws PortcullisError NOT_DEPLOYABLE */
export function requireDeployable(name: string, { abi, bytecode }: CodeArtifact): void {
  const refuse = (why: string, hint: string) =>
    new PortcullisError("NOT_DEPLOYABLE", `${name} ${why}`, { hint, details: { artifact: name } });
  if (bytecode === "0x") {
    throw refuse(
      "has no code of its own: it is abstract or an interface",
      "name a contract that can be deployed",
    );
  }
  if (!isHex(bytecode)) throw refuse("needs libraries to be linked", "make the library's functions internal");
  const creation = abi.find(({ type }) => type === "constructor");
  if (creation && "inputs" in creation && creation.inputs.length > 0) {
    throw refuse(
      "takes constructor arguments, which an implementation behind a proxy should not",
      "move them into an initializer",
    );
  }
}
