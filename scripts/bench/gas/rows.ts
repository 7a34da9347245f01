/** What is promised about gas: the rows, their ceilings, and which measurement of which peer stands beside each. */
export const ceilings = {
  "restricted-call-overhead": 14_000n,
  "restricted-call-overhead-key-bound": 16_000n,
  grant: 80_000n,
  "grant-later": 62_000n,
  revoke: 38_000n,
  "timelock-schedule-1": 54_500n,
  "timelock-execute-1": 50_000n,
  "timelock-schedule-5": 81_500n,
  "timelock-execute-5": 78_500n,
  "account-deploy-native": 160_000n,
  "account-native": 82_000n,
  "account-erc20": 88_500n,
  "account-7702-erc20": 85_000n,
  "recovery-configure": 70_000n,
  "recovery-schedule": 70_000n,
  "recovery-finalize": 60_000n,
  "recovery-finalize-later": 42_000n,
  "session-erc20-first": 150_000n,
  "session-erc20-later": 99_000n,
  "session-erc20-later-cumulative": 104_000n,
} as const;

export type RowName = keyof typeof ceilings;

/** Gas of a whole transaction, or of its overhead over an unguarded call. */
export type Measurements = Partial<Record<RowName, bigint>>;

export interface GasReport {
  ours: Record<RowName, bigint>;
  /** By the peer's name; a row is absent where the peer has nothing to compare. */
  peers: Readonly<Record<string, Measurements>>;
}
