/** Contracts: how they are deployed, and the admin surfaces they shall have. */
import {
  type Abi,
  type AbiParameter,
  type Address,
  type Hex,
  keccak256,
  toFunctionSelector,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import type { AccessControlState, OwnableState, ProxyState } from "../../snapshot/types.ts";
import type { DesiredContract } from "../desired.ts";
import type { Path } from "../problems.ts";
import type { Policy } from "../schema/policy.ts";
import { nearestName } from "../text/nearest.ts";
import { resolveArguments } from "./arguments.ts";
import { type CompileContext, resolveList } from "./context.ts";
import { findFunction, functionsOf, resolveSelector } from "./functions.ts";
import { checkHolders } from "./holders.ts";
import type { Names } from "./names.ts";

type Contract = Policy["contracts"][string];

export function compileContract(context: CompileContext, name: string, contract: Contract): DesiredContract {
  const { names, problems } = context;
  const at = ["contracts", name];
  const abi = context.abiOf(name);
  checkManager(context, contract, at);
  if (abi !== undefined && contract.at === undefined) checkHolders(context, name, contract, abi);
  const selectors = (field: "open" | "adminOnly"): Hex[] =>
    contract[field]
      .flatMap((written, i) => resolveSelector(written, abi, name, [...at, field, i], problems) ?? [])
      .sort();
  return {
    name,
    address: names.addressOf(name),
    codehash: null,
    ...(contract.proxy === undefined
      ? {}
      : { proxy: compileProxy(context, contract.proxy, contract.at, at) }),
    ...(contract.manager === undefined ? {} : { managed: { authority: names.addressOf(contract.manager) } }),
    ...(contract.ownable === undefined ? {} : { ownable: compileOwnable(context, contract.ownable, at) }),
    ...(contract.accessControl === undefined
      ? {}
      : { accessControl: compileAccessControl(context, contract.accessControl, [...at, "accessControl"]) }),
    ...(contract.manager === undefined
      ? {}
      : {
          ...(abi === undefined ? {} : { changingFunctions: changingFunctions(abi) }),
          openFunctions: selectors("open"),
          adminFunctions: selectors("adminOnly"),
        }),
    ...(abi === undefined ? {} : { functionNames: nameFunctions(abi) }),
    ...(contract.at === undefined
      ? { deployment: compileDeployment(context, name, contract, abi) }
      : refuseConstructorArgs(context, contract, at, "nothing is deployed")),
  };
}

function refuseConstructorArgs(
  { problems }: CompileContext,
  { constructorArgs }: Contract,
  at: Path,
  why: string,
  instead = "leave them away; `npx hardhat upgrade propose` takes --constructor-args",
): Record<never, never> {
  if (constructorArgs !== undefined) problems.add([...at, "constructorArgs"], why, instead);
  return {};
}

function checkManager(
  { policy, problems }: CompileContext,
  { manager, adminDelay, closed }: Contract,
  at: Path,
): void {
  if (manager === undefined) {
    if (closed)
      problems.add(
        [...at, "closed"],
        "has no manager that could close it",
        "write manager, or leave it away",
      );
    if (adminDelay !== undefined)
      problems.add(
        [...at, "adminDelay"],
        "has no manager that could keep it",
        "write manager, or leave it away",
      );
    return;
  }
  if (policy.managers[manager] !== undefined || policy.broken.has(manager)) return;
  const nearest = nearestName(manager, Object.keys(policy.managers));
  problems.add(
    [...at, "manager"],
    `"${manager}" is not a manager of this policy`,
    nearest ? `did you mean "${nearest}"?` : "declare it under managers",
  );
}

function compileProxy(
  { names }: CompileContext,
  proxy: NonNullable<Contract["proxy"]>,
  existing: string | undefined,
  at: Path,
): ProxyState {
  const { kind, ...written } = typeof proxy === "string" ? { kind: proxy } : proxy;
  const one = (field: "admin" | "implementation" | "beacon"): Address => {
    const reference = (written as Partial<Record<typeof field, string>>)[field];
    // A new transparent proxy makes its own ProxyAdmin, whose owner `admin` then is.
    if (reference === undefined || (field === "admin" && existing === undefined)) return zeroAddress;
    return names.resolve(reference, [...at, "proxy", field]) ?? zeroAddress;
  };
  return {
    kind,
    implementation: one("implementation"),
    implementationCodehash: null,
    admin: one("admin"),
    beacon: one("beacon"),
  };
}

function compileOwnable(
  { names }: CompileContext,
  ownable: NonNullable<Contract["ownable"]>,
  at: Path,
): OwnableState {
  const { owner, twoStep } = typeof ownable === "string" ? { owner: ownable, twoStep: false } : ownable;
  const path = typeof ownable === "string" ? [...at, "ownable"] : [...at, "ownable", "owner"];
  return {
    owner: names.resolve(owner, path) ?? zeroAddress,
    ...(twoStep ? { pendingOwner: zeroAddress } : {}),
  };
}

function compileAccessControl(
  context: CompileContext,
  written: NonNullable<Contract["accessControl"]>,
  at: Path,
): AccessControlState {
  const { names, problems } = context;
  const known = new Set([...Object.keys(written.roles), "DEFAULT_ADMIN_ROLE"]);
  const roles = Object.entries(written.roles).map(([label, { admin, members }]) => {
    if (!known.has(admin) && !BYTES32.test(admin)) {
      const nearest = nearestName(admin, known);
      problems.add(
        [...at, "roles", label, "admin"],
        `"${admin}" is not a role of this contract`,
        nearest ? `did you mean "${nearest}"?` : `write one of: ${[...known].join(", ")}`,
      );
    }
    return {
      role: hashRole(label),
      ...(BYTES32.test(label) ? {} : { label }),
      admin: hashRole(admin),
      members: resolveList(context, members, [...at, "roles", label, "members"]),
    };
  });
  const rules = written.defaultAdmin;
  return {
    roles: roles.sort((a, b) => (a.role < b.role ? -1 : 1)),
    ...(rules === undefined
      ? {}
      : {
          defaultAdmin: {
            admin: names.resolve(rules.admin, [...at, "defaultAdmin", "admin"]) ?? zeroAddress,
            delay: rules.delay,
          },
        }),
  };
}

const BYTES32 = /^0x[0-9a-fA-F]{64}$/;

/** As contracts derive them: keccak256 of the name, and zero for the default admin. */
function hashRole(label: string): Hex {
  if (label === "DEFAULT_ADMIN_ROLE") return zeroHash;
  return BYTES32.test(label) ? (label.toLowerCase() as Hex) : keccak256(toHex(label));
}

function compileDeployment(
  context: CompileContext,
  name: string,
  contract: Contract,
  abi: Abi | undefined,
): NonNullable<DesiredContract["deployment"]> {
  const { names, problems } = context;
  const at = ["contracts", name];
  const used = new Set<string>(contract.manager === undefined ? [] : [contract.manager]);
  const tracked: Names = {
    ...names,
    resolve(reference, path) {
      used.add(reference);
      return names.resolve(reference, path);
    },
  };
  const artifact = contract.artifact ?? "";
  if (artifact === "") {
    problems.add(
      at,
      "says neither what is deployed nor where it is",
      'write artifact: "<contract>" to deploy it, or at: "eth:0x…" where it exists',
    );
  }
  const resolve = (
    inputs: readonly AbiParameter[],
    callee: string,
    field: "args" | "constructorArgs" = "args",
  ) => resolveArguments(contract[field] ?? [], inputs, callee, [...at, field], tracked, problems) ?? [];
  const inputs = abi?.find((item) => item.type === "constructor")?.inputs ?? [];

  if (contract.proxy === undefined) {
    refuseConstructorArgs(context, contract, at, "only what is behind a proxy has them", "write args");
    if (contract.initializer !== undefined)
      problems.add([...at, "initializer"], "only proxies have one", 'write proxy: "uups", or leave it away');
    const args = abi === undefined ? [] : resolve(inputs, `the constructor of ${artifact}`);
    return { artifact, args, after: [...used] };
  }
  const { kind, owner } =
    typeof contract.proxy === "string"
      ? { kind: contract.proxy, owner: undefined }
      : { kind: contract.proxy.kind, owner: contract.proxy.admin };
  if (kind === "beacon") {
    problems.add(
      [...at, "proxy"],
      "beacon proxies are only administered, not deployed",
      'write at, or proxy: "uups"',
    );
    return { artifact, args: [], after: [] };
  }
  if (kind === "transparent" && owner === undefined) {
    problems.add(
      [...at, "proxy"],
      "nobody would own its ProxyAdmin",
      'write proxy: { kind: "transparent", admin: "timelock" }',
    );
  }
  const args = abi === undefined ? [] : resolve(inputs, `the constructor of ${artifact}`, "constructorArgs");
  const ownerAddress = owner === undefined ? undefined : tracked.resolve(owner, [...at, "proxy", "admin"]);
  const proxy = {
    kind,
    ...(ownerAddress === undefined ? {} : { owner: ownerAddress }),
    ...compileInitializer(contract, abi, artifact, at, resolve, context),
  };
  return { artifact, args, proxy, after: [...used] };
}

function compileInitializer(
  contract: Contract,
  abi: Abi | undefined,
  artifact: string,
  at: Path,
  resolve: (inputs: readonly AbiParameter[], callee: string) => unknown[],
  { problems }: CompileContext,
): { initializer?: string; initializerArgs: unknown[] } {
  const { initializer, args = [] } = contract;
  if (initializer === undefined) {
    if (args.length > 0)
      problems.add(
        [...at, "args"],
        "a proxy takes its arguments through an initializer",
        'write initializer: "initialize"',
      );
    else if (abi !== undefined && functionsOf(abi).some((f) => f.name === "initialize")) {
      problems.add(
        [...at, "initializer"],
        "is missing: anyone could initialize the proxy",
        'write initializer: "initialize"',
      );
    }
    return { initializerArgs: [] };
  }
  if (abi === undefined) return { initializer, initializerArgs: [] };
  const found = findFunction(initializer, abi);
  if (Array.isArray(found)) {
    resolveSelector(initializer, abi, artifact, [...at, "initializer"], problems);
    return { initializer, initializerArgs: [] };
  }
  return { initializer, initializerArgs: resolve(found.inputs, `${artifact}.${found.name}`) };
}

function changingFunctions(abi: Abi): Hex[] {
  return functionsOf(abi)
    .filter(({ stateMutability }) => stateMutability === "nonpayable" || stateMutability === "payable")
    .map((f) => toFunctionSelector(f))
    .sort();
}

/** Names where they are unique, else signatures. */
function nameFunctions(abi: Abi): Record<Hex, string> {
  const functions = functionsOf(abi);
  return Object.fromEntries(
    functions.map((f) => {
      const overloaded = functions.filter((other) => other.name === f.name).length > 1;
      return [
        toFunctionSelector(f),
        overloaded ? `${f.name}(${f.inputs.map((i) => i.type).join(",")})` : f.name,
      ];
    }),
  );
}
