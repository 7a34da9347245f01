/** Every name of a policy, and the address it stands for. */
import { type Address, getAddress, keccak256, slice, toHex } from "viem";
import { PortcullisError } from "../../errors.ts";
import type { DesiredPrincipal } from "../desired.ts";
import { developmentAddress } from "../developmentKey.ts";
import type { ParsedPolicy } from "../parse.ts";
import type { Path, Problems } from "../problems.ts";
import { parseAddress, parseChainAddress } from "../text/chainAddress.ts";
import { nearestName } from "../text/nearest.ts";
import { listAccountParts } from "./smartAccounts/infrastructure.ts";

export interface Names {
  /** Address of a declared name. */
  addressOf(name: string): Address;
  /** Address of what was written: a name of the policy or the manifest, or an EIP-3770 address. */
  resolve(reference: string, path: Path): Address | undefined;
  kindOf(name: string): DesiredPrincipal["kind"] | undefined;
  /** Declared names without an address. */
  unresolved: readonly string[];
}

/** Stands for a contract that has no address yet: a hash, so that no key of it is known to anyone. */
export function placeholderAddress(name: string): Address {
  return getAddress(slice(keccak256(toHex(`portcullis.unresolved.${name}`)), 12));
}

export function collectNames(
  policy: ParsedPolicy,
  deployed: Readonly<Record<string, Address>>,
  problems: Problems,
): Names {
  const found = new Map<string, { address: Address; kind: DesiredPrincipal["kind"] }>();
  const unresolved: string[] = [];
  const read = (path: Path, parse: () => Address): Address => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof PortcullisError)) throw error;
      problems.add(path, error.message, error.hint);
      return placeholderAddress(path.join("."));
    }
  };
  const external = (reference: string, path: Path): Address =>
    read(path, () => {
      if (reference.includes(":")) return parseChainAddress(reference, policy.shortName);
      if (HEX_START.test(reference)) throw rawAddress(reference, policy.shortName);
      const known = deployed[reference];
      if (known === undefined) throw unknownEntry(reference, Object.keys(deployed));
      return known;
    });

  for (const [name, signer] of Object.entries(policy.signers)) {
    const address =
      signer.provider === "development"
        ? developmentAddress(signer.account)
        : read(["signers", name, "address"], () =>
            signer.address.includes(":")
              ? parseChainAddress(signer.address, policy.shortName)
              : parseAddress(signer.address),
          );
    found.set(name, { address, kind: "key" });
  }
  for (const [name, { address, kind }] of Object.entries(policy.principals)) {
    const path = ["principals", name, "address"];
    // A key has the same address on every chain; anything else has one per chain and says which.
    const raw = kind === "key" && HEX_START.test(address);
    found.set(name, {
      address: raw ? read(path, () => parseAddress(address)) : external(address, path),
      kind,
    });
  }
  for (const [section, kind] of DEPLOYABLE) {
    for (const [name, { at }] of Object.entries<{ at?: string | undefined }>(policy[section])) {
      const address = at === undefined ? deployed[name] : external(at, [section, name, "at"]);
      if (address === undefined) unresolved.push(name);
      found.set(name, { address: address ?? placeholderAddress(name), kind });
    }
  }
  for (const { name } of listAccountParts(policy)) {
    const address = deployed[name];
    if (address === undefined) unresolved.push(name);
    found.set(name, { address: address ?? placeholderAddress(name), kind: "contract" });
  }

  return {
    unresolved,
    addressOf: (name) => found.get(name)?.address ?? placeholderAddress(name),
    kindOf: (name) => found.get(name)?.kind,
    resolve(reference, path) {
      const known = found.get(reference)?.address ?? deployed[reference];
      if (known !== undefined) return known;
      if (policy.broken.has(reference)) return placeholderAddress(reference);
      if (reference.includes(":") || HEX_START.test(reference)) return external(reference, path);
      const nearest = nearestName(reference, [...found.keys(), ...Object.keys(deployed), ...policy.broken]);
      problems.add(
        path,
        `"${reference}" is not a name of this policy${Object.keys(deployed).length > 0 ? " or of the manifest" : ""}`,
        nearest === undefined
          ? "declare it under signers, principals, safes, timelocks, managers, accounts or contracts"
          : `did you mean "${nearest}"?`,
      );
      return undefined;
    },
  };
}

const HEX_START = /^0x/i;
const DEPLOYABLE = [
  ["safes", "safe"],
  ["timelocks", "timelock"],
  ["managers", "manager"],
  ["accounts", "account"],
  ["contracts", "contract"],
] as const;

function rawAddress(reference: string, shortName: string | undefined): PortcullisError {
  return new PortcullisError("ADDRESS_INVALID", `${reference} does not say its chain`, {
    hint: `write "${shortName ?? "<short name>"}:${reference}", or a name of this policy`,
  });
}

function unknownEntry(reference: string, known: readonly string[]): PortcullisError {
  const nearest = nearestName(reference, known);
  return new PortcullisError("ADDRESS_INVALID", `"${reference}" is not an entry of the manifest`, {
    hint: nearest === undefined ? 'write an address with its chain: "eth:0x…"' : `did you mean "${nearest}"?`,
  });
}
