/** A passkey, as viem's WebAuthnAccount. Checked by OpenZeppelin's ERC7913WebAuthnVerifier, which wants the user verified. */
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  type Hash,
  type Hex,
  hashTypedData,
  hexToBigInt,
  slice,
  stringToHex,
} from "viem";
import type { WebAuthnAccount } from "viem/account-abstraction";
import { p256Signer, toCoordinates, toLowS } from "./p256.ts";
import type { AccountSigner } from "./types.ts";

interface Assertion {
  r: bigint;
  s: bigint;
  authenticatorData: Hex;
  clientDataJSON: string;
}

/**
 * @example
 * const owner = webAuthnSigner({ verifier, account: toWebAuthnAccount({ credential }) });
 *
 * @throws PortcullisError OWNER_KEY_INVALID for a public key of another form
 */
export function webAuthnSigner(parameters: {
  verifier: Address;
  account: Pick<WebAuthnAccount, "publicKey" | "sign">;
}): AccountSigner {
  const { verifier, account } = parameters;
  const signHash = async (hash: Hash): Promise<Hex> => {
    const { signature, webauthn } = await account.sign({ hash });
    return encodeAssertion({
      r: hexToBigInt(slice(signature, 0, 32)),
      s: toLowS(hexToBigInt(slice(signature, 32, 64))),
      authenticatorData: webauthn.authenticatorData,
      clientDataJSON: webauthn.clientDataJSON,
    });
  };
  return {
    signer: concatHex([verifier, toCoordinates(account.publicKey)]),
    stubSignature: STUB,
    unmeasuredGas: P256_GAS,
    signTypedData: (data) => signHash(hashTypedData(data)),
    signHash,
  };
}

/** The fields of OpenZeppelin's WebAuthnAuth, in its order. */
const encodeAssertion = ({ r, s, authenticatorData, clientDataJSON }: Assertion): Hex =>
  encodeAbiParameters(
    [
      { type: "bytes32" },
      { type: "bytes32" },
      { type: "uint256" },
      { type: "uint256" },
      { type: "bytes" },
      { type: "string" },
    ],
    [
      slice(encodeAbiParameters([{ type: "uint256" }], [r]), 0, 32),
      slice(encodeAbiParameters([{ type: "uint256" }], [s]), 0, 32),
      BigInt(clientDataJSON.indexOf('"challenge"')),
      BigInt(clientDataJSON.indexOf('"type"')),
      authenticatorData,
      clientDataJSON,
    ],
  );

/** P-256 in Solidity, for chains without its precompile: the check of a stub ends at its challenge, before this. */
const P256_GAS = 350_000n;

/** What a browser answers, of a long origin. */
const stub = p256Signer({
  verifier: "0x0000000000000000000000000000000000000000",
  publicKey: `0x${"01".repeat(64)}`,
  sign: async () => ({ r: 1n, s: 1n }),
});
const STUB = encodeAssertion({
  r: hexToBigInt(slice(stub.stubSignature, 0, 32)),
  s: hexToBigInt(slice(stub.stubSignature, 32, 64)),
  authenticatorData: concatHex([stringToHex("", { size: 32 }), "0x05", "0x00000000"]),
  clientDataJSON: `{"type":"webauthn.get","challenge":"${"A".repeat(43)}","origin":"https://${"a".repeat(60)}.example","crossOrigin":false}`,
});
