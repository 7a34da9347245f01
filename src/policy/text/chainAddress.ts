/** Addresses with their chain, as EIP-3770 writes them: "eth:0x…". */
import { type Address, getAddress, zeroAddress } from "viem";
import { PortcullisError } from "../../errors.ts";

const HEX = /^0x[0-9a-fA-F]{40}$/;

/**
 * @param shortName prefix of the chain the policy is compiled for
 * Throws ADDRESS_INVALID, ADDRESS_WRONG_CHAIN.
 */
export function parseChainAddress(text: string, shortName: string | undefined): Address {
  const colon = text.indexOf(":");
  const prefix = text.slice(0, colon);
  const address = parseAddress(text.slice(colon + 1));
  if (shortName === undefined) {
    throw new PortcullisError(
      "ADDRESS_WRONG_CHAIN",
      `${JSON.stringify(text)}: this network's chain has no known short name`,
      {
        hint: `write shortName: ${JSON.stringify(prefix)} into its entry in networks`,
      },
    );
  }
  if (prefix !== shortName) {
    throw new PortcullisError(
      "ADDRESS_WRONG_CHAIN",
      `"${text}" is an address of chain "${prefix}"; this network's is "${shortName}"`,
      {
        hint: `write the address it has on "${shortName}", under this network where the others differ`,
      },
    );
  }
  return address;
}

/** A raw address, with its checksum verified. Throws ADDRESS_INVALID. */
export function parseAddress(text: string): Address {
  if (!HEX.test(text)) {
    throw new PortcullisError("ADDRESS_INVALID", `${JSON.stringify(text)} is not an address`, {
      hint: "write 0x and 40 hex digits",
    });
  }
  const address = getAddress(text.toLowerCase());
  const digits = text.slice(2);
  if (digits === digits.toLowerCase() && address !== text) {
    throw new PortcullisError("ADDRESS_INVALID", `${text} has no checksum`, {
      hint: `compare it with its source, then write ${address}`,
    });
  }
  if (address !== text) {
    throw new PortcullisError(
      "ADDRESS_INVALID",
      `${text} has a wrong checksum: a digit or its case was changed`,
      {
        hint: "copy the address again from its source",
      },
    );
  }
  if (address === zeroAddress) {
    throw new PortcullisError("ADDRESS_INVALID", "the zero address is nobody", {
      hint: "leave the field away",
    });
  }
  return address;
}

/** "eth:0x…" where the chain has a short name, else the raw address. */
export function formatChainAddress(address: Address, shortName: string | undefined): string {
  return shortName === undefined ? address : `${shortName}:${address}`;
}
