/**
 * The admin state of contracts, as the chain has it (a snapshot) and as a policy wants it (compiled).
 * Both sides of a plan have this one shape, so that a plan is a comparison and an import is a rendering.
 *
 * Units: times and delays in seconds (bigint), amounts in wei (bigint), addresses checksummed. Lists are sorted
 * (addresses by value, roles by id) so that equal states are equal bytes.
 */
import type { Address, Hash, Hex } from "viem";

export interface Snapshot {
  chainId: number;
  block: { number: bigint; hash: Hash; timestamp: bigint };
  contracts: readonly ContractState[];
}

/** One address, with whatever admin surfaces it has. A surface it does not have is absent. */
export interface ContractState {
  address: Address;
  /** keccak256 of the code, or null where there is none (a key, or not deployed). */
  codehash: Hash | null;
  /** The EIP-7702 delegate, where the address is an EOA that carries one. */
  delegate?: Address;
  proxy?: ProxyState;
  manager?: ManagerState;
  timelock?: TimelockState;
  safe?: SafeState;
  account?: SmartAccountState;
  ownable?: OwnableState;
  accessControl?: AccessControlState;
  /** AccessManaged: who decides about its restricted functions. */
  managed?: { authority: Address };
  pausable?: { paused: boolean };
}

/** A Portcullis smart account. */
export interface SmartAccountState {
  /** ERC-7913: 20 bytes of a key, or verifier and key. */
  owner: Hex;
  entryPoint: Address;
  /** What grants are bound to. Opaque. */
  epoch: bigint;
  /** Zero address where no key can have a session. */
  sessionValidator: Address;
  /** Of this epoch; sorted by their terms. */
  sessions: readonly GrantedSession[];
  /** Who may replace the owner; zero address for nobody. */
  recoveryModule: Address;
  /** Absent where there is no module, or one that does not answer as GuardianRecovery does. */
  recovery?: GuardianRecoveryState;
  /** Seconds since the epoch; in the past or 0 when it is not frozen. */
  frozenUntil: bigint;
  quarantine: { until: bigint; left: bigint };
}

/** An account at its GuardianRecovery. */
export interface GuardianRecoveryState {
  /** Packed, as the account committed to them; `0x` where it committed to none. */
  terms: Hex;
  /** A new owner was asked for. Until `readyAt` the account waits, from `expiresAt` on it is over. */
  request?: {
    readyAt: bigint;
    expiresAt: bigint;
    weight: number;
    /** Can neither be vetoed nor replaced. */
    isFinal: boolean;
    /** ERC-7913. */
    newOwner: Hex;
  };
  /** Other terms wait; `0x`: the module may be removed. */
  change?: { readyAt: bigint; expiresAt: bigint; terms: Hex };
  /** When the last freeze ends or ended, and when the next may begin. */
  freeze: { until: bigint; nextAt: bigint };
  /** `backAt`: when the owner has all of them again. */
  vetoes: { left: number; backAt: bigint };
}

export interface GrantedSession {
  /** Absent on the policy's side: it is bound to the account's epoch. */
  id?: Hash;
  /** Packed, as SessionValidator reads it. */
  terms: Hex;
  /** For ever: the same terms take another salt. */
  revoked?: true;
  /** Operations, counted where the session limits them. */
  used?: number;
  /** Gas, counted where the session limits it. */
  gasUsed?: bigint;
}

/** ERC-1967 slots; zero address where a slot is empty. */
export interface ProxyState {
  /**
   * `clone`: an ERC-1167 minimal proxy, whose implementation stands in its code for ever. `unknown`: an implementation is
   * set, and nothing says who may replace it.
   */
  kind: "uups" | "transparent" | "beacon" | "clone" | "unknown";
  implementation: Address;
  implementationCodehash: Hash | null;
  admin: Address;
  beacon: Address;
}

export interface OwnableState {
  owner: Address;
  /** Ownable2Step only; zero address where no transfer is pending. */
  pendingOwner?: Address;
}

export interface AccessControlState {
  roles: readonly { role: Hex; label?: string; admin: Hex; members: readonly Address[] }[];
  /** AccessControlDefaultAdminRules only. */
  defaultAdmin?: {
    admin: Address;
    delay: bigint;
    pending?: { newAdmin: Address; schedule: bigint };
    pendingDelay?: { newDelay: bigint; schedule: bigint };
  };
}

/** A delay with a pending change: `pending` rules from `effect` on (0: nothing pending). */
export interface DelayState {
  current: bigint;
  pending: bigint;
  effect: bigint;
}

