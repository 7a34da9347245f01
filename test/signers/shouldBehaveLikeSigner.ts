/** What every signer must do, whatever holds its key. */
import { expect } from "chai";
import {
  type Address,
  isAddressEqual,
  parseTransaction,
  recoverMessageAddress,
  recoverTransactionAddress,
  recoverTypedDataAddress,
  type TransactionSerialized,
  zeroAddress,
} from "viem";
import { recoverAuthorizationAddress } from "viem/utils";
import type { Signer } from "../../src/signers/types.ts";
import { refusesWith } from "../refusedWith.ts";

export function shouldBehaveLikeSigner(open: () => Promise<Signer>, address: Address): void {
  let signer: Signer;
  before(async () => {
    signer = await open();
  });
  const isOurs = (recovered: Address) => expect(isAddressEqual(recovered, address), recovered).to.equal(true);

  it("behavior: has the declared address", () => isOurs(signer.address));

  it("behavior: signs a transaction of exactly the content it was given", async () => {
    const transaction = {
      type: "eip1559",
      chainId: 31337,
      nonce: 7,
      to: zeroAddress,
      value: 5n,
      data: "0x1234",
      gas: 50_000n,
      maxFeePerGas: 2n,
      maxPriorityFeePerGas: 1n,
    } as const;
    const raw = await signer.signTransaction(transaction);
    isOurs(await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized }));
    expect(parseTransaction(raw)).to.include({
      nonce: 7,
      value: 5n,
      data: "0x1234",
      gas: 50_000n,
      chainId: 31337,
    });
  });

  it("behavior: signs a contract creation", async () => {
    const raw = await signer.signTransaction({
      type: "eip1559",
      chainId: 1,
      nonce: 0,
      data: "0x60",
      gas: 1n,
      maxFeePerGas: 1n,
      maxPriorityFeePerGas: 1n,
    });
    isOurs(await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized }));
  });

  it("behavior: signs messages, as text and as bytes", async () => {
    for (const message of ["hello", { raw: "0xdeadbeef" }] as const)
      isOurs(await recoverMessageAddress({ message, signature: await signer.signMessage({ message }) }));
  });

  it("behavior: signs typed data", async () => {
    const data = {
      domain: { name: "Portcullis", chainId: 31337, verifyingContract: zeroAddress },
      types: { Mail: [{ name: "amount", type: "uint256" }] },
      primaryType: "Mail",
      message: { amount: 12n },
    } as const;
    isOurs(await recoverTypedDataAddress({ ...data, signature: await signer.signTypedData(data) }));
  });

  it("behavior: signs an EIP-7702 authorization", async () => {
    const authorization = await signer.signAuthorization?.({
      address: zeroAddress,
      chainId: 31337,
      nonce: 3,
    });
    if (authorization === undefined) throw new Error("it cannot sign authorizations");
    isOurs(await recoverAuthorizationAddress({ authorization }));
  });

  it("behavior: signatures are low-s, as every chain demands", async () => {
    for (let i = 0; i < 16; i += 1) {
      const signature = await signer.signMessage({ message: `message ${i}` });
      expect(BigInt(`0x${signature.slice(66, 130)}`) <= 2n ** 255n).to.equal(true);
    }
  });

  it("error: a bare digest is refused", async () => {
    await refusesWith(
      signer.sign?.({ hash: `0x${"ab".repeat(32)}` }) ?? Promise.resolve(),
      "RAW_DIGEST_REFUSED",
    );
  });
}
