/** Key bindings and rotations of a RoleManager. */
import { type Address, zeroAddress } from "viem";
import { roleManagerAbi } from "../../abi/roleManager.ts";
import type { ChainReader } from "../reader.ts";
import { sortAddresses } from "../sortAddresses.ts";
import type { BindingState, ManagerState } from "../types.ts";
import type { ManagerCandidates } from "./managerCandidates.ts";

type Rotation = NonNullable<ManagerState["rotations"]>[number];

/** As in IKeyBindings. */
const STATUSES = ["none", "proposed", "valid", "overdue", "revoked", "exempt"] as const;
const TIERS = ["development", "staging", "production"] as const;

export async function readBindings(
  reader: ChainReader,
  address: Address,
  { keys, providers }: Pick<ManagerCandidates, "keys" | "providers">,
): Promise<BindingState[]> {
  const bindings = await Promise.all(
    sortAddresses([...keys]).map(async (account): Promise<BindingState | undefined> => {
      const binding = await reader.read({
        address,
        abi: roleManagerAbi,
        functionName: "bindingOf",
        args: [account],
      });
      const status = STATUSES[binding.status];
      const tier = TIERS[binding.tier];
      if (status === undefined || tier === undefined || status === "none") return undefined;
      const { custody } = binding;
      const provider = providers.get(`${account}:${custody}`) ?? "";
      return { account, provider, custody, tier, rotateBy: BigInt(binding.rotateBy), status };
    }),
  );
  return bindings.filter((binding) => binding !== undefined);
}

export async function readRotations(
  reader: ChainReader,
  address: Address,
  requested: ReadonlyMap<Address, { next: Address; expiresAt: bigint }>,
): Promise<Rotation[]> {
  const rotations = await Promise.all(
    sortAddresses([...requested.keys()]).map(async (previous): Promise<Rotation | undefined> => {
      const args = [previous] as const;
      const rotation = await reader.read({
        address,
        abi: roleManagerAbi,
        functionName: "rotationOf",
        args,
      });
      const [next, , readyAt] = rotation;
      const last = requested.get(previous);
      if (next === zeroAddress || last?.next !== next) return undefined;
      return { previous, next, readyAt: BigInt(readyAt), expiresAt: last.expiresAt };
    }),
  );
  return rotations.filter((rotation) => rotation !== undefined);
}
