/** What each guardian of a file signs; the same for all of them. */
import type { TypedDataDefinition } from "viem";
import type { ApprovalFile } from "./approvalFile.ts";
import { approvalTypedData } from "./approvalTree.ts";
import { type ApprovalPlace, alarmTypedData, drillTypedData, type RecoveryPlace } from "./typedData.ts";

export function fileTypedData(file: ApprovalFile): TypedDataDefinition {
  if (file.action === "recover")
    return approvalTypedData(file.places satisfies ApprovalPlace[], file.newOwner, file.deadline);
  const [at] = file.places satisfies [RecoveryPlace];
  return file.action === "drill"
    ? drillTypedData(at, file.signedAt)
    : alarmTypedData(file.action, at, { number: file.number, deadline: file.deadline });
}
