/** What guardians sign, one chain at a time (EIP-712). */
import type { Address, Hex, TypedDataDefinition } from "viem";
import { hashTerms } from "./terms.ts";

/** One account on one chain, under the terms it committed to. */
export interface RecoveryPlace {
  chainId: number;
  /** The GuardianRecovery. */
  module: Address;
  account: Address;
  /** Packed: {@link encodeTerms}. */
  terms: Hex;
}

export interface ApprovalPlace extends RecoveryPlace {
  /** `nonceOf(account)`. */
  nonce: bigint;
}

/** What the signature is for, where it is not a recovery. `number`: which change or freeze. */
export type AlarmKind = "veto" | "freeze" | "unfreeze";

const NAME = "Portcullis GuardianRecovery";

/** Names no chain and no contract: each approval does. */
export const approvalDomain = { name: NAME, version: "1" } as const;

export const approvalFields = [
  { name: "chainId", type: "uint256" },
  { name: "module", type: "address" },
  { name: "account", type: "address" },
  { name: "nonce", type: "uint256" },
  { name: "guardians", type: "bytes32" },
  { name: "newOwner", type: "bytes" },
  { name: "deadline", type: "uint48" },
] as const;

/** @param deadline seconds */
export const approvalMessage = (place: ApprovalPlace, newOwner: Hex, deadline: number) => ({
  chainId: BigInt(place.chainId),
  module: place.module,
  account: place.account,
  nonce: place.nonce,
  guardians: hashTerms(place.terms),
  newOwner,
  deadline,
});

const alarmFields = [
  { name: "account", type: "address" },
  { name: "guardians", type: "bytes32" },
  { name: "number", type: "uint256" },
  { name: "deadline", type: "uint48" },
];

const alarms = {
  veto: { name: "ChangeVeto", types: { ChangeVeto: alarmFields } },
  freeze: { name: "Freeze", types: { Freeze: alarmFields } },
  unfreeze: { name: "Unfreeze", types: { Unfreeze: alarmFields } },
} as const;

/** @param signed `deadline` in seconds */
export const alarmTypedData = (
  kind: AlarmKind,
  place: RecoveryPlace,
  signed: { number: bigint; deadline: number },
): TypedDataDefinition => ({
  domain: domainOf(place),
  types: alarms[kind].types,
  primaryType: alarms[kind].name,
  message: { account: place.account, guardians: hashTerms(place.terms), ...signed },
});

/** @param signedAt seconds; a day ago at most when it is submitted */
export const drillTypedData = (place: RecoveryPlace, signedAt: number): TypedDataDefinition => ({
  domain: domainOf(place),
  types: {
    Drill: [
      { name: "account", type: "address" },
      { name: "guardians", type: "bytes32" },
      { name: "signedAt", type: "uint48" },
    ],
  },
  primaryType: "Drill",
  message: { account: place.account, guardians: hashTerms(place.terms), signedAt },
});

const domainOf = ({ chainId, module }: RecoveryPlace) => ({
  name: NAME,
  version: "1",
  chainId,
  verifyingContract: module,
});
