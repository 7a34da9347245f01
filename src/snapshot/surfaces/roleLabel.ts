/** AccessControl keeps only the hash of a role's name: the names that are common enough to guess. */
import { type Hex, keccak256, toHex, zeroHash } from "viem";

const NAMES = [
  "ADMIN",
  "BLACKLISTER",
  "BRIDGE",
  "BURNER",
  "CANCELLER",
  "CONFIG",
  "DEPOSITOR",
  "DISTRIBUTOR",
  "EMERGENCY",
  "EXECUTOR",
  "FREEZER",
  "GOVERNANCE",
  "GOVERNOR",
  "GUARDIAN",
  "KEEPER",
  "LIQUIDATOR",
  "MANAGER",
  "MINTER",
  "OPERATOR",
  "ORACLE",
  "OWNER",
  "PAUSER",
  "PAUSE",
  "PROPOSER",
  "RELAYER",
  "RESCUER",
  "RISK_MANAGER",
  "SIGNER",
  "SNAPSHOT",
  "STRATEGIST",
  "TIMELOCK_ADMIN",
  "TRANSFER",
  "TREASURER",
  "TREASURY",
  "UNPAUSER",
  "UPDATER",
  "UPGRADER",
  "URI_SETTER",
  "VALIDATOR",
  "WHITELISTER",
  "WITHDRAWER",
].map((name) => `${name}_ROLE`);

const LABELS: ReadonlyMap<Hex, string> = new Map([
  [zeroHash, "DEFAULT_ADMIN_ROLE"],
  ...NAMES.map((name): [Hex, string] => [keccak256(toHex(name)), name]),
]);

export function roleLabel(role: Hex): string | undefined {
  return LABELS.get(role);
}
