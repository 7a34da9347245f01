/** Portcullis's smart accounts. Sessions are named by their grants' logs; whether they hold is asked of the validator. */
import {
  type Address,
  decodeEventLog,
  getAddress,
  type Hex,
  parseAbi,
  toEventSelector,
  zeroAddress,
} from "viem";
import { readOriginalOwner } from "../../accounts/predictAddress.ts";
import type { ChainReader } from "../reader.ts";
import type { GrantedSession, SmartAccountState } from "../types.ts";
import { readRecoveryState } from "./recovery.ts";

const abi = parseAbi([
  "function accountId() pure returns (string)",
  "function owner() view returns (bytes)",
  "function epoch() view returns (uint256)",
  "function entryPoint() view returns (address)",
  "function SESSION_VALIDATOR() view returns (address)",
  "function isModuleInstalled(uint256 moduleTypeId, address module, bytes context) view returns (bool)",
  "function recovery() view returns (address module, uint48 frozenUntil, uint48 quarantinedUntil, uint256 left)",
]);

const validatorAbi = parseAbi([
  "struct SessionState { bool granted; bool revoked; uint32 used; uint64 gasUsed; uint256 epoch; }",
  "event SessionGranted(address indexed account, bytes32 indexed id, bytes session)",
  "function stateOf(bytes32 id, address account) view returns (SessionState)",
]);

const GRANTED = toEventSelector("SessionGranted(address,bytes32,bytes)");
const VALIDATOR_MODULE = 1n;
const OURS = /^portcullis\.smart-account(-7702)?\./;
/** EIP-7702: the code of a key that has set a delegate. */
const DELEGATION = "0xef0100";

export async function readAccount(
  reader: ChainReader,
  address: Address,
): Promise<SmartAccountState | undefined> {
  // An account is a clone with its owner behind the code, or an EOA that delegates to one's code; the implementation
  // answers like one and is none.
  const code = await reader.code(address);
  if (!code.startsWith(DELEGATION) && readOriginalOwner(code) === undefined) return undefined;
  const id = await reader.probe({ address, abi, functionName: "accountId" });
  if (id === undefined || !OURS.test(id)) return undefined;
  // An EOA's account has neither epoch nor modules until its key has activated them.
  const asked = { address, abi, functionName: "epoch" } as const;
  const active = code.startsWith(DELEGATION) ? await reader.probe(asked) : await reader.read(asked);
  const epoch = active ?? 0n;
  const [owner, entryPoint, validator, recovery] = await Promise.all([
    reader.read({ address, abi, functionName: "owner" }),
    reader.read({ address, abi, functionName: "entryPoint" }),
    reader.read({ address, abi, functionName: "SESSION_VALIDATOR" }),
    reader.read({ address, abi, functionName: "recovery" }),
  ]);
  const installed =
    active !== undefined &&
    validator !== zeroAddress &&
    (await reader.read({
      address,
      abi,
      functionName: "isModuleInstalled",
      args: [VALIDATOR_MODULE, validator, "0x"],
    }));
  const [recoveryModule, frozenUntil, quarantinedUntil, left] = recovery;
  const guarded =
    recoveryModule === zeroAddress
      ? undefined
      : await readRecoveryState(reader, getAddress(recoveryModule), address);
  return {
    owner: owner.toLowerCase() as Hex,
    entryPoint: getAddress(entryPoint),
    epoch,
    sessionValidator: installed ? getAddress(validator) : zeroAddress,
    sessions: installed ? await readSessions(reader, validator, { address, epoch }) : [],
    recoveryModule: getAddress(recoveryModule),
    ...(guarded === undefined ? {} : { recovery: guarded }),
    frozenUntil: BigInt(frozenUntil),
    quarantine: { until: BigInt(quarantinedUntil), left },
  };
}

async function readSessions(
  reader: ChainReader,
  validator: Address,
  account: { address: Address; epoch: bigint },
): Promise<GrantedSession[]> {
  const logs = await reader.logs(validator, [GRANTED]);
  const grants = logs
    .map(({ topics, data }) =>
      decodeEventLog({ abi: validatorAbi, topics: [...topics] as [Hex, ...Hex[]], data }),
    )
    .filter(({ args }) => args.account.toLowerCase() === account.address.toLowerCase());
  const sessions = await Promise.all(
    grants.map(async ({ args: { id, session: terms } }): Promise<GrantedSession | undefined> => {
      const state = await reader.read({
        address: validator,
        abi: validatorAbi,
        functionName: "stateOf",
        args: [id, account.address],
      });
      if (state.epoch !== account.epoch || !(state.granted || state.revoked)) return undefined;
      const used = { used: state.used, gasUsed: state.gasUsed };
      return { id, terms, ...used, ...(state.revoked ? { revoked: true as const } : {}) };
    }),
  );
  return sessions.filter((session) => session !== undefined).sort((a, b) => (a.terms < b.terms ? -1 : 1));
}