export interface ManagerState {
  /** `portcullis` is our RoleManager, `openzeppelin` a plain AccessManager. */
  flavour: "portcullis" | "openzeppelin";
  roles: readonly RoleState[];
  targets: readonly TargetState[];
  operations: readonly ManagerOperation[];
  /** RoleManager only. */
  bindings: readonly BindingState[];
  /** RoleManager only: keys that asked to hand their roles over. Observed side only. */
  rotations?: readonly { previous: Address; next: Address; readyAt: bigint; expiresAt: bigint }[];
}

export interface RoleState {
  id: bigint;
  label?: string;
  admin: bigint;
  guardian: bigint;
  grantDelay: DelayState;
  keyBound: boolean;
  /** RoleManager only: the longest execution delay a member ever had, which the grant delay must reach. Observed side only. */
  longestDelay?: bigint;
  members: readonly GrantState[];
  /** RoleManager only: nobody is left of the members it had. Its admin changes as slowly as if they were there. */
  vacated?: true;
}

export interface GrantState {
  account: Address;
  /** When the grant becomes active. */
  since: bigint;
  /** First second at which it is no longer active; 0: permanent. */
  until: bigint;
  /** RoleManager only: a renewal that waits; `until` becomes this at `effect`. Absent where none is pending. */
  pendingUntil?: { until: bigint; effect: bigint };
  /** Execution delay. */
  delay: DelayState;
}

export interface TargetState {
  address: Address;
  closed: boolean;
  adminDelay: DelayState;
  /** Only selectors that were mapped: all others need ADMIN_ROLE. */
  functions: readonly { selector: Hex; role: bigint }[];
}

export interface BindingState {
  account: Address;
  provider: string;
  custody: Hash;
  tier: "development" | "staging" | "production";
  /** Rotation deadline. */
  rotateBy: bigint;
  status: "proposed" | "valid" | "overdue" | "revoked" | "exempt";
}

export interface ManagerOperation {
  id: Hash;
  nonce: number;
  caller: Address;
  target: Address;
  data: Hex;
  value: bigint;
  salt: Hash;
  readyAt: bigint;
  expiresAt: bigint;
}

export interface TimelockState {
  /** `portcullis` is our Timelock, `openzeppelin` a plain TimelockController. */
  flavour: "portcullis" | "openzeppelin";
  delay: DelayState;
  /** RoleManager's Timelock only: bounds of the delay, and how long an operation stays executable. */
  floor?: bigint;
  ceiling?: bigint;
  expiry?: bigint;
  /** How many vetoes one account can hold, and in how many seconds a spent budget refills. */
  vetoLimit?: bigint;
  vetoWindow?: bigint;
  /** Suspended ones included. */
  proposers: readonly Address[];
  cancellers: readonly Address[];
  executors: readonly Address[];
  admins: readonly Address[];
  /** Portcullis only: who can suspend a proposer. */
  guardians: readonly Address[];
  suspended: readonly Address[];
  /** Portcullis only: what must hold after every operation. Sorted as `comparePostConditions` does. */
  postConditions?: readonly PostCondition[];
  operations: readonly TimelockOperation[];
}

/** A view call whose answer is judged after every operation of a timelock. */
export interface PostCondition {
  target: Address;
  data: Hex;
  /** Of the whole answer (keccak256), or of its first word as a number. */
  comparison: "equals" | "atLeast" | "atMost";
  /** The hash, or the bound. */
  expected: Hex;
  /** First second at which it is no longer checked; 0: it stands. */
  until: bigint;
  /** What `removePostcondition` takes. Observed side only. */
  index?: number;
}

export interface TimelockOperation {
  id: Hash;
  calls: readonly { to: Address; value: bigint; data: Hex }[];
  predecessor: Hash;
  salt: Hash;
  proposer?: Address;
  readyAt: bigint;
  /** 0 where operations never expire. */
  expiresAt: bigint;
  status: "waiting" | "ready" | "done" | "expired" | "void";
}

export interface SafeState {
  version: string;
  owners: readonly Address[];
  /** The owners in the order of the Safe's linked list (`getOwners`): what `removeOwner` needs. Observed side only. */
  ownerList?: readonly Address[];
  threshold: number;
  nonce: bigint;
  modules: readonly Address[];
  /** The modules in the order of the Safe's linked list: what `disableModule` needs. Observed side only. */
  moduleList?: readonly Address[];
  guard: Address;
  /** Safe 1.5 and later; zero address where there is none. */
  moduleGuard?: Address;
  fallbackHandler: Address;
  singleton: Address;
}
