/** The file that asks guardians for a new owner, for one account on one or several networks. */
import { type Hex, isHex, size } from "viem";
import { fileHeader, type RecoveryFile } from "../../accounts/recovery/approvalFile.ts";
import { requireNewOwner } from "../../accounts/recovery/requireNewOwner.ts";
import type { AddressBook } from "../../chain/addressBook.ts";
import { findByName } from "../../chain/findEntry.ts";
import { PortcullisError } from "../../errors.ts";
import { nearestName } from "../../policy/text/nearest.ts";
import type { Project } from "../project.ts";
import { type AccountRecovery, readAccountRecovery } from "./readAccountRecovery.ts";

export interface DraftRequest {
  account: string;
  /** Name, address, or ERC-7913 verifier and key. */
  owner: string;
  /** Seconds that guardians have to sign and somebody to submit. */
  validFor: bigint;
  reason: string;
}

/** @throws PortcullisError RECOVERY_OWNER_INVALID, RECOVERY_PENDING, PRINCIPAL_UNKNOWN, and what reading throws */
export async function draftRecovery(
  projects: readonly [Project, ...Project[]],
  { account, owner, validFor, reason }: DraftRequest,
): Promise<{ file: RecoveryFile; found: AccountRecovery[] }> {
  const newOwner = findOwner(projects[0].book, owner);
  const found = await Promise.all(projects.map((project) => readAccountRecovery(project, account)));
  for (const [i, { state }] of found.entries()) {
    await requireNewOwner((projects[i] as Project).client, state, newOwner);
    if (state.request?.isFinal)
      throw new PortcullisError(
        "RECOVERY_PENDING",
        "All guardians asked for another owner: nothing replaces that",
        { hint: "npx hardhat recovery status", details: { expiresAt: state.request.expiresAt } },
      );
  }
  const latest = Math.max(...found.map(({ now }) => now));
  const places = found.map(({ state: { chainId, module, account: at, terms, nonce } }) => ({
    chainId,
    module,
    account: at,
    terms,
    nonce,
  }));
  const file: RecoveryFile = {
    ...fileHeader,
    action: "recover",
    ...(reason === "" ? {} : { reason }),
    places,
    newOwner,
    deadline: latest + Number(validFor),
    signatures: [],
  };
  return { file, found };
}

function findOwner(book: AddressBook, written: string): Hex {
  const known = findByName(book, written)?.address;
  if (known !== undefined) return known.toLowerCase() as Hex;
  if (isHex(written) && written.length % 2 === 0 && size(written) >= 20) return written.toLowerCase() as Hex;
  const nearest = nearestName(
    written,
    book.entries.map(({ name }) => name),
  );
  throw new PortcullisError(
    "PRINCIPAL_UNKNOWN",
    written === "" ? "Who is to be the new owner?" : `Nobody is called ${JSON.stringify(written)} here`,
    {
      hint:
        nearest === undefined
          ? "name a key of the policy, or an address, with --owner"
          : `did you mean ${nearest}?`,
      details: { name: written, ...(nearest === undefined ? {} : { written, nearest }) },
    },
  );
}
