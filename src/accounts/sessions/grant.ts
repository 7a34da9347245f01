/** A session and what ties it to one account: its id, and what the owner signs to grant it. */
import {
  type Address,
  concatHex,
  type Hex,
  keccak256,
  maxUint160,
  numberToHex,
  type TypedDataDefinition,
  zeroAddress,
} from "viem";
import { encodeSession } from "./encodeSession.ts";
import { ruleOperators, type Session } from "./session.ts";

/** What a session's id is bound to. */
export interface SessionPlace {
  chainId: number;
  /** The SessionValidator. */
  validator: Address;
  account: Address;
  /** The account's; 0 before it exists. */
  epoch: bigint;
}

/** All that a session's key needs to act; JSON but for `epoch`. Nothing in it is secret. */
export interface SessionGrant extends SessionPlace {
  session: Session;
  /** The owner's, of {@link grantTypedData}: absent where the session is granted in storage. */
  signature?: Hex;
}

export const sessionId = ({ chainId, validator, account, epoch }: SessionPlace, session: Session): Hex =>
  keccak256(concatHex([toWord(chainId), validator, account, toWord(epoch), encodeSession(session)]));

/** Whether calls name the session: where anything of it is counted on chain. */
export const isCounted = ({ maxUses, maxGasTotal, caps }: Session): boolean =>
  (maxUses ?? 0) !== 0 ||
  (maxGasTotal ?? 0) !== 0 ||
  caps.some(({ total, perPeriod }) => (total ?? 0n) + (perPeriod ?? 0n) !== 0n);

/** The second argument of `executeAdmitted`. */
export const contextOf = (place: SessionPlace, session: Session): Hex =>
  isCounted(session) ? sessionId(place, session) : toWord(0);

/** Every term in the clear: what the owner's wallet shows. */
export function grantTypedData(place: SessionPlace, session: Session): TypedDataDefinition {
  return {
    domain: domainOf(place),
    types: {
      Session: [
        { name: "account", type: "address" },
        { name: "id", type: "bytes32" },
        { name: "salt", type: "bytes4" },
        { name: "validAfter", type: "uint48" },
        { name: "validUntil", type: "uint48" },
        { name: "maxFeePerGas", type: "uint64" },
        { name: "maxGasPerOperation", type: "uint32" },
        { name: "maxUses", type: "uint32" },
        { name: "maxGasTotal", type: "uint48" },
        { name: "period", type: "uint32" },
        { name: "paymaster", type: "address" },
        { name: "signer", type: "bytes" },
        { name: "caps", type: "Cap[]" },
        { name: "actions", type: "Action[]" },
      ],
      Action: [
        { name: "target", type: "address" },
        { name: "selector", type: "bytes4" },
        { name: "rules", type: "Rule[]" },
      ],
      Cap: [
        { name: "asset", type: "address" },
        { name: "perCall", type: "uint96" },
        { name: "total", type: "uint96" },
        { name: "perPeriod", type: "uint96" },
        { name: "coSignAbove", type: "uint96" },
      ],
      Rule: [
        { name: "operator", type: "uint8" },
        { name: "path", type: "bytes" },
        { name: "values", type: "bytes32[]" },
      ],
    },
    primaryType: "Session",
    message: {
      account: place.account,
      id: sessionId(place, session),
      salt: session.salt,
      validAfter: session.validAfter,
      validUntil: session.validUntil,
      maxFeePerGas: session.maxFeePerGas,
      maxGasPerOperation: session.maxGasPerOperation,
      maxUses: session.maxUses ?? 0,
      maxGasTotal: session.maxGasTotal ?? 0,
      period: session.period ?? 0,
      paymaster: session.paymaster === "any" ? ANY_PAYMASTER : (session.paymaster ?? zeroAddress),
      signer: session.signer,
      caps: session.caps.map(({ asset, perCall = 0n, total = 0n, perPeriod = 0n, coSignAbove = 0n }) => ({
        asset,
        perCall,
        total,
        perPeriod,
        coSignAbove,
      })),
      actions: session.actions.map(({ target, selector = "0x00000000", rules = [] }) => ({
        target,
        selector,
        rules: rules.map(({ operator, path, values, hashed }) => ({
          operator: ruleOperators[operator] + (hashed ? 0x80 : 0),
          path: concatHex(["0x", ...path.map((step) => numberToHex(step, { size: 1 }))]),
          values,
        })),
      })),
    },
  };
}

/** What the owner signs beside the session, for one operation that takes more than a cap's `coSignAbove`. */
export const approvalTypedData = (
  place: SessionPlace,
  session: Session,
  userOpHash: Hex,
): TypedDataDefinition => ({
  domain: domainOf(place),
  types: {
    OperationApproval: [
      { name: "account", type: "address" },
      { name: "session", type: "bytes32" },
      { name: "userOpHash", type: "bytes32" },
    ],
  },
  primaryType: "OperationApproval",
  message: { account: place.account, session: sessionId(place, session), userOpHash },
});

const ANY_PAYMASTER = numberToHex(maxUint160, { size: 20 });

const domainOf = ({ chainId, validator }: SessionPlace) => ({
  name: "Portcullis SessionValidator",
  version: "1",
  chainId,
  verifyingContract: validator,
});

const toWord = (value: number | bigint): Hex => numberToHex(value, { size: 32 });
