/**
 * What makes an operation this operation. The salt that goes on the chain commits to everything the chain does not
 * hold: the effects that were shown, the title, the reason, the deadline. Whoever has the preimage can check it.
 */
import { type Address, encodeAbiParameters, type Hash, keccak256, stringToHex, zeroHash } from "viem";
import type { Call } from "./types.ts";

export interface SaltPreimage {
  /** Absent where the effects could not be committed to: 32 zero bytes stand for it. */
  effectsHash?: Hash;
  title: string;
  reason: string;
  /** Seconds since the epoch. */
  deadline: bigint;
  /** Tells operations apart that are equal in all else. */
  nonce: bigint;
}

/** First word of the preimage: keeps these salts apart from any other hash, and versions them. */
const domain = keccak256(stringToHex("portcullis.operation.1"));

/** keccak256(abi.encode(bytes32 domain, bytes32 effectsHash, string title, string reason, uint256 deadline, uint256 nonce)) */
export function hashSalt({ effectsHash, title, reason, deadline, nonce }: SaltPreimage): Hash {
  return keccak256(
    encodeAbiParameters(
      [
        { type: "bytes32" },
        { type: "bytes32" },
        { type: "string" },
        { type: "string" },
        { type: "uint256" },
        { type: "uint256" },
      ],
      [domain, effectsHash ?? zeroHash, title, reason, deadline, nonce],
    ),
  );
}

/** TimelockController's id: `hashOperation` of one call, `hashOperationBatch` of several. */
export function hashTimelockOperation(calls: readonly Call[], predecessor: Hash, salt: Hash): Hash {
  const [only] = calls;
  if (only && calls.length === 1) {
    return keccak256(
      encodeAbiParameters(
        [
          { type: "address" },
          { type: "uint256" },
          { type: "bytes" },
          { type: "bytes32" },
          { type: "bytes32" },
        ],
        [only.to, only.value, only.data, predecessor, salt],
      ),
    );
  }
  return keccak256(
    encodeAbiParameters(
      [
        { type: "address[]" },
        { type: "uint256[]" },
        { type: "bytes[]" },
        { type: "bytes32" },
        { type: "bytes32" },
      ],
      [calls.map((c) => c.to), calls.map((c) => c.value), calls.map((c) => c.data), predecessor, salt],
    ),
  );
}

const callType = keccak256(
  stringToHex("Call(address caller,address target,uint256 value,bytes data,uint48 deadline,bytes32 salt)"),
);

/** RoleManager's `hashCall`; with value, deadline and salt 0, AccessManager's `hashOperation`. */
export function hashManagerCall(caller: Address, call: Call, deadline: bigint, salt: Hash): Hash {
  if (call.value === 0n && deadline === 0n && salt === zeroHash) {
    return keccak256(
      encodeAbiParameters(
        [{ type: "address" }, { type: "address" }, { type: "bytes" }],
        [caller, call.to, call.data],
      ),
    );
  }
  return keccak256(
    encodeAbiParameters(
      [
        { type: "bytes32" },
        { type: "address" },
        { type: "address" },
        { type: "uint256" },
        { type: "bytes32" },
        { type: "uint48" },
        { type: "bytes32" },
      ],
      [callType, caller, call.to, call.value, keccak256(call.data), Number(deadline), salt],
    ),
  );
}

/** Id of an operation that no contract gives one: what is sent directly, or as a Safe. */
export function hashDirectOperation(
  chainId: number,
  from: Address,
  calls: readonly Call[],
  salt: Hash,
): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }],
      [BigInt(chainId), from, hashTimelockOperation(calls, zeroHash, salt)],
    ),
  );
}
