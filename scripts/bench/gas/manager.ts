/**
 * Role managers: what a guard adds to a call by an immediate member (non-zero to non-zero setter, grant with an expiry
 * on ours), and what granting and revoking cost. The caller is an admin without delay; the roles granted have other
 * members already, as roles have all but once.
 */
import { type Address, type Hex, toFunctionSelector, zeroHash } from "viem";
import { hardhat } from "viem/chains";
import { deriveRoleId } from "../../../src/policy/roleId.ts";
import type { BenchChain, Deployed } from "./chain.ts";
import type { Measurements } from "./rows.ts";

const OPEN_ROLE = 11n;
const BOUND_ROLE = 12n;
const FIRST_ROLE = 21n;
const SECOND_ROLE = 22n;
const YEAR = 365n * 86_400n;
const SET = toFunctionSelector("set(uint256)");

export async function measureRoleManager(chain: BenchChain): Promise<Measurements> {
  const [admin, member, key, registrar] = chain.accounts as [Address, Address, Address, Address];
  const until = (await chain.now()) + YEAR;
  const registrarRole = deriveRoleId("registrar");
  const role = (id: bigint, keyBound = false) => ({
    id,
    admin: 0n,
    guardian: 0n,
    grantDelay: 0,
    keyBound,
    label: `role ${id}`,
  });
  const grant = (roleId: bigint, account: Address) => ({ roleId, account, executionDelay: 0, until });
  const manager = await chain.deploy("RoleManager", [
    [admin],
    [role(OPEN_ROLE), role(BOUND_ROLE, true), role(FIRST_ROLE), role(SECOND_ROLE), role(registrarRole)],
    [
      grant(OPEN_ROLE, member),
      grant(BOUND_ROLE, key),
      grant(registrarRole, registrar),
      grant(FIRST_ROLE, member),
      grant(SECOND_ROLE, member),
    ],
  ]);
  await bindKey(chain, manager, key, registrar);

  const open = await chain.deploy("RoleManagedOpenTarget", [manager.address]);
  const unguarded = await measureSetter(chain, open, member);
  const guarded = await chain.deploy("RoleManagedTarget", [manager.address]);
  const bound = await chain.deploy("RoleManagedTarget", [manager.address]);
  await chain.measure(manager, "setTargetFunctionRole", [guarded.address, [SET], OPEN_ROLE]);
  await chain.measure(manager, "setTargetFunctionRole", [bound.address, [SET], BOUND_ROLE]);

  const newcomer = chain.accounts[4] as Address;
  return {
    "restricted-call-overhead": (await measureSetter(chain, guarded, member)) - unguarded,
    "restricted-call-overhead-key-bound": (await measureSetter(chain, bound, key)) - unguarded,
    grant: await chain.measure(manager, "grantRoleUntil", [FIRST_ROLE, newcomer, 0, until]),
    "grant-later": await chain.measure(manager, "grantRoleUntil", [SECOND_ROLE, newcomer, 0, until]),
    revoke: await chain.measure(manager, "revokeRole", [SECOND_ROLE, newcomer]),
  };
}

export async function measureAccessManager(chain: BenchChain): Promise<Measurements> {
  const [admin, member] = chain.accounts as [Address, Address];
  const manager = await chain.deploy("OpenZeppelinManager", [admin]);
  await chain.measure(manager, "grantRole", [OPEN_ROLE, member, 0]);
  const open = await chain.deploy("AccessManagedOpenTarget", [manager.address]);
  const unguarded = await measureSetter(chain, open, member);
  const guarded = await chain.deploy("AccessManagedTarget", [manager.address]);
  await chain.measure(manager, "setTargetFunctionRole", [guarded.address, [SET], OPEN_ROLE]);

  const newcomer = chain.accounts[4] as Address;
  return {
    "restricted-call-overhead": (await measureSetter(chain, guarded, member)) - unguarded,
    grant: await chain.measure(manager, "grantRole", [FIRST_ROLE, newcomer, 0]),
    "grant-later": await chain.measure(manager, "grantRole", [SECOND_ROLE, newcomer, 0]),
    revoke: await chain.measure(manager, "revokeRole", [SECOND_ROLE, newcomer]),
  };
}

export async function measureAccessControl(chain: BenchChain): Promise<Measurements> {
  return measureGuard(chain, "AccessControlTarget", "AccessControlOpenTarget");
}

export async function measureOwnable(chain: BenchChain): Promise<Measurements> {
  return measureGuard(chain, "OwnableTarget", "OwnableOpenTarget");
}

async function measureGuard(chain: BenchChain, name: string, open: string): Promise<Measurements> {
  const [, member] = chain.accounts as [Address, Address];
  const unguarded = await measureSetter(chain, await chain.deploy(open, [member]), member);
  const guarded = await chain.deploy(name, [member]);
  return { "restricted-call-overhead": (await measureSetter(chain, guarded, member)) - unguarded };
}

const measureSetter = (chain: BenchChain, target: Deployed, from: Address): Promise<bigint> =>
  chain.measure(target, "set", [2n], from);

/** Possession proven by the key, confirmed by the registrar. */
async function bindKey(
  chain: BenchChain,
  manager: Deployed,
  key: Address,
  registrar: Address,
): Promise<void> {
  const deadline = Number((await chain.now()) + YEAR);
  const proof = {
    account: key,
    provider: "development",
    custody: zeroHash,
    tier: 0,
    rotateBy: deadline,
    nonce: 0,
    deadline,
  };
  const signature: Hex = await chain.signTypedData(key, {
    domain: {
      name: "Portcullis RoleManager",
      version: "1",
      chainId: hardhat.id,
      verifyingContract: manager.address,
    },
    primaryType: "KeyProof",
    types: {
      KeyProof: [
        { name: "account", type: "address" },
        { name: "provider", type: "string" },
        { name: "custody", type: "bytes32" },
        { name: "tier", type: "uint8" },
        { name: "rotateBy", type: "uint48" },
        { name: "nonce", type: "uint32" },
        { name: "deadline", type: "uint48" },
      ],
    },
    message: proof,
  });
  await chain.measure(manager, "bind", [proof, signature]);
  await chain.measure(manager, "confirmBinding", [key, zeroHash, 0, deadline], registrar);
}
