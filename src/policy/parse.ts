/** From what was written to the policy of one network: overrides merged, every entry validated, all problems collected. */
import type { z } from "zod";
import { PortcullisError } from "../errors.ts";
import { isDevelopmentChain, shortNameOf } from "./chains.ts";
import { explainIssues } from "./explain.ts";
import { isRecord, mergeOverride } from "./merge.ts";
import type { Problems } from "./problems.ts";
import {
  entrySchemas,
  networkHead,
  type Policy,
  type PolicyInput,
  SCHEMA_VERSION,
  settingSchemas,
} from "./schema/policy.ts";
import { nearestName } from "./text/nearest.ts";

const ENTRY_NAME = /^[A-Za-z][\w-]*$/;
const SECTIONS = [...Object.keys(entrySchemas), ...Object.keys(settingSchemas)];
const ADDRESSED = [
  "signers",
  "principals",
  "safes",
  "timelocks",
  "managers",
  "accounts",
  "contracts",
] as const;

/** A policy whose entries may be incomplete where `problems` says so. */
export interface ParsedPolicy extends Policy {
  /** Names whose entry has a problem of its own: a reference to them is not another one. */
  broken: ReadonlySet<string>;
}

/**
 * Adds what is wrong to `problems`. Throws POLICY_SCHEMA and NETWORK_UNKNOWN, and POLICY_INVALID where the network's own
 * entry is wrong: there is nothing to go on with then.
 */
export function collectPolicy(input: PolicyInput, network: string, problems: Problems): ParsedPolicy {
  checkSchemaVersion(input);
  const { schema: _, name, networks, ...shared } = input as unknown as Record<string, unknown>;
  if (typeof name !== "string" || name === "")
    problems.add(["name"], "is missing", 'write the name of the policy: "treasury"', name);
  checkSections(shared, [], [...SECTIONS, "schema", "name", "networks"], problems);
  const { chain, tier, shortName, ...override } = readNetwork(networks, network, problems);
  checkSections(override, ["networks", network], [...SECTIONS, "chain", "tier", "shortName"], problems);

  const merged = mergeOverride(shared, override) as Record<string, unknown>;
  const broken = new Set<string>();
  const policy = {
    name: String(name),
    network,
    chain,
    tier,
    ...((shortName ?? shortNameOf(chain)) === undefined
      ? {}
      : { shortName: shortName ?? shortNameOf(chain) }),
    broken,
  } as Record<string, unknown>;
  for (const [section, schema] of Object.entries(entrySchemas)) {
    policy[section] = readEntries(section, schema, merged[section], broken, problems);
  }
  for (const [section, schema] of Object.entries(settingSchemas)) {
    policy[section] = readSetting(section, schema, merged[section], problems);
  }
  checkNames(merged, problems);
  return policy as unknown as ParsedPolicy;
}

/** Throws POLICY_SCHEMA. */
export function checkSchemaVersion(input: unknown): void {
  const version = isRecord(input) ? input.schema : undefined;
  if (version === SCHEMA_VERSION) return;
  const newer = typeof version === "number" && version > SCHEMA_VERSION;
  throw new PortcullisError(
    "POLICY_SCHEMA",
    version === undefined
      ? "The policy does not say its schema version"
      : `The policy is of schema ${JSON.stringify(version)}; this Portcullis reads schema ${SCHEMA_VERSION}`,
    {
      hint: newer
        ? "npm install portcullis@latest"
        : `write schema: ${SCHEMA_VERSION} as the first field of the policy`,
      details: { schema: version },
    },
  );
}

function readNetwork(networks: unknown, network: string, problems: Problems) {
  const known = isRecord(networks) ? Object.keys(networks) : [];
  const value = isRecord(networks) && Object.hasOwn(networks, network) ? networks[network] : undefined;
  if (value === undefined) {
    const nearest = nearestName(network, known);
    throw new PortcullisError("NETWORK_UNKNOWN", `The policy has no network "${network}"`, {
      hint:
        nearest !== undefined
          ? `add --network ${nearest}, or add networks.${network} to the policy`
          : `add networks.${network}: { chain: <id>, tier: "staging" } to the policy, or use one of: ${known.join(", ")}`,
      details: { network, known },
    });
  }
  const at = ["networks", network];
  const result = networkHead.loose().safeParse(value);
  if (!result.success) {
    explainIssues(result.error.issues, networkHead, value, at, problems);
    problems.refuse(network);
    throw result.error;
  }
  const { chain, tier } = result.data;
  if (tier === "development" && !isDevelopmentChain(chain) && shortNameOf(chain) !== undefined) {
    problems.add(
      [...at, "tier"],
      `"development" is only for development chains, and ${chain} is public`,
      'write "staging" or "production"',
    );
  }
  if (shortNameOf(chain) !== undefined && ![undefined, shortNameOf(chain)].includes(result.data.shortName)) {
    problems.add([...at, "shortName"], `chain ${chain} is called "${shortNameOf(chain)}"`, "leave it away");
  }
  return result.data;
}

function checkSections(
  value: Record<string, unknown>,
  at: string[],
  known: readonly string[],
  problems: Problems,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    problems.add(
      [...at, key],
      "is not a section of a policy",
      nearest ? `did you mean ${nearest}?` : `write one of: ${known.join(", ")}`,
    );
  }
}

function readEntries(
  section: string,
  schema: z.ZodType,
  value: unknown,
  broken: Set<string>,
  problems: Problems,
): Record<string, unknown> {
  if (value === undefined) return {};
  if (!isRecord(value)) {
    problems.add([section], "does not fit", "write names with their entries: { name: { … } }", value);
    return {};
  }
  const entries: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (!ENTRY_NAME.test(name)) {
      problems.add([section, name], "is not a name", "write a letter first, then letters, digits, _ or -");
    }
    const result = schema.safeParse(entry);
    if (result.success) entries[name] = result.data;
    else {
      broken.add(name);
      explainIssues(result.error.issues, schema, entry, [section, name], problems);
    }
  }
  return entries;
}

function readSetting(section: string, schema: z.ZodType, value: unknown, problems: Problems): unknown {
  const empty = section === "invariants" ? [] : {};
  const result = schema.safeParse(value ?? empty);
  if (result.success) return result.data;
  explainIssues(result.error.issues, schema, value, [section], problems);
  return schema.safeParse(empty).data;
}

/** One name is one thing, whatever section it stands in. */
function checkNames(merged: Record<string, unknown>, problems: Problems): void {
  const sectionOf = new Map<string, string>();
  for (const section of ADDRESSED) {
    const entries = merged[section];
    for (const name of isRecord(entries) ? Object.keys(entries) : []) {
      const other = sectionOf.get(name);
      if (other !== undefined)
        problems.add([section, name], `${other}.${name} has the same name`, "rename one of them");
      sectionOf.set(name, section);
    }
  }
}
