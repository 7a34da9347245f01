/** Stopping a contract, and starting it again, through whatever lane the chain has for it. */
import { type Abi, type Address, parseAbi, toFunctionSelector } from "viem";
import type { NamedContract } from "../../chain/addressBook.ts";
import { findByName } from "../../chain/findEntry.ts";
import { probe } from "../../chain/probe.ts";
import { PortcullisError } from "../../errors.ts";
import { parseCall } from "../../operations/encode/parseCall.ts";
import type { StoredSafeTransaction } from "../../operations/store/operationFile.ts";
import { nearestName } from "../../policy/text/nearest.ts";
import { prepareExecution } from "./execute.ts";
import type { ForeseenSafe } from "./foreseeSafe.ts";
import { inspectOperation } from "./inspect.ts";
import { findLane } from "./lane.ts";
import type { Operations } from "./open.ts";
import { prepareProposal, submitProposal } from "./propose.ts";

const pausable = parseAbi(["function paused() view returns (bool)"]);

export interface PauseRequest {
  contract: string;
  verb: "pause" | "unpause";
  reason: string;
  as: string;
  simulator: string;
  acceptBrokenInvariants: boolean;
  /** Carries out what was scheduled under another policy. */
  acceptChangedPolicy: boolean;
  safeNonce?: bigint;
  /** What was agreed to before, where this goes on with it. */
  agreed?: StoredSafeTransaction;
}

export interface PauseStep extends ForeseenSafe {
  id: `0x${string}`;
  /** What the next confirmation is about. */
  text: string;
  submit(): ReturnType<typeof submitProposal>;
}

/** Undefined where the contract is as wanted already. @throws PortcullisError NOT_PAUSABLE, NO_LANE, OPERATION_NOT_READY, POLICY_CHANGED */
export async function preparePause(
  operations: Operations,
  request: PauseRequest,
): Promise<PauseStep | undefined> {
  const { contract, verb, reason, as, simulator, agreed, acceptBrokenInvariants } = request;
  const nonce = request.safeNonce === undefined ? {} : { safeNonce: request.safeNonce };
  const safe = { tightening: verb === "pause", acceptBrokenInvariants };
  const target = findContract(operations, contract);
  const paused = await probe(operations.client, {
    address: target.address,
    abi: pausable,
    functionName: "paused",
  });
  if (paused === undefined) throw notPausable(target.name);
  if (paused === (verb === "pause")) return undefined;
  const route = await findLane(operations, target, toFunctionSelector(`${verb}()`), as);
  const proposal = await prepareProposal(operations, {
    calls: [parseCall(`${target.name}.${verb}()`, operations.book)],
    title: `${verb === "pause" ? "Pause" : "Unpause"} ${target.name}`,
    reason: reason || `${verb} ${target.name}`,
    route,
    simulator,
    ...safe,
    ...nonce,
    ...(verb === "pause" ? { urgent: true as const } : {}),
  });
  const { file, state, text, safeTransaction } = proposal;
  if (state.status === "draft") {
    const submit = () => submitProposal({ ...proposal, ...(agreed ? { safeTransaction: agreed } : {}) });
    return { id: file.id, text, ...(safeTransaction ? { safeTransaction } : {}), submit };
  }
  // it was scheduled before: the same command carries it out when its time has come
  const execution = await prepareExecution(operations, await inspectOperation(operations, file.id), {
    simulator,
    acceptChangedPolicy: request.acceptChangedPolicy,
    ...safe,
    ...nonce,
    ...(agreed ? { agreed } : {}),
  });
  const shown = execution.safeTransaction ? { safeTransaction: execution.safeTransaction } : {};
  return { id: file.id, text: execution.text, ...shown, submit: execution.submit };
}

function findContract({ book }: Operations, name: string): NamedContract & { address: Address } {
  const entry = findByName(book, name);
  const able = book.entries.filter(({ abi }) => has(abi, "pause"));
  if (entry && has(entry.abi, "pause")) return entry;
  if (entry) throw notPausable(name);
  const near = nearestName(
    name,
    able.map((e) => e.name),
  );
  throw new PortcullisError("CALL_UNKNOWN_CONTRACT", `There is no contract ${JSON.stringify(name)}`, {
    hint: near ? `did you mean ${near}?` : `one of: ${able.map((e) => e.name).join(", ")}`,
    details: { name, written: name, nearest: near },
  });
}

function has(abi: Abi | undefined, name: string): boolean {
  return abi?.some((item) => item.type === "function" && item.name === name) === true;
}

function notPausable(name: string): PortcullisError {
  return new PortcullisError("NOT_PAUSABLE", `${name} has no pause() and paused()`, {
    hint: "name a contract that has them",
  });
}
