/** Keys and every other address with a name. */
import { type Hash, keccak256, toHex } from "viem";
import { isDevelopmentChain } from "../chains.ts";
import type { DesiredPrincipal, DesiredSigner, SignerSource } from "../desired.ts";
import { canonicalJson } from "../hash.ts";
import type { Policy } from "../schema/policy.ts";
import type { CompileContext } from "./context.ts";

export function compileSigners({ policy, names, problems }: CompileContext): DesiredSigner[] {
  return Object.entries(policy.signers).map(([name, signer]) => {
    const development = signer.provider === "development";
    if (development && (policy.tier !== "development" || !isDevelopmentChain(policy.chain))) {
      problems.add(
        ["signers", name, "provider"],
        `everyone knows the development keys, and the network "${policy.network}" is ${policy.tier === "development" ? `chain ${policy.chain}` : policy.tier}`,
        `write another provider under networks.${policy.network}.signers.${name}: { provider: "keystore", … }`,
      );
    }
    const source = sourceOf(signer);
    return {
      name,
      address: names.addressOf(name),
      source,
      tier: signer.tier ?? (development ? "development" : policy.tier),
      ...(signer.holder === undefined ? {} : { holder: signer.holder }),
      ...(signer.rotateBy === undefined ? {} : { rotateBy: signer.rotateBy }),
      custody: (signer.custody as Hash | undefined) ?? digestOfSource(source),
    };
  });
}

export function compilePrincipals(
  { policy, names }: CompileContext,
  signers: readonly DesiredSigner[],
): DesiredPrincipal[] {
  const holderOf = (holder: string | undefined) => (holder === undefined ? {} : { holder });
  return [
    ...signers.map(({ name, address, holder }) => ({
      name,
      address,
      kind: "key" as const,
      signer: name,
      ...holderOf(holder),
    })),
    ...Object.entries(policy.principals).map(([name, { kind, holder }]) => ({
      name,
      address: names.addressOf(name),
      kind,
      ...holderOf(holder),
    })),
    ...(["safes", "timelocks", "managers", "accounts", "contracts"] as const).flatMap((section) =>
      Object.keys(policy[section]).map((name) => ({
        name,
        address: names.addressOf(name),
        kind: KIND[section],
      })),
    ),
  ];
}

const KIND = {
  safes: "safe",
  timelocks: "timelock",
  managers: "manager",
  accounts: "account",
  contracts: "contract",
} as const;

/** What a key binding records of where a key lives, where the policy gives no digest of a fuller record. */
export function digestOfSource(source: SignerSource): Hash {
  return keccak256(toHex(canonicalJson(source)));
}

function sourceOf(signer: Policy["signers"][string]): SignerSource {
  switch (signer.provider) {
    case "development":
      return { provider: signer.provider, account: signer.account };
    case "keystore":
      return { provider: signer.provider, file: signer.file, password: signer.password };
    case "hardhat-keystore":
      return { provider: signer.provider, key: signer.key };
  }
}
