/** Keys as devices and browsers hold them, for owners and sessions. */
import { generateKeyPairSync, sign as signBytes } from "node:crypto";
import { bytesToHex, concatHex, type Hex, hexToBytes, sha256, stringToHex } from "viem";

/** A P-256 key of Node's, as a device would hold it. */
export function createDevice() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const coordinate = (text: string | undefined) => bytesToHex(Buffer.from(text ?? "", "base64url"));
  return {
    publicKey: concatHex([coordinate(x), coordinate(y)]),
    /** r and s, of the SHA-256 of the bytes. */
    sign: (bytes: Uint8Array): Hex =>
      bytesToHex(signBytes("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  };
}

/** An authenticator's answer, as browsers build it. */
export function createPasskey() {
  const device = createDevice();
  const rpId = sha256(stringToHex("example.org"));
  return {
    publicKey: device.publicKey,
    async sign({ hash }: { hash: Hex }) {
      const challenge = Buffer.from(hexToBytes(hash)).toString("base64url");
      const clientDataJSON = `{"type":"webauthn.get","challenge":"${challenge}","origin":"https://example.org","crossOrigin":false}`;
      const authenticatorData = concatHex([rpId, "0x05", "0x00000001"]);
      const signature = device.sign(
        hexToBytes(concatHex([authenticatorData, sha256(stringToHex(clientDataJSON))])),
      );
      return {
        signature,
        webauthn: {
          authenticatorData,
          clientDataJSON,
          challengeIndex: 23,
          typeIndex: 1,
          userVerificationRequired: true,
        },
        raw: undefined as never,
      };
    },
  };
}
