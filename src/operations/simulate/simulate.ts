/** One operation, run where it does no harm, and told as effects. */
import { type Address, getAddress, type Hash, keccak256, type PublicClient } from "viem";
import type { AddressBook } from "../../chain/addressBook.ts";
import { PortcullisError } from "../../errors.ts";
import { readSnapshot } from "../../snapshot/readSnapshot.ts";
import type { ContractState } from "../../snapshot/types.ts";
import { frameAddresses } from "../effects/callTree.ts";
import { reportEffects, type Seen } from "../effects/report.ts";
import type { EffectReport } from "../effects/types.ts";
import { accountsInLogs } from "./accountsInLogs.ts";
import { readInvariant } from "./invariants.ts";
import type { AmountBound, Execution, Invariant, Moment, SimulatedTransaction, Simulator } from "./types.ts";

export interface SimulationRequest {
  chainId: number;
  /** As the route will send them. At least one is an `effect`. */
  transactions: readonly SimulatedTransaction[];
  /**
   * The account whose outgoing calls are the operation (a timelock, a manager, a Safe), where the transactions go
   * through it: the wrapping call is not part of the effects, since its salt holds their hash. Absent where the
   * transactions are the calls themselves, sent as that account.
   */
  origin?: Address;
  book: AddressBook;
  /** Admin contracts to compare before and after, beside those that the execution touches. */
  watch?: readonly Address[];
  invariants?: readonly Invariant[];
  bounds?: readonly AmountBound[];
}

/** `readSnapshot`, as far as it is used here. */
export type ReadState = (
  client: PublicClient,
  options: { addresses: readonly Address[]; blockNumber: bigint },
) => Promise<{ contracts: readonly ContractState[] }>;

/**
 * Runs `request` on `simulator` and reports what it does.
 *
 * @throws PortcullisError SIMULATION_WRONG_CHAIN, SIMULATION_EMPTY, SIMULATION_TOO_EARLY, SIMULATION_IMPOSSIBLE. An
 * operation that reverts is not an error here: the report says so, and `requireSafeEffects` refuses it.
 */
export async function simulate(
  simulator: Simulator,
  request: SimulationRequest,
  read: ReadState = readSnapshot,
): Promise<EffectReport> {
  requireRunnable(simulator, request);
  const observed = await simulator.run(request.transactions, (moment, execution) =>
    look(request, read, moment, execution),
  );
  return reportEffects(simulator, request, observed);
}

function requireRunnable(simulator: Simulator, { chainId, transactions }: SimulationRequest): void {
  if (simulator.chainId !== chainId) {
    throw new PortcullisError(
      "SIMULATION_WRONG_CHAIN",
      `The operation is for chain ${chainId}, the simulator stands on chain ${simulator.chainId}`,
      { hint: "choose the operation's network with --network" },
    );
  }
  if (!transactions.some(({ part }) => part === "effect")) {
    throw new PortcullisError("SIMULATION_EMPTY", "The operation has no calls to simulate", {
      hint: "name at least one call: --call 'vault.setLimit(100 ether)'",
    });
  }
}

async function look(
  { origin, watch = [], invariants = [] }: SimulationRequest,
  read: ReadState,
  moment: Moment,
  { executed, changes, failedSetup }: Execution,
): Promise<Seen> {
  const frames = executed.map(({ frame }) => frame);
  const codehashes = new Map<Address, Hash | null>();
  const addresses = unique([
    ...frameAddresses(frames),
    ...changes.map(({ address }) => address),
    ...accountsInLogs(executed.flatMap(({ logs }) => logs)),
    ...watch,
    origin,
  ]);
  const { client, blockNumber } = moment;
  await Promise.all(
    addresses.map(async (address) => {
      const code = await client.getCode({ address, blockNumber });
      codehashes.set(address, code && code !== "0x" ? keccak256(code) : null);
    }),
  );
  // What fails changes nothing.
  const failed = failedSetup !== undefined || executed.some(({ success }) => !success);
  if (failed) return { contracts: [], codehashes, invariants: [] };

  const touched = addresses.filter(
    (address) =>
      codehashes.get(address) || changes.some((change) => change.address === address && change.code),
  );
  const { contracts } = await read(client, { addresses: touched, blockNumber });
  const said = await Promise.all(invariants.map((item) => readInvariant(item, moment)));
  return { contracts, codehashes, invariants: said };
}

function unique(addresses: readonly (Address | undefined)[]): Address[] {
  return [...new Set(addresses.flatMap((address) => (address ? [getAddress(address)] : [])))].sort();
}
