/**
 * ERC-1271 signatures as ERC-7739 nests them: what is signed names the account, so that a signature for one account of
 * an owner is none for another, and a wallet still shows the contents.
 */
import {
  type Address,
  bytesToHex,
  concatHex,
  type Hex,
  type SignableMessage,
  size,
  stringToHex,
  type TypedDataDefinition,
  zeroHash,
} from "viem";
import { wrapTypedDataSignature } from "viem/experimental/erc7739";
import type { AccountSigner } from "./owners/types.ts";

interface Signed {
  account: Address;
  chainId: number;
  owner: AccountSigner;
}

const domainOf = ({ account, chainId }: Signed) =>
  ({ name: "Portcullis SmartAccount", version: "1", chainId, verifyingContract: account }) as const;

export function signMessageErc7739(signed: Signed, message: SignableMessage): Promise<Hex> {
  return signed.owner.signTypedData({
    domain: domainOf(signed),
    types: { PersonalSign: [{ name: "prefixed", type: "bytes" }] },
    primaryType: "PersonalSign",
    message: { prefixed: prefix(message) },
  });
}

export async function signTypedDataErc7739(signed: Signed, data: TypedDataDefinition): Promise<Hex> {
  const { domain = {}, types, primaryType, message } = data as Required<TypedDataDefinition>;
  const signature = await signed.owner.signTypedData({
    domain,
    types: {
      ...(types as Record<string, readonly { name: string; type: string }[]>),
      TypedDataSign: [
        { name: "contents", type: primaryType },
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "chainId", type: "uint256" },
        { name: "verifyingContract", type: "address" },
        { name: "salt", type: "bytes32" },
      ],
    },
    primaryType: "TypedDataSign",
    message: { contents: message, ...domainOf(signed), chainId: BigInt(signed.chainId), salt: zeroHash },
  });
  return wrapTypedDataSignature({ domain, types, primaryType, message, signature } as Parameters<
    typeof wrapTypedDataSignature
  >[0]);
}

/** EIP-191's. */
function prefix(message: SignableMessage): Hex {
  const { raw } = typeof message === "string" ? { raw: stringToHex(message) } : message;
  const bytes = typeof raw === "string" ? raw : bytesToHex(raw);
  return concatHex([stringToHex(`\x19Ethereum Signed Message:\n${size(bytes)}`), bytes]);
}
