/** From a signer of the policy to a key that signs: provider looked up, address compared, signatures verified. */
import { type Address, isAddress, isAddressEqual } from "viem";
import { PortcullisError } from "../errors.ts";
import type { DesiredSigner, SignerSource } from "../policy/desired.ts";
import type { Signer, SignerContext, SignerProvider, Signers } from "./types.ts";
import { verifySignatures } from "./verify.ts";

/** One dynamic import per provider: nobody loads key derivation for a key he does not use. */
const PROVIDERS: { [P in SignerSource["provider"]]: () => Promise<SignerProvider> } = {
  development: async () => (await import("./development.ts")).developmentProvider as SignerProvider,
  keystore: async () => (await import("./keystore.ts")).keystoreProvider as SignerProvider,
  "hardhat-keystore": async () =>
    (await import("./hardhatKeystore.ts")).hardhatKeystoreProvider as SignerProvider,
};

/** Throws `SIGNER_ADDRESS_MISMATCH` when the key behind the source is not the one that was declared. */
export async function openSigner(
  source: SignerSource,
  context: SignerContext,
  declared?: { name: string; address: Address },
): Promise<Signer> {
  const provider = await PROVIDERS[source.provider]();
  const signer = await provider.open(source, context);
  if (declared !== undefined && !isAddressEqual(signer.address, declared.address)) {
    throw new PortcullisError(
      "SIGNER_ADDRESS_MISMATCH",
      `Signer "${declared.name}" is declared as ${declared.address}, its key is ${signer.address}`,
      {
        hint: "correct the address in the policy, or the key",
        details: { declared: declared.address, key: signer.address },
      },
    );
  }
  return verifySignatures(signer);
}

/** Of several machines each has some of the keys: which are here is looked up once, without opening any. */
export async function openSigners(
  declared: readonly DesiredSigner[],
  context: SignerContext,
): Promise<Signers> {
  const here = await Promise.all(declared.map(({ source }) => isAtHand(source, context)));
  const opened = new Map<string, Promise<Signer>>();
  const find = (nameOrAddress: string) =>
    declared.find((s) =>
      isAddress(nameOrAddress, { strict: false })
        ? isAddressEqual(s.address, nameOrAddress)
        : s.name === nameOrAddress,
    );
  return {
    names: () => declared.map((s) => s.name),
    has: (nameOrAddress) => {
      const signer = find(nameOrAddress);
      return signer !== undefined && here[declared.indexOf(signer)] === true;
    },
    get: async (nameOrAddress) => {
      const signer = find(nameOrAddress);
      if (signer === undefined) {
        throw new PortcullisError("SIGNER_UNKNOWN", `No signer of the policy is "${nameOrAddress}"`, {
          hint: `one of: ${declared.map((s) => s.name).join(", ")}`,
          details: { asked: nameOrAddress },
        });
      }
      const pending = opened.get(signer.name) ?? openSigner(signer.source, context, signer);
      opened.set(signer.name, pending);
      return pending;
    },
  };
}

async function isAtHand(source: SignerSource, context: SignerContext): Promise<boolean> {
  return (await PROVIDERS[source.provider]()).isAtHand(source, context);
}
