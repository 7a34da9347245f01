/** ERC-1967 proxies, and OpenZeppelin's proxies from before that standard, by their storage slots. */
import {
  type Address,
  getAddress,
  type Hex,
  keccak256,
  numberToHex,
  parseAbi,
  toHex,
  zeroAddress,
} from "viem";
import type { ChainReader } from "../reader.ts";
import type { ProxyState } from "../types.ts";

const IMPLEMENTATION = slotBefore("eip1967.proxy.implementation");
const ADMIN = slotBefore("eip1967.proxy.admin");
const BEACON = slotBefore("eip1967.proxy.beacon");
/** zos-lib and OpenZeppelin before 2.6: USDC's proxy, among others. */
const OLD_IMPLEMENTATION = keccak256(toHex("org.zeppelinos.proxy.implementation"));
const OLD_ADMIN = keccak256(toHex("org.zeppelinos.proxy.admin"));

const abi = parseAbi([
  "function implementation() view returns (address)",
  "function proxiableUUID() view returns (bytes32)",
]);

/** ERC-1167, with or without arguments behind the code. */
const CLONE = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/;

export async function readProxy(reader: ChainReader, address: Address): Promise<ProxyState | undefined> {
  const clone = CLONE.exec((await reader.code(address)).toLowerCase())?.[1];
  if (clone !== undefined) return describe(reader, "clone", `0x${clone}`, zeroAddress, zeroAddress);
  const [implementation, admin, beacon] = await Promise.all(
    [IMPLEMENTATION, ADMIN, BEACON].map((slot) => reader.addressAt(address, slot)),
  );
  if (beacon !== undefined && beacon !== zeroAddress) {
    const behind = await reader.probe({ address: beacon, abi, functionName: "implementation" });
    return describe(reader, "beacon", behind ?? zeroAddress, admin, beacon);
  }
  if (implementation !== undefined && implementation !== zeroAddress) {
    const kind = admin !== zeroAddress ? "transparent" : await kindWithoutAdmin(reader, implementation);
    return describe(reader, kind, implementation, admin, zeroAddress);
  }
  const [oldImplementation, oldAdmin] = await Promise.all([
    reader.addressAt(address, OLD_IMPLEMENTATION),
    reader.addressAt(address, OLD_ADMIN),
  ]);
  if (oldImplementation === zeroAddress) return undefined;
  const kind = oldAdmin !== zeroAddress ? "transparent" : "unknown";
  return describe(reader, kind, oldImplementation, oldAdmin, zeroAddress);
}

/** An implementation says by ERC-1822 that it upgrades itself. */
async function kindWithoutAdmin(reader: ChainReader, implementation: Address): Promise<"uups" | "unknown"> {
  const uuid = await reader.probe({ address: implementation, abi, functionName: "proxiableUUID" });
  return uuid === IMPLEMENTATION ? "uups" : "unknown";
}

async function describe(
  reader: ChainReader,
  kind: ProxyState["kind"],
  implementation: Address,
  admin: Address = zeroAddress,
  beacon: Address,
): Promise<ProxyState> {
  const code = await reader.code(implementation);
  return {
    kind,
    implementation: getAddress(implementation),
    implementationCodehash: code === "0x" ? null : keccak256(code),
    admin: getAddress(admin),
    beacon: getAddress(beacon),
  };
}

function slotBefore(name: string): Hex {
  return numberToHex(BigInt(keccak256(toHex(name))) - 1n, { size: 32 });
}
