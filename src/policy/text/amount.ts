/** Amounts as people write them: "100 ether", "5 gwei", "1000000". Wei everywhere else. */
import { PortcullisError } from "../../errors.ts";

const DECIMALS = { wei: 0, gwei: 9, ether: 18 } as const;

export type AmountText = `${number} ${keyof typeof DECIMALS}`;

const AMOUNT = /^(\d+)(?:\.(\d+))? (wei|gwei|ether)$/;

/**
 * @returns wei
 * @throws AMOUNT_INVALID where the text is anything else, or has more decimals than the unit
 */
export function parseAmount(text: string): bigint {
  const match = AMOUNT.exec(text);
  if (!match) throw refuse(text, `${JSON.stringify(text)} is not an amount`);
  const [, whole = "", fraction = "", unit] = match;
  const decimals = DECIMALS[unit as keyof typeof DECIMALS];
  if (fraction.length > decimals) throw refuse(text, `${JSON.stringify(text)} is finer than 1 wei`);
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** The largest unit in which the amount has at most six decimals; parses back to the same amount. */
export function formatAmount(wei: bigint): AmountText {
  for (const unit of ["ether", "gwei"] as const) {
    const decimals = DECIMALS[unit];
    if (wei !== 0n && wei % 10n ** BigInt(decimals - 6) !== 0n) continue;
    const digits = wei.toString().padStart(decimals + 1, "0");
    const fraction = digits.slice(-decimals).replace(/0+$/, "");
    return `${digits.slice(0, -decimals)}${fraction && `.${fraction}`} ${unit}` as AmountText;
  }
  return `${wei} wei` as AmountText;
}

function refuse(text: string, problem: string): PortcullisError {
  return new PortcullisError("AMOUNT_INVALID", problem, {
    hint: 'write a number and a unit: "100 ether", "0.5 ether", "5 gwei", "1 wei"',
    details: { value: text },
  });
}
