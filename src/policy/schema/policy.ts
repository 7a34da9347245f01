/** The schema of a policy, section by section: each entry is validated by itself, so that all problems are found. */
import { z } from "zod";
import { manager, safe, timelock } from "./account.ts";
import { contract } from "./contract.ts";
import { role } from "./role.ts";
import { bundler, fees, invariant, safeService, verification } from "./settings.ts";
import { principal, signer, tier } from "./signer.ts";
import { smartAccount } from "./smartAccount.ts";
import { text } from "./text.ts";

/** Goes up when a policy written for an older version would mean something else. */
export const SCHEMA_VERSION = 1;

/** Sections whose entries have names, in the order in which they are reported. */
export const entrySchemas = {
  signers: signer,
  principals: principal,
  safes: safe,
  timelocks: timelock,
  managers: manager,
  accounts: smartAccount,
  contracts: contract,
  roles: role,
} as const;

/** Sections that are one value. */
export const settingSchemas = {
  fees,
  verification,
  safeService,
  bundler,
  invariants: z.array(invariant),
  /** Reasons for accepting what a lint found: by its id, or by "id:subject" for one subject only. */
  accept: z.record(z.string(), text("the reason")),
} as const;

export const networkHead = z.object({
  chain: z.int({ error: "write the chain id: 1" }).min(1),
  tier,
  /** Prefix of EIP-3770 addresses; only needed for chains that have no well-known one. */
  shortName: text('the short name of the chain: "eth"').optional(),
});

type EntryName = keyof typeof entrySchemas;
type SettingName = keyof typeof settingSchemas;

/** As written in a policy file, where every network sees the same. */
type Sections = { [K in EntryName]?: Record<string, z.input<(typeof entrySchemas)[K]>> } & {
  [K in SettingName]?: z.input<(typeof settingSchemas)[K]>;
};

/** Any part of it may differ per network; null takes an entry or a field away. */
type Override<T> = T extends string | number | bigint | boolean | readonly unknown[]
  ? T | null
  : T extends object
    ? { [K in keyof T]?: Override<T[K]> | null }
    : T;

export interface NetworkInput extends Override<Sections> {
  chain: number;
  tier: z.input<typeof tier>;
  shortName?: string;
}

/** A policy as written. */
export interface PolicyInput extends Sections {
  schema: typeof SCHEMA_VERSION;
  name: string;
  networks: Record<string, NetworkInput>;
}

/** A policy for one network: overrides merged, defaults filled in, times in seconds, amounts in wei. */
export type Policy = {
  [K in EntryName]: Record<string, z.output<(typeof entrySchemas)[K]>>;
} & {
  name: string;
  network: string;
  chain: number;
  tier: z.output<typeof tier>;
  shortName?: string;
  fees: z.output<typeof fees>;
  verification: z.output<typeof verification>;
  safeService: z.output<typeof safeService>;
  bundler: z.output<typeof bundler>;
  invariants: z.output<typeof invariant>[];
  accept: Record<string, string>;
};
