/**
 * What smart accounts need once per chain: implementations, their factories, the sessions' validator, the guardians'
 * recovery. Nobody has power over any of them, and each is created at an address that follows from its code.
 */
import type { EntryPointVersion } from "../../../accounts/entryPoints.ts";
import type { DesiredContract } from "../../desired.ts";
import type { Policy } from "../../schema/policy.ts";
import type { CompileContext } from "../context.ts";

export const SESSION_VALIDATOR = "sessionValidator";
export const GUARDIAN_RECOVERY = "guardianRecovery";

/** What checks the signatures of owners that are no addresses. */
export const verifiers = {
  multisig: { name: "weightedMultisigVerifier", artifact: "WeightedMultisigVerifier" },
  passkey: { name: "webAuthnVerifier", artifact: "ERC7913WebAuthnVerifier" },
  p256: { name: "p256Verifier", artifact: "ERC7913P256Verifier" },
} as const;

type Owner = Policy["accounts"][string]["owner"];

/** Undefined where the owner is a key's address, or not managed. */
export function verifierOf(owner: Owner): (typeof verifiers)[keyof typeof verifiers] | undefined {
  if (owner === undefined || typeof owner === "string") return undefined;
  return "passkey" in owner ? verifiers.passkey : "p256" in owner ? verifiers.p256 : verifiers.multisig;
}

interface Build {
  implementation: { name: string; artifact: string };
  factory: { name: string; artifact: string };
}

export const accountBuilds: Readonly<Record<EntryPointVersion, Build>> = {
  "0.9": {
    implementation: { name: "smartAccount", artifact: "SmartAccount" },
    factory: { name: "smartAccountFactory", artifact: "SmartAccountFactory" },
  },
  "0.7": {
    implementation: { name: "smartAccountV07", artifact: "SmartAccountV07" },
    factory: { name: "smartAccountFactoryV07", artifact: "SmartAccountFactory" },
  },
};

const NO_DELEGATE_CODE = Array(3).fill(`0x${"00".repeat(32)}`);

interface Part {
  name: string;
  artifact: string;
  /** Names of other parts stand for their addresses. */
  args: readonly (string | readonly unknown[])[];
}

/** In an order in which they can be deployed; none where the policy neither deploys an account nor guards one. */
export function listAccountParts({ accounts }: Pick<Policy, "accounts">): Part[] {
  const deployed = Object.values(accounts).filter(({ at }) => at === undefined);
  const versions = (["0.9", "0.7"] as const).filter((v) => deployed.some((a) => a.entryPoint === v));
  const recovery = Object.values(accounts).some((account) => account.recovery !== undefined)
    ? [{ name: GUARDIAN_RECOVERY, artifact: "GuardianRecovery", args: [] }]
    : [];
  // Of an account with `at` too: its owner is compared, and the address is part of that.
  const needed = new Set(Object.values(accounts).map(({ owner }) => verifierOf(owner)));
  const checking = Object.values(verifiers)
    .filter((verifier) => needed.has(verifier))
    .map((verifier): Part => ({ ...verifier, args: [] }));
  if (versions.length === 0) return [...recovery, ...checking];
  return [
    ...recovery,
    ...checking,
    { name: SESSION_VALIDATOR, artifact: "SessionValidator", args: [] },
    ...versions.flatMap((version): Part[] => {
      const { implementation, factory } = accountBuilds[version];
      return [
        { ...implementation, args: [NO_DELEGATE_CODE, SESSION_VALIDATOR] },
        { ...factory, args: [implementation.name] },
      ];
    }),
  ];
}

export function compileAccountParts({ policy, names, problems }: CompileContext): DesiredContract[] {
  const declared = [
    "safes",
    "timelocks",
    "managers",
    "accounts",
    "contracts",
    "signers",
    "principals",
  ] as const;
  return listAccountParts(policy).map(({ name, artifact, args }) => {
    const other = declared.find((section) => policy[section][name] !== undefined);
    if (other !== undefined)
      problems.add([other, name], "is what a part of smart accounts is called", "choose another name");
    return {
      name,
      address: names.addressOf(name),
      codehash: null,
      accountPart: true,
      deployment: {
        artifact,
        args: args.map((arg) => (typeof arg === "string" ? names.addressOf(arg) : arg)),
        after: args.filter((arg) => typeof arg === "string"),
      },
    };
  });
}
