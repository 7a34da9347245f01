/** The creation code of an upgrade: what its constructor takes, from the command line or from the policy. */
import {
  type Abi,
  concatHex,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  isAddress,
  isAddressEqual,
  size,
  sliceHex,
} from "viem";
import { formatAbiParams } from "viem/utils";
import type { AddressBook } from "../chain/addressBook.ts";
import { toJson } from "../json.ts";
import { nameOf } from "../operations/describe.ts";
import { parseCall } from "../operations/encode/parseCall.ts";
import { constructorInputs, requireDeployable } from "../upgrades/deployImplementation.ts";
import type { Operations } from "./operate/open.ts";
import type { Project } from "./project.ts";
import type { UpgradeSubject } from "./upgrade.ts";

/**
 * Creation code with the arguments of the constructor, written as in a call: `alice, 5 days`.
 *
 * @param declared what to take where nothing is written
 * @throws PortcullisError NOT_DEPLOYABLE, and whatever parseCall throws
 */
export function encodeCreation(
  written: string,
  { proxy, artifact, validation }: UpgradeSubject,
  { book }: Pick<Operations, "book">,
  declared?: readonly unknown[],
): Hex {
  const { to } = validation;
  requireDeployable(to, artifact, written !== "" || declared !== undefined);
  const inputs = constructorInputs(artifact.abi);
  if (inputs.length === 0) return artifact.bytecode;
  if (written === "") return concatHex([artifact.bytecode, encodeAbiParameters(inputs, declared ?? [])]);
  const abi: Abi = [{ type: "function", name: "create", inputs, outputs: [], stateMutability: "nonpayable" }];
  const entries = [...book.entries.filter(({ name }) => name !== to), { name: to, address: proxy, abi }];
  const { data } = parseCall(`${to}.create(${written})`, { ...book, entries });
  return concatHex([artifact.bytecode, sliceHex(data, 4)]);
}

/** What the policy gives the constructor of this proxy's code, where the new one takes the same by name and type. */
export async function findDeclaredArguments(
  { hre, desired }: Pick<Project, "hre" | "desired">,
  { proxy, artifact }: UpgradeSubject,
): Promise<readonly unknown[] | undefined> {
  const deployment = desired.contracts.find(({ address }) => isAddressEqual(address, proxy))?.deployment;
  const inputs = constructorInputs(artifact.abi);
  if (deployment?.proxy === undefined || inputs.length === 0) return undefined;
  const { abi } = await hre.artifacts.readArtifact(deployment.artifact);
  const written = (list: typeof inputs) => formatAbiParams(list, { includeName: true });
  const same = written(constructorInputs(abi as Abi)) === written(inputs);
  return same ? deployment.args : undefined;
}

/** What the constructor of the new code is called with, for a person to look at; empty where it takes nothing. */
export function describeCreation({ artifact, validation }: UpgradeSubject, creation: Hex, book: AddressBook) {
  const inputs = constructorInputs(artifact.abi);
  if (inputs.length === 0) return "";
  const values = decodeAbiParameters(inputs, sliceHex(creation, size(artifact.bytecode)));
  const shown = values.map((value, i) => {
    const known = typeof value === "string" && isAddress(value) ? nameOf(value, book) : writeValue(value);
    return `${inputs[i]?.name || `argument ${i + 1}`} = ${known}`;
  });
  return `The constructor of ${validation.to} gets ${shown.join(", ")}`;
}

const writeValue = (value: unknown): string => (typeof value === "bigint" ? String(value) : toJson(value, 0));
