/** What a deployment left on a chain: `deployments/<network>/manifest.json`. */
import { type Abi, type Address, type Hash, keccak256, toHex } from "viem";
import { z } from "zod";
import { PortcullisError } from "../errors.ts";
import { toJson } from "../json.ts";

const FILE = "manifest.json";

const hex = z.templateLiteral(["0x", z.string()]);
const whole = z.string().regex(/^\d+$/).transform(BigInt);

const contractSchema = z.object({
  /** Name in the policy. */
  name: z.string(),
  address: hex,
  /** Contract name in the artifacts, of the implementation where there is a proxy; null for Safes. */
  artifact: z.string().nullable(),
  /** keccak256 of the canonical JSON of the ABI; null for Safes. */
  abiHash: hex.nullable(),
  /** keccak256 of the code at `address`. */
  codehash: hex,
  /** As the policy gave them, of the implementation where there is a proxy. */
  constructorArgs: z.array(z.unknown()),
  proxy: z
    .object({
      kind: z.enum(["uups", "transparent"]),
      implementation: hex,
      codehash: hex,
      initializer: z.string(),
      initializerArgs: z.array(z.unknown()),
    })
    .exactOptional(),
  /** Of a smart account with guardians: what it committed to when it was deployed, of which the chain keeps a hash alone. */
  recovery: z.object({ module: hex, terms: hex }).exactOptional(),
});

const schema = z.object({
  schema: z.literal(1),
  policyName: z.string(),
  /** Path of the policy file, relative to the project. */
  policy: z.string(),
  policyHash: hex,
  network: z.string(),
  chainId: z.number(),
  /** Hash of block 0: tells a restarted local chain from the one that was deployed to. */
  genesis: hex,
  /** First block that can hold anything of this deployment. */
  fromBlock: whole,
  /** Git commit of the project, null outside a repository; `dirty` when files differed from it. */
  commit: z.string().nullable(),
  dirty: z.boolean(),
  deployer: hex,
  contracts: z.array(contractSchema),
  transactions: z.array(
    z.object({ id: hex, label: z.string(), hash: hex, block: whole, nonce: z.number(), from: hex }),
  ),
  roles: z.array(z.object({ manager: z.string(), role: z.string(), id: whole, members: z.array(hex) })),
  /** The last proof that the deployer has no right left; null until it passed. */
  handover: z.object({ block: whole, blockHash: hex }).nullable(),
});

export type Manifest = z.output<typeof schema>;
export type ManifestContract = z.output<typeof contractSchema>;

interface ManifestFiles {
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string): Promise<void>;
}

/** Throws `MANIFEST_UNREADABLE`. */
export async function readManifest(files: ManifestFiles): Promise<Manifest | undefined> {
  const text = await files.read(FILE);
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PortcullisError(
    "MANIFEST_UNREADABLE",
    `${FILE} is not a manifest: ${issue?.path.join(".") || "file"}: ${issue?.message ?? "not JSON"}`,
    {
      hint: `git checkout -- the file, or remove it and run \`npx hardhat deploy\` again`,
      details: { path: issue?.path },
    },
  );
}

export async function writeManifest(files: ManifestFiles, manifest: Manifest): Promise<void> {
  await files.write(FILE, `${toJson(manifest)}\n`);
}

/** Names and addresses, as a policy is compiled with. */
export function manifestAddresses(manifest: Manifest | undefined): Record<string, Address> {
  return Object.fromEntries((manifest?.contracts ?? []).map(({ name, address }) => [name, address]));
}

/** Equal for equal ABIs, however their entries are ordered. */
export function hashAbi(abi: Abi): Hash {
  const entries = abi.map((entry) => toJson(sortKeys(entry), 0)).toSorted();
  return keccak256(toHex(`[${entries.join(",")}]`));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
