/**
 * What a file says of itself: words, and the hashes that a device shows. It is for whoever reads the file without this
 * program, and is derived anew from what is signed whenever the file is read: words that say something else are refused.
 */
import { type Hash, hashDomain, hashStruct, hashTypedData, type TypedDataDefinition } from "viem";
import type { ApprovalFile } from "./approvalFile.ts";
import { describeFile } from "./describeFile.ts";
import { fileTypedData } from "./fileTypedData.ts";

export interface ShownFile {
  /** Lines, without anybody's names: names are each reader's own. */
  says: readonly string[];
  /** EIP-712: what wallets that cannot show the contents show. `signed` is the hash of both. */
  hashes: { domain: Hash; message: Hash; signed: Hash };
}

export function showFile(file: ApprovalFile): ShownFile {
  const nobody = { book: { chainId: 0, entries: [] } };
  return {
    says: describeFile({ ...file, signatures: [] }, nobody).split("\n"),
    hashes: hashFile(file),
  };
}

export function hashFile(file: ApprovalFile): ShownFile["hashes"] {
  const data = fileTypedData(file);
  const { domain = {}, types, primaryType, message } = data as Required<TypedDataDefinition>;
  return {
    domain: hashDomain({ domain, types: { EIP712Domain: domainFields(domain) } } as never),
    message: hashStruct({ data: message, primaryType, types } as never),
    signed: hashTypedData(data),
  };
}

const domainFields = (domain: object) =>
  [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ].filter(({ name }) => name in domain);
