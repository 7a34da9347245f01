import { expect } from "chai";
import { type Address, parseAbi } from "viem";
import type { AddressBook } from "../../src/chain/addressBook.ts";
import { findContract, findFunction } from "../../src/graph/findFunction.ts";
import { refusedWith } from "../refusedWith.ts";

const vault: Address = "0x000000000000000000000000000000000000bEEF";
const book: AddressBook = {
  chainId: 31337,
  entries: [
    {
      name: "vault",
      address: vault,
      abi: parseAbi([
        "function setLimit(uint256 limit)",
        "function withdraw(address to, uint256 amount)",
        "function move(uint256 a)",
        "function move(address a)",
        "function limit() view returns (uint256)",
      ]),
    },
  ],
};

describe("graph/findFunction", () => {
  it("behavior: names, signatures, selectors, addresses and code", () => {
    expect(findFunction("vault.setLimit", book)).to.deep.include({
      target: vault,
      selector: "0x27ea6f2b",
      label: "vault.setLimit",
    });
    expect(findFunction("vault.move(address)", book).selector).to.not.equal(
      findFunction("vault.move(uint256)", book).selector,
    );
    expect(findFunction("vault.0x27EA6F2B", book)).to.deep.include({
      selector: "0x27ea6f2b",
      label: "vault.setLimit",
    });
    expect(findFunction(`${vault.toLowerCase()}.withdraw`, book).label).to.equal("vault.withdraw");
    expect(findFunction("vault.code", book)).to.deep.equal({
      target: vault,
      selector: "code",
      label: "vault.code",
    });
    const other = "0x00000000000000000000000000000000000000AA";
    expect(findFunction(`${other}.0x12345678`, book)).to.deep.equal({
      target: other,
      selector: "0x12345678",
      label: `${other}.0x12345678`,
    });
  });

  it("error: the nearest name is suggested", () => {
    expect(refusedWith(() => findFunction("valt.setLimit", book), "UNKNOWN_CONTRACT").hint).to.equal(
      "did you mean vault?",
    );
    expect(refusedWith(() => findContract("zzzzzzz", book), "UNKNOWN_CONTRACT").hint).to.contain("vault");
    expect(refusedWith(() => findFunction("vault.setLimt", book), "UNKNOWN_FUNCTION").hint).to.equal(
      "did you mean vault.setLimit?",
    );
    expect(refusedWith(() => findFunction("vault.qqqqqqqq", book), "UNKNOWN_FUNCTION").hint).to.contain(
      "withdraw",
    );
    expect(
      refusedWith(() => findFunction("vault.limit", book), "UNKNOWN_FUNCTION").details.function,
    ).to.equal("limit");
    expect(refusedWith(() => findFunction("vault.move", book), "FUNCTION_AMBIGUOUS").hint).to.contain(
      "'vault.move(address)'",
    );
    expect(refusedWith(() => findFunction("vault", book), "FUNCTION_SYNTAX").hint).to.contain("roles who");
  });
});
