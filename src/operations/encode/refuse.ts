/** The refusals of a written call. All of them say what to write instead. */
import type { AbiFunction } from "viem";
import { formatAbiItem } from "viem/utils";
import { PortcullisError } from "../../errors.ts";

export function refuse(
  code: string,
  message: string,
  hint: string,
  details: Record<string, unknown> = {},
): never {
  throw new PortcullisError(code, message, { hint, details });
}

/** `setLimit(uint256 limit)` */
export function describeFunction(item: AbiFunction): string {
  return formatAbiItem(item, { includeName: true });
}

/** `setLimit(uint256)` */
export function signatureOf(item: AbiFunction): string {
  return formatAbiItem(item);
}
