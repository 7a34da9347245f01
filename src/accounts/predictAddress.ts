/** A smart account's address before it exists, without asking anyone: its factory's, implementation's, owner's and salt's. */
import { type Address, concatHex, getContractAddress, type Hex, numberToHex, size, slice } from "viem";

export interface AccountIdentity {
  factory: Address;
  implementation: Address;
  /** ERC-7913. */
  owner: Hex;
  /** 32 bytes. */
  salt: Hex;
}

/** As SmartAccountFactory.getAddress answers. */
export function predictAccountAddress({ factory, salt, ...clone }: AccountIdentity): Address {
  const code = cloneCode(clone);
  return getContractAddress({
    opcode: "CREATE2",
    from: factory,
    salt,
    bytecode: concatHex(["0x61", numberToHex(size(code), { size: 2 }), "0x3d81600a3d39f3", code]),
  });
}

/** ERC-1167 with the owner behind it, as OpenZeppelin's Clones write it. */
const cloneCode = ({ implementation, owner }: Pick<AccountIdentity, "implementation" | "owner">): Hex =>
  concatHex(["0x363d3d373d3d3d363d73", implementation, "0x5af43d82803e903d91602b57fd5bf3", owner]);

/** The owner an account was created for, or undefined where the code is not that of an account. */
export function readOriginalOwner(code: Hex): { implementation: Address; owner: Hex } | undefined {
  const found = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/.exec(
    code.toLowerCase(),
  );
  const length = 45;
  if (found === null || size(code) < length + 20) return undefined;
  return { implementation: `0x${found[1] as string}`, owner: slice(code, length) };
}
