/** The worked example of docs/contracts/sessions.md, byte for byte. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Address, encodePacked, type Hex, keccak256, pad, toHex } from "viem";
import { encodeSession } from "../../../src/accounts/sessions/encodeSession.ts";
import { encodeSessionSignature } from "../../../src/accounts/sessions/encodeSessionSignature.ts";

const page = readFileSync(fileURLToPath(import.meta.resolve("../../../docs/contracts/sessions.md")), "utf8");
const token: Address = `0x${"77".repeat(20)}`;

const session = encodeSession({
  salt: "0x00000001",
  validAfter: 0,
  validUntil: 2_000_000_000,
  maxFeePerGas: 1_000_000_000n,
  maxGasPerOperation: 500_000,
  signer: `0x${"11".repeat(20)}`,
  caps: [{ asset: token, total: 100n }],
  actions: [
    {
      target: token,
      selector: "0xa9059cbb",
      rules: [
        { operator: "range", path: [1], values: [pad(toHex(5), { size: 32 }), pad(toHex(9), { size: 32 })] },
      ],
    },
  ],
});

describe("encodeSession", () => {
  it("behavior: writes the documented example", () => {
    expect(session).to.equal(documented("session"));
  });

  it("behavior: the id of the documented example", () => {
    const id = keccak256(
      encodePacked(
        ["uint256", "address", "address", "uint256", "bytes"],
        [31337n, `0x${"5e5510".repeat(6)}5e55`, `0x${"acc0".repeat(10)}`, 0n, session],
      ),
    );
    expect(id).to.equal(documented("id"));
  });
});

describe("encodeSessionSignature", () => {
  it("behavior: three lengths, then the parts", () => {
    const encoded = encodeSessionSignature({ session: "0xaabb", grant: "0xcc", signature: "0xdddddd" });
    expect(encoded).to.equal("0x000200010000aabbccdddddd");
  });
});

/** The hex digits after a word of the example, up to the next. */
function documented(name: string): Hex {
  const block = new RegExp(`^${name} +((?:[0-9a-f \n]|0x)+)`, "m").exec(page)?.[1] ?? "";
  return `0x${block.replaceAll(/[\s]|0x/g, "")}`;
}
