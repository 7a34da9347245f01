/** The entry point's AAxx codes in words: what each means for whoever sent the operation, and what to do. */
import { formatTime } from "../../plan/wording.ts";
import type { Reason } from "./explainReason.ts";

type Words = readonly [code: string, message: string, hint: string];

const SHOW = "`npx hardhat account show` prints the account's owner, entry point and modules";
const AGAIN = "prepare the operation again and send it";

const REASONS: Readonly<Record<string, Words>> = {
  AA10: ["ACCOUNT_EXISTS", "The account was created already", AGAIN],
  AA13: ["ACCOUNT_CREATION_FAILED", "The factory could not create the account, or ran out of gas", SHOW],
  AA14: ["ACCOUNT_CREATION_FAILED", "The factory created another address than the operation's sender", SHOW],
  AA15: ["ACCOUNT_CREATION_FAILED", "The factory created no account", SHOW],
  AA20: [
    "ACCOUNT_NOT_CREATED",
    "The account does not exist",
    "`npx hardhat account create`, or send its first operation with the account's origin",
  ],
  AA21: [
    "ACCOUNT_CANNOT_PAY",
    "The account cannot pay for the operation's gas",
    "send ether to the account, or have a paymaster pay",
  ],
  AA22: [
    "OPERATION_OUT_OF_TIME",
    "The operation is not valid at this time",
    "`npx hardhat account show` prints whether the account is frozen or in quarantine, and until when: it pays for nothing itself meanwhile, so add to its deposit at the entry point, have a paymaster pay, or wait. `npx hardhat session list` prints from when until when each session is valid",
  ],
  AA23: ["OPERATION_VALIDATION_REVERTED", "The account's validation failed, or ran out of gas", SHOW],
  AA24: [
    "OPERATION_WRONG_SIGNATURE",
    "The operation is not signed by who may sign it",
    "`npx hardhat account show` prints the account's owner, `npx hardhat session list` its session keys",
  ],
  AA25: ["OPERATION_WRONG_NONCE", "The operation's nonce is not the next one of its key", AGAIN],
  AA26: ["OPERATION_VALIDATION_GAS_TOO_LOW", "The validation takes more than verificationGasLimit", AGAIN],
  AA30: ["PAYMASTER_MISSING", "There is no paymaster at its address", "name another paymaster, or none"],
  AA31: ["PAYMASTER_CANNOT_PAY", "The paymaster's deposit is too low", "add to the paymaster's deposit"],
  AA32: ["OPERATION_OUT_OF_TIME", "The paymaster does not pay at this time", "ask the paymaster again"],
  AA33: ["PAYMASTER_REFUSES", "The paymaster refuses to pay", "ask the paymaster, or pay from the account"],
  AA34: ["PAYMASTER_REFUSES", "The paymaster's signature is wrong", "ask the paymaster again"],
  AA36: ["PAYMASTER_GAS_TOO_LOW", "The paymaster takes more than its verification gas limit", AGAIN],
  AA94: ["OPERATION_GAS_TOO_HIGH", "A gas limit or fee of the operation is impossibly high", AGAIN],
  AA95: ["OPERATION_GAS_TOO_LOW", "The bundle has less gas than its operations' limits", AGAIN],
};

/** @param text of a FailedOp: "AA24 signature error" */
export function explainAaCode(text: string): Reason {
  const aa = text.slice(0, 4);
  const [code, message, hint] = REASONS[aa] ?? [
    "OPERATION_REFUSED",
    "The entry point refuses the operation",
    SHOW,
  ];
  const from = /^AA22 .*valid from second (\d{1,15})\b/.exec(text)?.[1];
  const since = from === undefined ? "" : `, but from ${formatTime(BigInt(from))} on`;
  return { code, message: `${message}${since} (${text})`, hint };
}
