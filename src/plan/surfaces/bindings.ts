/** Key bindings of a RoleManager: the key proves itself, a registrar confirms where it lives and until when. */
import type { Address } from "viem";
import type { KeyProof } from "../../deploy/keyProof.ts";
import { deriveRoleId } from "../../policy/roleId.ts";
import type { BindingState, ManagerState } from "../../snapshot/types.ts";
import type { Change, PlanContext, SurfaceInput, SurfacePlan, SurfacePlanner } from "../change.ts";
import { changeSurface, compareAddresses, type Model, sameAddress, stateOf } from "../model.ts";
import { roleCallers } from "../power.ts";
import { isLive, type SignedKeyProof } from "../rotation.ts";
import { formatTime } from "../wording.ts";
import { managerCall } from "./managerCalls.ts";

/** The manager has this role's id from the same formula. */
const REGISTRAR_ROLE = deriveRoleId("registrar");
const TIERS = ["development", "staging", "production"] as const;

export const planBindings: SurfacePlanner = (input): SurfacePlan => {
  const { wanted, found, context } = input;
  const state = found.manager;
  if (wanted.manager === undefined || state?.flavour !== "portcullis") return { changes: [] };
  const wishes = wanted.manager.bindings;
  const bindingOf = (account: Address) => state.bindings.find((b) => sameAddress(b.account, account));
  const changes = wishes.flatMap((wish) => bindingChange(input, state, wish, bindingOf(wish.account)));
  // A binding the policy does not know gives power to whoever holds that key; one it merely does not ask for may stay.
  for (const binding of state.bindings) {
    if (isLive(binding) && !context.isKnown(binding.account)) changes.push(revoke(input, state, binding));
  }
  return { changes };
};

function bindingChange(
  input: SurfaceInput,
  state: ManagerState,
  wish: BindingState,
  now: BindingState | undefined,
): Change[] {
  const { found, context } = input;
  const shared = common(input, state, wish, now);
  const { account } = wish;
  if (wish.status === "exempt") {
    if (now?.status === "exempt") return [];
    // Only contracts can be exempt. A key without a signer in the policy cannot be asked for more than it has proved.
    if (stateOf(context.model, account)?.codehash == null) {
      if (now?.status === "valid") return [];
      const why = `${context.nameOf(account)} is a key, which has to prove itself, and the policy has no signer for it`;
      return [
        {
          ...shared,
          title: "",
          calls: [],
          impossible: { why, hint: "declare it under signers" },
          apply: () => {},
        },
      ];
    }
    return [
      {
        ...shared,
        title: `Exempt ${context.nameOf(account)}, which cannot sign, from key binding on ${input.wanted.name}`,
        calls: [managerCall(found.address, { functionName: "exempt", args: [account] })],
        apply: (model) => replace(model, found.address, { ...wish, status: "exempt" }),
      },
    ];
  }
  // The digest is of the whole custody record, the provider included.
  // What the key signed cannot be confirmed for longer.
  const proved = now?.custody === wish.custody && wish.rotateBy <= now.rotateBy;
  if (now?.status === "valid" && proved && now.tier === wish.tier && now.rotateBy === wish.rotateBy)
    return [];
  if (now?.status === "proposed" && proved) {
    const args = [
      account,
      wish.custody,
      TIERS.indexOf(wish.tier),
      Number(wish.rotateBy === 0n ? now.rotateBy : wish.rotateBy),
    ] as const;
    return [
      {
        ...shared,
        title: `Confirm the key of ${context.nameOf(account)} on ${input.wanted.name}: ${describe(wish)}`,
        calls: [managerCall(found.address, { functionName: "confirmBinding", args })],
        apply: (model) => replace(model, found.address, { ...wish, status: "valid" }),
      },
    ];
  }
  const signed = proofFor(context, found.address, account);
  // Requesting the rotation registers the same proof.
  if (
    signed !== undefined &&
    context.rotations.some((r) => sameAddress(r.next, account) && sameAddress(r.manager, found.address))
  ) {
    if (!isLive(now))
      return [
        {
          ...shared,
          title: `Bind the key of ${context.nameOf(account)}`,
          calls: [],
          blocked: "its rotation must be requested first",
          apply: () => {},
        },
      ];
  }
  if (signed === undefined) {
    return [
      {
        ...shared,
        title: `Bind the key of ${context.nameOf(account)} on ${input.wanted.name}`,
        calls: [],
        impossible: {
          why: `only the key itself can prove that it exists, and the key of ${context.nameOf(account)} is not at hand here`,
          hint: `run this where the signer of ${context.nameOf(account)} is available`,
        },
        apply: () => {},
      },
    ];
  }
  return [
    {
      ...shared,
      title: `Register the proof of the key of ${context.nameOf(account)} on ${input.wanted.name}`,
      calls: [managerCall(found.address, { functionName: "bind", args: [signed.proof, signed.signature] })],
      callers: "anyone",
      apply: (model) => changeBinding(model, found.address, signed.proof, "proposed"),
    },
  ];
}

function revoke(input: SurfaceInput, state: ManagerState, binding: BindingState): Change {
  const { found, context } = input;
  return {
    ...common(input, state, undefined, binding),
    title: `Revoke the key binding of ${context.nameOf(binding.account)} on ${input.wanted.name}`,
    effect: "tightening",
    calls: [managerCall(found.address, { functionName: "revokeBinding", args: [binding.account] })],
    apply: (model) => replace(model, found.address, { ...binding, status: "revoked" }),
  };
}

function common(
  { wanted, found, context }: SurfaceInput,
  state: ManagerState,
  wish: BindingState | undefined,
  now: BindingState | undefined,
) {
  const account = wish?.account ?? now?.account ?? found.address;
  return {
    path: `${wanted.name}.bindings.${context.nameOf(account)}`,
    wanted: wish === undefined ? "no binding" : describe(wish),
    found: now === undefined ? "no binding" : describe(now),
    effect: "loosening" as Change["effect"],
    callers: roleCallers(found.address, state, REGISTRAR_ROLE, context.now),
    writes: `${found.address}/bindings/${account}`,
    reads: [],
  };
}

/** The proof of a key for a manager, if it was collected. */
export const proofFor = (
  context: PlanContext,
  manager: Address,
  account: Address,
): SignedKeyProof | undefined =>
  context.proofs.find((p) => sameAddress(p.manager, manager) && sameAddress(p.proof.account, account));

/** What a registered proof says, as a binding. */
export function changeBinding(
  model: Model,
  manager: Address,
  proof: KeyProof,
  status: BindingState["status"],
): void {
  replace(model, manager, {
    account: proof.account,
    provider: proof.provider,
    custody: proof.custody,
    tier: TIERS[proof.tier] ?? "development",
    rotateBy: BigInt(proof.rotateBy),
    status,
  });
}

function replace(model: Model, manager: Address, binding: BindingState): void {
  changeSurface(model, manager, "manager", (state) => ({
    ...state,
    bindings: [...state.bindings.filter((b) => !sameAddress(b.account, binding.account)), binding].sort(
      (a, b) => compareAddresses(a.account, b.account),
    ),
  }));
}

function describe(binding: BindingState): string {
  if (binding.status === "exempt" || binding.status === "revoked") return binding.status;
  return `${binding.status}, ${binding.provider}, ${binding.tier}, rotate by ${formatTime(binding.rotateBy)}`;
}
