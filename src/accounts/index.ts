/** Smart accounts from a program: the account for viem and permissionless, sessions, and a bundler in the process. */
export { type LocalBundler, localBundler } from "./bundler/localBundler.ts";
export { BundlerError, bundlerCodes } from "./bundler/rpcError.ts";
export type { LocalBundlerParameters } from "./bundler/types.ts";
export { type EntryPointVersion, entryPoints } from "./entryPoints.ts";
export { explainRefusal } from "./errors/explainRefusal.ts";
export { ecdsaSigner } from "./owners/ecdsa.ts";
export { type MultisigMember, multisigSigner } from "./owners/multisig.ts";
export { p256Signer } from "./owners/p256.ts";
export type { AccountSigner } from "./owners/types.ts";
export { webAuthnSigner } from "./owners/webAuthn.ts";
export {
  type ApprovalFile,
  fileHeader,
  parseApprovalFile,
  type RecoveryFile,
  writeApprovalFile,
} from "./recovery/approvalFile.ts";
export { addApproval, approve, isSignedByKey } from "./recovery/approve.ts";
export { describeFile } from "./recovery/describeFile.ts";
export { describeRecovery } from "./recovery/describeRecovery.ts";
export { fileTypedData } from "./recovery/fileTypedData.ts";
export {
  planAppliedChange,
  planCancel,
  planChange,
  planConfigure,
  planFinalize,
  planInstall,
  planRemoval,
  planSubmission,
  planWithdrawal,
  type RecoveryCall,
} from "./recovery/planCalls.ts";
export { type RecoveryState, readRecovery } from "./recovery/readRecovery.ts";
export { changeWait } from "./recovery/requireTerms.ts";
export { decodeTerms, encodeTerms, type Guardian, hashTerms, type RecoveryTerms } from "./recovery/terms.ts";
export type { ApprovalPlace, RecoveryPlace } from "./recovery/typedData.ts";
export { type CapTerms, type SessionTerms, session } from "./sessions/buildSession.ts";
export { decodeSession } from "./sessions/decodeSession.ts";
export { describeSession } from "./sessions/describeSession.ts";
export { encodeSession } from "./sessions/encodeSession.ts";
export { type SessionGrant, type SessionPlace, sessionId } from "./sessions/grant.ts";
export { atLeast, atMost, between, equal, ether, lessThan, moreThan, not, oneOf } from "./sessions/rules.ts";
export type { Session, SessionAction, SessionCap, SessionRule } from "./sessions/session.ts";
export { signGrant } from "./sessions/signGrant.ts";
export {
  type DelegatedAccount,
  type DelegatedAccountParameters,
  readDelegate,
  toDelegatedAccount,
} from "./toDelegatedAccount.ts";
export {
  type AccountOrigin,
  type PortcullisAccount,
  type PortcullisAccountParameters,
  readAccountAddress,
  toPortcullisAccount,
} from "./toPortcullisAccount.ts";
export { type SessionAccountParameters, toSessionAccount } from "./toSessionAccount.ts";
