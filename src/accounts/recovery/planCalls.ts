/** The calls of a recovery. The account's own are sent by its owner as an operation, all others by anyone. */
import { type Address, encodeFunctionData, type Hex, keccak256, toHex } from "viem";
import { guardianRecoveryAbi as abi } from "../../abi/guardianRecovery.ts";
import { smartAccountAbi } from "../../abi/smartAccount.ts";
import { PortcullisError } from "../../errors.ts";
import type { ApprovalFile, RecoveryFile } from "./approvalFile.ts";
import { heightOf, proveApproval } from "./approvalTree.ts";
import { packApprovals } from "./packApprovals.ts";

export interface RecoveryCall {
  to: Address;
  data: Hex;
}

/** Its kind among ERC-7579 modules: it may replace the owner. */
const recoveryModuleType = BigInt(keccak256(toHex("portcullis.module.recovery")));

// --- The account's ---

/** Installs the module and its first terms at once. */
export const planInstall = (account: Address, module: Address, terms: Hex): RecoveryCall => ({
  to: account,
  data: encodeFunctionData({
    abi: smartAccountAbi,
    functionName: "installModule",
    args: [recoveryModuleType, module, terms],
  }),
});

/** Once the module agrees: without terms, or after a change to none. */
export const planRemoval = (account: Address, module: Address): RecoveryCall => ({
  to: account,
  data: encodeFunctionData({
    abi: smartAccountAbi,
    functionName: "uninstallModule",
    args: [recoveryModuleType, module, "0x"],
  }),
});

/** First terms, on an installed module. */
export const planConfigure = (module: Address, terms: Hex): RecoveryCall => ({
  to: module,
  data: encodeFunctionData({ abi, functionName: "configure", args: [terms] }),
});

/** Other terms, or the module's removal where `next` is `0x`. */
export const planChange = (module: Address, terms: Hex, next: Hex): RecoveryCall => ({
  to: module,
  data: encodeFunctionData({ abi, functionName: "proposeChange", args: [terms, next] }),
});

export const planWithdrawal = (module: Address): RecoveryCall => ({
  to: module,
  data: encodeFunctionData({ abi, functionName: "withdrawChange" }),
});

/** Costs the owner a veto, and voids every approval given so far. */
export const planCancel = (module: Address, terms: Hex): RecoveryCall => ({
  to: module,
  data: encodeFunctionData({ abi, functionName: "cancel", args: [terms] }),
});

// --- Anyone's ---

/**
 * What submits a file's signatures on one of its chains.
 *
 * @throws PortcullisError APPROVAL_ELSEWHERE where the file names nothing on this chain
 */
export function planSubmission(file: ApprovalFile, chainId: number, account?: Address): RecoveryCall {
  const index = placeIn(file, chainId, account);
  const place = file.places[index] as ApprovalFile["places"][number];
  const { approvals } = packApprovals(place.terms, file.signatures);
  const { account: of, terms } = place;
  const data = () => {
    switch (file.action) {
      case "recover":
        return encodeSchedule(file, index, approvals);
      case "freeze":
        return encodeFunctionData({
          abi,
          functionName: "freeze",
          args: [of, terms, file.deadline, approvals],
        });
      case "unfreeze":
        return encodeFunctionData({
          abi,
          functionName: "unfreeze",
          args: [of, terms, file.deadline, approvals],
        });
      case "veto":
        return encodeFunctionData({
          abi,
          functionName: "vetoChange",
          args: [of, terms, file.deadline, approvals],
        });
      case "drill":
        return encodeFunctionData({
          abi,
          functionName: "drill",
          args: [of, terms, file.signedAt, approvals],
        });
    }
  };
  return { to: place.module, data: data() };
}

/** After the delay; right whatever the new owner and the terms are. */
export function planFinalize(file: RecoveryFile, chainId: number, account?: Address): RecoveryCall {
  const place = findPlace(file, chainId, account);
  return {
    to: place.module,
    data: encodeFunctionData({
      abi,
      functionName: "finalizeWith",
      args: [place.account, file.newOwner, place.terms],
    }),
  };
}

export const planAppliedChange = (module: Address, account: Address): RecoveryCall => ({
  to: module,
  data: encodeFunctionData({ abi, functionName: "applyChange", args: [account] }),
});

/** @throws PortcullisError APPROVAL_ELSEWHERE */
export const findPlace = <F extends ApprovalFile>(file: F, chainId: number, account?: Address) =>
  file.places[placeIn(file, chainId, account)] as F["places"][number];

function placeIn(file: ApprovalFile, chainId: number, account?: Address): number {
  const index = file.places.findIndex(
    (place) =>
      place.chainId === chainId &&
      (account === undefined || place.account.toLowerCase() === account.toLowerCase()),
  );
  if (index >= 0) return index;
  throw new PortcullisError("APPROVAL_ELSEWHERE", `The file asks for nothing on chain ${chainId}`, {
    hint: `add --network for chain ${file.places.map((place) => place.chainId).join(" or ")}`,
    details: { chainId },
  });
}

function encodeSchedule(file: RecoveryFile, index: number, approvals: Hex): Hex {
  const { places, newOwner, deadline } = file;
  const { account, terms } = places[index] as RecoveryFile["places"][number];
  if (heightOf(places.length) === 0)
    return encodeFunctionData({
      abi,
      functionName: "schedule",
      args: [account, terms, newOwner, deadline, approvals],
    });
  const proof = proveApproval(places, newOwner, deadline, index);
  return encodeFunctionData({
    abi,
    functionName: "scheduleFromTree",
    args: [account, terms, newOwner, deadline, proof, BigInt(index), approvals],
  });
}
